"""Masks and ignored labels: declared as such, or told from what the code compares; a guess is never forgotten."""

import numpy as np
import pytest

from nmderive.errors import NmderiveError
from nmderive.numeric.lower import lower
from nmderive.tracing.context import Refused
from nmderive.tracing.read import read_function


def up_to_the_sixth(s, y):
    return (s[y <= 5] ** 2).sum()


def heavier_classes(s, labels):
    return (np.where(labels >= 3, 2.0, 1.0)[:, None] * s**2).mean()


def of_one_class(s, y):
    return (s[y == 2] ** 2).sum()


def not_of_one(s, y):
    return ((y.astype(float) != 2)[:, None] * s**2).sum()


def the_last_ones(s, y):
    return ((y > 1)[:, None] * s**2).sum()


@pytest.mark.parametrize("function", [up_to_the_sixth, heavier_classes, of_one_class, not_of_one, the_last_ones])
def test_labels_beside_a_number_that_none_comes_to_are_classes(function):
    loss, random = read_function(function), np.random.default_rng(1)
    assert any("target class" in x for x in loss.read_as)
    for n, m in ((6, 9), (5, 4)):
        s, y = random.normal(size=(n, m)), np.resize(random.permutation(m), n)
        assert lower(loss).value(s, np.eye(m)[y]) == pytest.approx(float(function(s, y)), rel=1e-9)


def test_where_they_cannot_be_classes_they_are_asked_back():
    with pytest.raises(NmderiveError, match="a number that none between 0 and 1 comes to") as error:
        read_function(lambda s, y: (s * y * (y <= 5)).sum(), ["s_ij: logits"])
    assert "'y_ij' where they are given numbers" in error.value.hint
    assert read_function(lambda s, y: (s * (y <= 5)).sum(), ["y_ij", "s_ij: logits"]).expr


def dice_of_known(s, targets):
    p, known = 1 / (1 + np.exp(-s)), targets < 2
    return 1 - (2 * (p * targets * known).sum() + 1) / ((p * known).sum() + (targets * known).sum() + 1)


@pytest.mark.parametrize("function", [
    lambda logits, targets: ((np.logaddexp(0, logits) - targets * logits) * (targets != 255)).sum(),
    lambda logits, targets: ((logits - targets)**2 * (targets < 10)).sum(),
    lambda logits, targets: np.where(targets > 5, 0, (logits - targets)**2).sum(),
    lambda logits, targets: ((logits - targets)**2 * (targets <= 1)).mean(),
    lambda s, t: (s * t * (t < 2)).sum(),
    lambda s, t: (s**2 * (t > 1)).sum() + (t * s).sum(),
    lambda s, y: (s**2 * (y > 1)).sum(),
    lambda s, y: ((s - y[:, None])**2 * (y != 255)[:, None]).sum(),
    dice_of_known])
def test_classes_that_would_be_numbers_or_pick_nothing_are_asked_back(function):
    with pytest.raises(NmderiveError, match=r"test_masks.py, line \d+: .* none between 0 and 1 comes to") as error:
        read_function(function)
    assert "where they are given numbers" in error.value.hint


@pytest.mark.parametrize("function", [
    lambda s, y: (y != 255) * (np.log(np.exp(s).sum()) - s[y]),
    lambda s, y: ((y < 9) * (np.arange(len(s)) == y) * s**2).sum()])
def test_the_class_of_one_sample_is_read_where_it_picks(function):
    assert "class" in " ".join(read_function(function).read_as)


@pytest.mark.parametrize("function", [
    lambda s, t: (s**2 * (t >= 0)).sum(), lambda s, t: (s**2)[t != -1].sum(), lambda s, t: (s**2 * (t > -100)).sum()])
def test_labels_that_are_left_out_below_0_are_a_condition(function):
    assert any("no label is below 0" in c for c in read_function(function).conditions)


@pytest.mark.parametrize("function, said", [
    (lambda s, y: (s[np.arange(len(y)), y] * (y >= 0)).sum(), "none is negative"),
    (lambda s, y: (s[np.arange(len(y)), y] * (y != -100)).sum(), "none is -100")])
def test_classes_that_are_left_out_below_0_are_said(function, said):
    assert any(said in x for x in read_function(function).read_as)


def where_it_holds(s, t, mask):
    return np.where(mask[:, None] > 0, s * t, 0).sum()


def both_ways(s, t, valid):
    rows = (s * t).sum(axis=1)
    return rows[valid].mean() + (rows * (1 - valid)).sum() + np.where(valid, rows, 0).sum()


def test_a_mask_that_is_declared_positive_leaves_nothing_out_and_is_asked_back():
    with pytest.raises(Refused, match="as mask was declared") as error:
        read_function(where_it_holds, ["mask_i>0"])
    assert "'mask_i in {0,1}'" in error.value.hint


@pytest.mark.parametrize("function, let", [(where_it_holds, "mask_i in {0,1}"), (where_it_holds, "mask_i: mask"),
                                           (both_ways, "valid_i: mask")])
def test_a_mask_is_numbers_or_true_and_false(function, let):
    loss, random = read_function(function, [let]), np.random.default_rng(4)
    s, t, mask = random.normal(size=(6, 3)), random.uniform(size=(6, 3)), np.arange(6) % 3 > 0
    named = {let.partition("_")[0]: mask.astype(float)}
    assert lower(loss).value(s, t, **named) == pytest.approx(function(s, t, mask), rel=1e-9)


def test_a_mask_says_how_else_it_may_be_declared():
    with pytest.raises(NmderiveError) as error:
        read_function(both_ways, ["valid_i in {0,1}"])
    assert "'valid_i: mask'" in error.value.hint
    with pytest.raises(NmderiveError, match="no entries") as error:
        read_function(both_ways, ["valid: mask"])
    assert "'valid_i: mask'" in error.value.hint


def test_torch_takes_masks_of_true_and_false_and_casts_of_numbers():
    torch = pytest.importorskip("torch", reason="torch is not installed: pip install 'nmderive[test-frameworks]'")

    def filled(logits, y, pad):
        rows = torch.nn.functional.cross_entropy(logits, y, reduction="none")
        return rows.masked_fill(pad.bool(), 0.0).sum() / (~pad.bool()).sum()

    def inverted(logits, y, pad):
        return ((1 - pad) * torch.nn.functional.cross_entropy(logits, y, reduction="none")).sum()

    assert read_function(filled, ["pad_i: mask"]).expr == read_function(filled, ["pad_i in {0,1}"]).expr
    with pytest.raises(NmderiveError) as error:
        read_function(inverted, ["pad_i: mask"])
    assert "--let 'pad_i in {0,1}'" in error.value.hint
    assert read_function(inverted, ["pad_i in {0,1}"]).expr


def pairs_of_samples(scores, t):
    i, j = np.triu_indices(len(scores), k=1)
    return (np.abs(t[i] - t[j]) * np.log1p(np.exp(scores[j] - scores[i]))).mean() + scores[i].sum() / i.size


def pairs_of_classes(scores, t):
    i, j = np.tril_indices(scores.shape[1], -1)
    return np.maximum(0, 1 - scores.T[i] + scores.T[j]).sum() * t.sum()


@pytest.mark.parametrize("function, lets", [(pairs_of_samples, ["scores_i: logits"]), (pairs_of_classes, [])])
def test_positions_of_a_triangle_are_those_of_pairs(function, lets):
    loss, random = lower(read_function(function, lets)), np.random.default_rng(4)
    shape = (5,) if lets else (5, 4)
    s, t = random.normal(size=shape), random.uniform(size=shape)
    assert loss.value(s, t) == pytest.approx(float(function(s, t)), rel=1e-9)


def squares_of_pairs(scores):
    i, j = np.triu_indices(len(scores), 1)
    return ((scores[i] - scores[j])**2).sum(1).mean()


def lengths_of_pairs(scores):
    i, j = np.triu_indices(len(scores), 1)
    return np.sqrt(((scores[i] - scores[j])**2).sum(axis=1)).sum()


def norms_of_pairs(scores):
    i, j = np.tril_indices(len(scores), -1)
    return np.linalg.norm(scores[i] - scores[j], axis=1).mean()


def entropies_of_pairs(scores):
    p = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    i, j = np.triu_indices(len(scores), 1)
    return -(p[i] * np.log(p[j])).sum(1).mean()


def columns_of_pairs(scores):
    i, j = np.triu_indices(scores.shape[1], 1)
    return ((scores.T[i] * scores.T[j]).sum(1)**2).mean()


@pytest.mark.parametrize("function", [
    squares_of_pairs, lengths_of_pairs, norms_of_pairs, entropies_of_pairs, columns_of_pairs])
def test_reductions_of_each_pair_of_a_triangle(function):
    loss, s = lower(read_function(function)), np.random.default_rng(4).normal(size=(5, 4))
    assert loss.value(s) == pytest.approx(float(function(s)), rel=1e-9)


def test_the_class_of_one_of_the_samples_is_that_of_its_row():
    def of_two(s, y):
        return s[0, y[0]]**2 + s[1, y[1]] - s[np.arange(len(y)), y].sum()

    s, y = np.random.default_rng(4).normal(size=(5, 4)), np.array([3, 0, 1, 2, 1])
    assert lower(read_function(of_two)).value(s, np.eye(4)[y]) == pytest.approx(of_two(s, y), rel=1e-9)


def test_positions_of_a_triangle_in_torch():
    torch = pytest.importorskip("torch", reason="torch is not installed: pip install 'nmderive[test-frameworks]'")

    def ranked(scores):
        i, j = torch.triu_indices(scores.size(0), scores.size(0), offset=1)
        return torch.nn.functional.softplus(scores[j] - scores[i]).mean()

    s = np.random.default_rng(4).normal(size=5)
    i, j = np.triu_indices(5, 1)
    assert lower(read_function(ranked, ["scores_i: logits"])).value(s) == pytest.approx(
        np.log1p(np.exp(s[j] - s[i])).mean(), rel=1e-9)
