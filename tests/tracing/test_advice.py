"""What errors advise: assertions, parts of arrays that are written into, large numbers as masks, fixed weights."""

import numpy as np
import pytest

from nmderive.errors import NmderiveError
from nmderive.numeric.lower import lower
from nmderive.tracing.read import read_function


def column_written(s, t):
    z = s.copy()
    column = z[:, 0]
    column += 1
    return (z * t).sum()


def whole_written(s, t):
    z = s.copy()
    z[:, 0] += 1
    return (z * t).sum()


def test_a_part_that_is_written_into_is_named():
    with pytest.raises(NmderiveError, match="a part of another one is written into") as error:
        read_function(column_written)
    assert "x[:, 0] += 1" in error.value.hint
    s, t = np.random.default_rng(1).normal(size=(2, 5, 3))
    assert lower(read_function(whole_written)).value(s, abs(t)) == pytest.approx(whole_written(s, abs(t)), rel=1e-9)


def column_taken_before(s, t):
    z = s.copy()
    column = z[:, 0]
    z[:, 0] = 0
    return (z * t).sum() + column.sum()


def turned_before(s, t):
    z = s.copy()
    turned = z.T
    z[:, 0] = 0
    return (z * t).sum() + (turned**2).sum()


def in_a_row_before(s, t):
    z = s.copy()
    flat = z.reshape(-1)
    z *= 2
    return (z * t).sum() + (flat**2).sum()


def swapped(s, t):
    z = s.copy()
    z[:, 0], z[:, 1] = z[:, 1], z[:, 0]
    return (z * t).sum()


@pytest.mark.parametrize("function", [column_taken_before, turned_before, in_a_row_before, swapped])
def test_an_array_of_which_a_view_was_taken_is_named(function):
    with pytest.raises(NmderiveError, match=r"test_advice.py, line \d+: .* of which a view was taken") as error:
        read_function(function)
    assert ".copy()" in error.value.hint


def test_a_copy_or_a_view_that_is_taken_later_is_read():
    def copied(s, t):
        z = s.copy()
        column, flat = z[:, 0].copy(), z.flatten()
        z[:, 0] = 0
        return (z * t).sum() + column.sum() + flat.sum() + (z.T**2).sum()

    s, t = np.random.default_rng(1).normal(size=(2, 5, 3))
    assert lower(read_function(copied)).value(s, abs(t)) == pytest.approx(copied(s, abs(t)), rel=1e-9)


def masked_by_a_number(s, y, mask):
    z = s - 1e12 * (1 - mask)
    return np.log(np.exp(z).sum(axis=1)).sum() - z[np.arange(len(y)), y].sum()


def masked_by_infinity(s, t, mask):
    return np.log(np.exp(np.where(mask, s, -np.inf)).sum(axis=1)).sum() - (t * s).sum()


def test_large_numbers_lose_digits():
    with pytest.raises(NmderiveError, match="loses digits|no value in the formula"):
        read_function(masked_by_a_number, ["mask_ij in {0,1}"])
    assert read_function(masked_by_infinity, ["mask_ij: mask"]).expr


def asserted(s, t):
    assert (t >= 0).all() and (t <= 1).all()
    return (s * t).sum()


def test_a_range_of_labels_that_is_asserted_is_asked_back_and_stated():
    with pytest.raises(NmderiveError) as error:
        read_function(asserted)
    assert "'t: labels' where they are at most 1" in error.value.hint
    said = read_function(asserted, ["t: labels"]).conditions
    assert any("below 0" in c for c in said) and any("above 1" in c for c in said)


def test_in_torch():
    torch = pytest.importorskip("torch", reason="torch is not installed: pip install 'nmderive[test-frameworks]'")

    def row_written(logits, t):
        z = torch.clone(logits)
        z[:, 0].mul_(2.0)
        return (z * t).sum()

    def weighted(logits, y, weights=(1.0, 2.0, 0.5)):
        return torch.nn.functional.cross_entropy(logits, y, weight=logits.new_tensor(weights))

    def classes_asserted(logits, y):
        assert y.max() < logits.shape[1]
        return torch.nn.functional.cross_entropy(logits, y)

    for function, says, advice in ((row_written, "a part of another", "x[:, 0]"), (classes_asserted, "assert", "taken"),
                                   (weighted, "fixed numbers", "'w_j>0'")):
        with pytest.raises(NmderiveError, match=says) as error:
            read_function(function)
        assert advice in error.value.hint

    def plain(p, t):
        return torch.nn.functional.binary_cross_entropy(p, t)

    assert any("below -100" in x for x in read_function(plain).read_as)


def a_row_in_a_column(s, t):
    z = s.copy()
    z[:, 0] = t[0]
    return (z * t).sum()


def a_class_in_a_column(s, y):
    z = s.copy()
    z[:, 0] = y[0]
    return z[np.arange(len(y)), y].sum()


def a_column_too_wide(s, t):
    z = s.copy()
    z[:, 0] = t[:, 0:1]
    return (z * t).sum()


@pytest.mark.parametrize("function, lets, said", [
    (a_row_in_a_column, [], r"shape \(m,\) is assigned to a part of shape \(n,\)"),
    (a_row_in_a_column, ["t: labels"], r"shape \(m,\) is assigned to a part of shape \(n,\)"),
    (a_column_too_wide, [], r"shape \(n, 1\) is assigned to a part of shape \(n,\)"),
    (a_class_in_a_column, ["y: target class"], "an assignment of the numbers of classes")])
def test_an_assignment_that_does_not_fit_names_both_shapes(function, lets, said):
    with pytest.raises(NmderiveError, match=r"test_advice.py, line \d+: .*" + said):
        read_function(function, lets)
