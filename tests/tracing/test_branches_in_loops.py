"""Conditions of one pass of a Python loop are gone through both ways; lists that loops make are arrays."""

import numpy as np
import pytest
from scipy.special import expit, logsumexp

from nmderive.errors import NmderiveError
from nmderive.numeric.lower import lower
from nmderive.tracing.context import Refused
from nmderive.tracing.read import read_function


def others_alone(scores, y):
    loss = 0.0
    for i in range(scores.shape[0]):
        for j in range(scores.shape[1]):
            if j != y[i]:
                loss += max(0, scores[i, j] - scores[i, y[i]] + 1)
    return loss / scores.shape[0]


def skipped_and_positive(scores, y):
    loss = 0.0
    count, classes = scores.shape
    for i in range(count):
        correct = scores[i][y[i]]
        for j in range(classes):
            if j == y[i]:
                continue
            margin = scores[i, j] - correct + 1
            if margin > 0:
                loss += margin
    return loss / count


def in_one_line(scores, y):
    return sum(((1.0 if j == y[i] else 0.0) - scores[i, j]) ** 2
               for i in range(len(scores)) for j in range(scores.shape[1]))


def listed(scores, y):
    return np.mean([logsumexp(s) - s[c] for s, c in zip(scores, y, strict=True)])


def appended(scores, y):
    rows = []
    for i in range(len(scores)):
        rows.append(np.exp(-scores[i, y[i]]))
    return np.sum(np.array(rows)) / len(rows)


@pytest.mark.parametrize("function", [others_alone, skipped_and_positive, in_one_line, listed, appended])
def test_a_loop_over_samples_and_classes_has_its_value(function):
    loss, random = lower(read_function(function)), np.random.default_rng(7)
    for n, m in ((5, 4), (3, 6)):
        s, y = random.normal(size=(n, m)), np.resize(random.permutation(m), n)
        assert loss.value(s, np.eye(m)[y]) == pytest.approx(float(function(s, y)), rel=1e-9)


def by_label(scores, labels):
    out = []
    for i in range(len(scores)):
        if labels[i] == 1:
            out.append(-np.log(expit(scores[i])))
        else:
            out.append(-np.log(1 - expit(scores[i])))
    return np.mean(out)


def by_order(scores, relevance):
    loss = 0.0
    for i in range(len(scores)):
        for j in range(len(scores)):
            if relevance[i] > relevance[j]:
                loss += np.log1p(np.exp(scores[j] - scores[i]))
    return loss


@pytest.mark.parametrize("function", [by_label, by_order])
def test_a_branch_on_labels_of_one_logit_a_sample(function):
    loss, random = lower(read_function(function, ["scores_i: logits"])), np.random.default_rng(7)
    s, t = random.normal(size=6), np.array([0.0, 1, 1, 0, 1, 0])
    assert loss.value(s, t) == pytest.approx(float(function(s, t)), rel=1e-9)


def largest_by_hand(scores, y):
    worst = 0.0
    for i in range(len(scores)):
        if -scores[i, y[i]] > worst:
            worst = -scores[i, y[i]]
    return worst


def ended_early(scores, y):
    loss = 0.0
    for i in range(len(scores)):
        if y[i] == 0:
            break
        loss += scores[i, y[i]]
    return loss


def counted(scores, y):
    loss, count = 0.0, 0
    for i in range(len(scores)):
        if y[i] != 0:
            loss += scores[i, y[i]] ** 2
            count += 1
    return loss / count


@pytest.mark.parametrize("function, says", [
    (largest_by_hand, "passes depend on each other"), (ended_early, "passes depend on each other"),
    (counted, "ZeroDivisionError")])
def test_what_passes_tell_each_other_is_refused(function, says):
    with pytest.raises(Refused, match=says) as error:
        read_function(function)
    assert error.value.hint


def of_a_list(s, y):
    return np.sum([s[i, y[i]]**2 for i in range(len(s)) if y[i] > 0])


def mean_of_a_list(s, y):
    return np.mean([s[i, y[i]]**2 if y[i] > 0 else 0.0 for i in range(len(s))])


@pytest.mark.parametrize("function", [of_a_list, mean_of_a_list])
def test_a_list_of_some_passes_is_summed(function):
    s, y = np.random.default_rng(6).normal(size=(6, 4)), np.array([3, 0, 1, 2, 0, 1])
    assert lower(read_function(function)).value(s, np.eye(4)[y]) == pytest.approx(function(s, y), rel=1e-9)


def test_the_mean_of_a_list_of_some_passes_is_refused():
    with pytest.raises(Refused, match="the mean of an empty list") as error:
        read_function(lambda s, y: np.mean([s[i, 0] for i in range(len(s)) if y[i] > 0]))
    assert "mask.sum()" in error.value.hint


def test_a_loop_is_named_by_its_own_line_alone():
    with pytest.raises(Refused) as error:
        read_function(largest_by_hand)
    assert error.value.message.count("line") == 1


def last_class_alone(s, y):
    total = 0.0
    for i in range(len(s)):
        for j in range(s.shape[1]):
            if j == s.shape[1] - 1:
                total += s[i, j]
    return total


@pytest.mark.parametrize("function, said", [
    (lambda s, y: sum(s[i - 1, y[i - 1]] for i in range(len(s))), "indexing by a computed position"),
    (lambda s, y: s[np.arange(len(y)), y - 1].sum(), "indexing by a computed position"),
    (lambda s, y: sum(s[-i, 0] for i in range(len(s))), "indexing by a computed position"),
    (last_class_alone, "positions with m - 1, which the sizes decide")])
def test_computed_positions_are_named(function, said):
    with pytest.raises(Refused, match=said) as error:
        read_function(function, ["y: target class"])
    assert "target class" not in error.value.hint and "s[:, -1]" in error.value.hint


def with_gradient(scores, y):
    rows = np.arange(scores.shape[0])
    p = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    slope = p.copy()
    slope[rows, y] -= 1
    return -np.log(p[rows, y]).mean(), slope / y.size


def test_a_number_beside_its_gradient_is_the_loss():
    assert any("the one that is one number" in x for x in read_function(with_gradient).read_as)
    with pytest.raises(NmderiveError, match="several results"):
        read_function(lambda scores, y: (scores[np.arange(y.size), y].mean(), scores.mean()))


def test_torch_lists_loops_and_distributions():
    torch = pytest.importorskip("torch", reason="torch is not installed: pip install 'nmderive[test-frameworks]'")
    bce = torch.nn.functional.binary_cross_entropy_with_logits

    def by_class(logits, targets):
        losses = [bce(logits[:, c], targets[:, c]) for c in range(logits.size(1))]
        return sum(losses) / len(losses)

    def margins(scores, y):
        loss = 0.0
        for i in range(scores.shape[0]):
            for j in range(scores.shape[1]):
                if j != y[i]:
                    loss = loss + torch.relu(scores[i, j] - scores[i, y[i]] + 1)
        return loss / scores.shape[0]

    def policy(logits, actions, returns):
        return -(torch.distributions.Categorical(logits=logits).log_prob(actions) * returns).mean()

    def written_into(sim):
        return torch.diagonal(sim).add_(-1).pow_(2).sum()

    assert read_function(by_class).expr and read_function(policy, ["returns_i"]).expr
    assert read_function(written_into, ["sim: logits"]).is_square
    s, y = np.random.default_rng(2).normal(size=(4, 3)), np.array([0, 2, 1, 1])
    assert lower(read_function(margins)).value(s, np.eye(3)[y]) == pytest.approx(others_alone(s, y), rel=1e-9)
