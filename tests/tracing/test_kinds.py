"""Kinds of losses from code: maxima as values, square matrices, labels that are compared; proved equal to formulas."""

import numpy as np
import pytest
from scipy.special import log_softmax, logsumexp, softmax

import nmderive
from nmderive.errors import NmderiveError
from nmderive.proving.equality import judge_equal
from nmderive.tracing.read import read_function


def crammer_singer(s, y):
    own = np.eye(s.shape[1])[y] == 1
    others = np.where(own, -np.inf, s).max(axis=1)
    return np.maximum(0, 1 + others - s[np.arange(len(s)), y]).mean()


def loss_augmented(s, y):
    own = np.eye(s.shape[1])[y]
    return ((s + 1 - own).max(axis=1) - (s * own).sum(axis=1)).mean()


def by_assignment(s, y):
    margins = np.maximum(0, s - s[range(len(s)), y][:, None] + 1)
    margins[range(len(s)), y] = 0
    return margins.sum() / len(s)


def bce_in_two_cases(z, t):
    return np.where(z > 0, np.log(1 + np.exp(-z)) + z - z * t, np.log(1 + np.exp(z)) - z * t).mean()


def focal_in_cases(z, t):
    p = 1 / (1 + np.exp(-z))
    return -np.where(t == 1, (1 - p) * np.log(p), p * np.log(1 - p)).sum()


def info_nce(sim):
    k = sim / 0.5
    k = k - k.max(axis=1, keepdims=True)
    return -(np.diag(k) - np.log(np.exp(k).sum(axis=1))).mean()


def both_ways(sim):
    return -(np.trace(log_softmax(sim, axis=1)) + np.trace(log_softmax(sim, axis=0))) / len(sim) / 2


def negatives_only(sim):
    k = np.where(np.eye(len(sim), dtype=bool), -np.inf, sim)
    return (logsumexp(k, axis=1) - np.diag(sim)).mean()


def ranked(s, t):
    better = t[:, :, None] > t[:, None, :]
    return (better * np.log1p(np.exp(s[:, None, :] - s[:, :, None]))).sum()


def expected_class(s, t):
    """Labels that are numbers by their product with positions, whatever they are called."""
    classes = np.arange(s.shape[1])
    return ((softmax(s, axis=1) @ classes - t @ classes) ** 2).sum()


def squared_distance(s, y):
    """Target classes as numbers, beside positions."""
    away = (np.arange(s.shape[1])[None, :] - y[:, None]) ** 2
    return (away * softmax(s, axis=1)).sum()


def weighted_by_class(s, y):
    weights = 1 / (1 + np.arange(s.shape[1]))
    return -(weights[y] * log_softmax(s, axis=1)[np.arange(len(y)), y]).sum()


FORMULAS = {
    expected_class: r"\sum_i\left(\sum_j (j-1) p_{i,j} - \sum_j (j-1) t_{i,j}\right)^2",
    squared_distance: r"\sum_i\sum_j t_{i,j}\sum_k (k-j)^2 p_{i,k}",
    weighted_by_class: r"-\sum_i\sum_j \frac{1}{j} t_{i,j}\log p_{i,j}",
    crammer_singer: r"\frac1n\sum_i\sum_j t_{i,j}\max(0, 1 + \max_{k\neq j} s_{i,k} - s_{i,j})",
    loss_augmented: r"\frac1n\sum_i\sum_j t_{i,j}\max(0, 1 + \max_{k\neq j} s_{i,k} - s_{i,j})",
    by_assignment: r"\frac1n\sum_i\sum_j t_{i,j}\sum_{k\neq j}\max(0, 1 + s_{i,k} - s_{i,j})",
    info_nce: r"-\frac{1}{N}\sum_{i=1}^N\log\frac{e^{2s_{ii}}}{\sum_{j=1}^N e^{2s_{ij}}}",
    both_ways: r"-\frac{1}{2N}\sum_{i=1}^N\log\frac{e^{s_{ii}}}{\sum_{j=1}^N e^{s_{ij}}}"
    r" -\frac{1}{2N}\sum_{i=1}^N\log\frac{e^{s_{ii}}}{\sum_{j=1}^N e^{s_{ji}}}",
}


@pytest.mark.parametrize("function", FORMULAS, ids=lambda f: f.__name__)
def test_it_is_proved_equal_to_the_formula(function):
    loss, paper = read_function(function), nmderive.loss(FORMULAS[function])
    verdict = judge_equal(loss.expr, paper.expr, loss, {}, hard=loss.is_square)
    assert verdict.status.value == "PROVED", verdict.findings


@pytest.mark.parametrize("function", [*FORMULAS, bce_in_two_cases, ranked], ids=lambda f: f.__name__)
def test_code_of_the_reading_has_the_functions_values(function):
    random = np.random.default_rng(4)
    names = function.__code__.co_varnames[:function.__code__.co_argcount]
    s, t, y = random.normal(size=(4, 4)), random.dirichlet(np.ones(4), 4), np.array([0, 3, 1, 1])
    labels = {"y": np.eye(4)[y], "t": t}.get(names[-1], np.eye(4))
    real = function(s, *({"y": y, "t": t}[name] for name in names[1:]))
    assert nmderive.loss(function).numpy().value(s, labels) == pytest.approx(real, rel=1e-12)


@pytest.mark.parametrize("function", [info_nce, both_ways, negatives_only], ids=lambda f: f.__name__)
def test_a_square_matrix_is_said_to_be_one(function):
    loss = read_function(function)
    assert loss.is_square and [x.name for x in loss.shape] == ["n", "m"]
    assert any("n = m and the labels are t_ij = [i = j]" in note for note in loss.read_as)


def test_a_symmetric_use_of_a_matrix_is_refused():
    with pytest.raises(NmderiveError, match="a row here and a column there"):
        read_function(lambda sim: ((sim - sim.T) ** 2).sum())


def test_cases_of_hard_labels_hold_at_hard_labels():
    loss = nmderive.loss(focal_in_cases)
    z, t = np.array([[0.5, -1.0, 2.0]]), np.array([[1.0, 0.0, 0.0]])
    assert loss.numpy().value(z, t) == pytest.approx(focal_in_cases(z, t), rel=1e-12)
    half = np.full((1, 3), 0.5)
    assert loss.numpy().value(z, half) == pytest.approx(focal_in_cases(z, half), rel=1e-12)


def test_targets_beside_positions_are_classes_unless_said_otherwise():
    assert any("y is the target class" in note for note in read_function(squared_distance).read_as)
    loss = read_function(expected_class, ["t: labels"])
    assert judge_equal(loss.expr, read_function(expected_class).expr, loss, {}).status.value == "PROVED"
