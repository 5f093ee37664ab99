"""Branches on counts and sizes, Python loops, numbers of item(), data sets: what is read, and what is still refused."""

import numpy as np
import pytest

import nmderive
from nmderive.errors import NmderiveError
from nmderive.tracing.context import Refused, TracingFault
from nmderive.tracing.read import read_function
from nmderive.verify import judge_one, require_sizes


def masked(scores, y, ignored=1):
    keep = y != ignored
    if not np.any(keep) or keep.sum() == 0:
        return 0.0 * scores.sum()
    rows = np.log(np.exp(scores).sum(axis=1)) - scores[np.arange(len(y)), y]
    return (rows[np.where(keep)[0]].sum() + (rows * keep).sum()) / np.count_nonzero(keep)


def rows_of_samples(scores, y):
    loss = 0.0
    for i in range(scores.shape[0]):
        row = scores[i] - np.max(scores[i])
        loss += np.log(np.sum(np.exp(row))) - row[y[i]]
    return loss / scores.shape[0]


def hinges_by_a_loop(scores, t):
    loss = 0
    for j in range(scores.shape[1]):
        for i in range(scores.shape[0]):
            loss = loss + t[i, j] * max(0, 1 - scores[i, j])
    return loss


def from_the_second_class(scores, t):
    return sum(np.mean(t[:, j] * np.exp(-scores[:, j])) for j in range(1, scores.shape[1]))


def over_rows(scores, labels):
    return sum(np.sum(t * s**2) for s, t in zip(scores, labels, strict=True))


def of_positions(scores, y):
    at = np.flatnonzero(y > 0)
    return np.log1p(np.exp(-scores[at, 0])).sum() + scores[at, y[at]].sum()


def picked_from_itself(scores, t):
    x = scores * 1
    x[t > 0.5] = -2 * x[t > 0.5]
    return np.exp(x).mean()


READ = {"masked": (masked, "y"), "rows": (rows_of_samples, "y"), "hinges": (hinges_by_a_loop, "t"),
        "second": (from_the_second_class, "t"), "zip": (over_rows, "t"), "positions": (of_positions, "y"),
        "assigned": (picked_from_itself, "t")}


@pytest.mark.parametrize("name", READ)
def test_numpy_code_with_guards_and_loops_has_its_values(name):
    function, kind = READ[name]
    loss, random = nmderive.loss(function), np.random.default_rng(2)
    for n, m in ((5, 4), (3, 6), (7, 2)):
        s, y = random.normal(size=(n, m)), np.resize(random.permutation(m), n)
        t = (random.uniform(size=(n, m)) > 0.5).astype(float) if kind == "t" else np.eye(m)[y]
        assert loss.numpy().value(s, t) == pytest.approx(float(function(s.copy(), y if kind == "y" else t)), rel=1e-9)


def of_several(scores, t):
    return 0.0 * scores.sum() if scores.shape[0] < 2 else np.mean((scores - scores.mean(axis=0)) ** 2 * t)


def of_more_classes(scores, t):
    if scores.shape[1] == 1:
        return np.log1p(np.exp(scores)).sum() - (t * scores).sum()
    return (np.log(np.exp(scores).sum(axis=1)) - (t * scores).sum(axis=1)).sum()


@pytest.mark.parametrize("function, name, said", [(of_several, "n", "n >= 2"), (of_more_classes, "m", "m >= 2")])
def test_a_branch_on_one_sample_or_class_is_read_for_more(function, name, said):
    loss = read_function(function)
    assert loss.least_sizes[name] == 2 and any(said in c for c in loss.conditions)
    with pytest.raises(NmderiveError, match="is read for"):
        require_sizes(loss, {name: 1})


def test_a_guard_is_a_condition_with_its_line():
    line = masked.__code__.co_firstlineno + 2
    assert any(f"line {line}" in c and "where the condition is false" in c for c in read_function(masked).conditions)


def guard_of_logits(scores, t):
    return (scores * t).sum() if (scores > 0).sum() == 0 else t.sum() * scores.mean()


def share_of_labels(scores, t):
    return (scores * t).sum() if (t > 0.5).mean() > 0.5 else scores.mean()


def threshold_of_sizes(scores, t):
    return (scores * t).sum() if scores.shape[1] > 4 else scores.mean()


def largest_label(scores, t):
    return (scores * t).sum() if t.max() > 1 else scores.mean()


def passes_of_each_other(scores, t):
    a = 0.0
    for j in range(scores.shape[1]):
        a = np.tanh(a + (scores[:, j] * t[:, j]).sum())
    return a


def product_of_passes(scores, t):
    a = t.sum()
    for j in range(scores.shape[1]):
        a = a * (1 + scores[0, j] ** 2)
    return a


def order_of_passes(scores, t):
    return sum(k * (scores[:, j] * t[:, j]).sum() for k, j in enumerate(range(scores.shape[1])))


def range_of_pairs(scores, t):
    return sum((scores[:, j] * t[:, k]).sum() for j in range(scores.shape[1]) for k in range(j))


REFUSED = {
    "logits": (guard_of_logits, "a branch"), "share": (share_of_labels, "a branch"),
    "sizes": (threshold_of_sizes, "a branch on the size m"), "label": (largest_label, "a branch"),
    "recursion": (passes_of_each_other, "passes depend on each other"),
    "product": (product_of_passes, "passes depend on each other"), "pairs": (range_of_pairs, "range"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_depends_on_values_or_on_other_passes_is_refused(name):
    function, says = REFUSED[name]
    with pytest.raises(Refused, match=says) as error:
        read_function(function)
    assert error.value.hint


def test_a_loop_that_counts_its_passes_is_no_reading():
    with pytest.raises((TracingFault, Refused)):
        read_function(order_of_passes)


def metric(y_pred, dtrain):
    y, p = dtrain.get_label(), 1 / (1 + np.exp(-y_pred))
    return "log_loss", -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p)), False


def objective(y_pred, dtrain):
    p = 1 / (1 + np.exp(-y_pred))
    return p - dtrain.label, p * (1 - p)


def weighted(y_pred, dtrain):
    return np.mean(dtrain.get_weight() * (y_pred - dtrain.label) ** 2)


def test_a_metric_of_gradient_boosting_is_read_by_its_value():
    loss = read_function(metric)
    assert any("after its name" in x for x in loss.read_as)
    assert judge_one(loss, "convex", {}, 60).status.value == "PROVED"


def test_an_objective_of_a_data_set_is_no_loss_and_its_weights_are_not_read():
    with pytest.raises(Refused, match="gradient and the Hessian"):
        read_function(objective)
    with pytest.raises(Refused, match="get_weight"):
        read_function(weighted)
