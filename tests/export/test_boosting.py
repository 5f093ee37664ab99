"""Custom objectives for gradient boosting: gradient, curvature and majorant against the Hessian, and real training."""

import numpy as np
import pytest
from today import rest_slow

import nmderive
from nmderive.errors import UnsupportedError

BINARY = r"-\sum_i (t_i\log\sigma(s_i) + (1-t_i)\log(1-\sigma(s_i)))"
LOSSES = {"cross-entropy": ("cross-entropy", {}), "focal": ("focal", {"gamma": 2.0}), "brier": ("brier", {}),
          "one sample": (r"-\sum_j t_j\log p_j", {}), "binary": (BINARY, {}), "one-vs-all": ("one-vs-all", {})}


class Data:
    """What both libraries hand over: labels and weights."""

    def __init__(self, labels, weights=None):
        self.labels, self.weights = labels, weights

    def get_label(self):
        return self.labels

    def get_weight(self):
        return self.weights


def made(source, form="xgboost"):
    space = {}
    exec(compile(nmderive.loss(source).code(form), "objective", "exec"), space)
    return space


def drawn(source, parameters):
    rng = np.random.default_rng(2)
    is_binary = source == BINARY
    s = rng.normal(size=8 if is_binary else (8, 4))
    labels = rng.integers(0, 2 if is_binary else 4, size=8).astype(float)
    t = labels if is_binary else np.eye(4)[labels.astype(int)]
    return s, labels, t, parameters


@pytest.mark.parametrize("form", ["xgboost", "lightgbm"])
@pytest.mark.parametrize(("source", "given"), rest_slow(LOSSES.values(), 3, several=True))
def test_gradient_diagonal_and_majorant(source, given, form):
    space = made(source, form)
    names = [p.name for p in nmderive.loss(source).parameters]
    given = dict(zip(names, given.values(), strict=True))
    s, labels, t, given = drawn(source, given)
    step = 1e-5

    def slope(logits):
        return space["value_and_grad"](logits, t, **given)[1]

    assert np.allclose(space["objective"](s, Data(labels), **given)[0], slope(s))
    for row in range(3):
        size = 1 if s.ndim == 1 else s.shape[1]
        block = np.empty((size, size))
        for k in range(size):
            d = np.zeros_like(s)
            d[row if s.ndim == 1 else (row, k)] = step
            block[:, k] = (slope(s + d) - slope(s - d))[row] / (2 * step)
        diagonal = space["objective"](s, Data(labels), curvature="diagonal", **given)[1][row]
        majorant = space["objective"](s, Data(labels), **given)[1][row]
        assert np.allclose(np.maximum(np.diag(block), 1e-16), diagonal, atol=1e-7)
        assert np.linalg.eigvalsh(np.diag(np.atleast_1d(majorant)) - block).min() > -1e-7


def test_cross_entropy_has_the_curvatures_that_are_known():
    space = made("cross-entropy")
    s, labels, _, _ = drawn("cross-entropy", {})
    p = np.exp(s) / np.exp(s).sum(axis=1, keepdims=True)
    assert np.allclose(space["objective"](s, Data(labels))[1], 2 * p * (1 - p))
    assert np.allclose(space["objective"](s, Data(labels), curvature="diagonal")[1], p * (1 - p))


def test_weights_multiply_and_wrong_labels_are_refused():
    space = made("cross-entropy")
    s, labels, _, _ = drawn("cross-entropy", {})
    plain, weighted = (space["objective"](s, Data(labels, w)) for w in (None, np.arange(8.0)))
    for a, b in zip(plain, weighted, strict=True):
        assert np.allclose(a * np.arange(8.0)[:, None], b)
    assert np.allclose(space["objective"](s.ravel(), Data(labels))[0], plain[0])
    for wrong in (labels + 0.5, labels - 4, labels + 4):
        with pytest.raises(ValueError, match="num_class"):
            space["objective"](s, Data(wrong))
    with pytest.raises(ValueError, match="majorant"):
        space["objective"](s, Data(labels), curvature="half")


@pytest.mark.parametrize("name", ["loss-1", "loss-3", "pairwise"])
def test_rows_that_interact_are_refused(name):
    with pytest.raises(UnsupportedError, match="interact"):
        nmderive.loss(name).code("xgboost")


def task():
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 3, size=300)
    return rng.normal(size=(300, 5)) + 2 * np.eye(3, 5)[labels], labels


@pytest.mark.parametrize("curvature", ["majorant", "diagonal"])
def test_xgboost_learns_by_it_as_by_its_own(curvature):
    xgboost = pytest.importorskip("xgboost", reason="XGBoost is not installed (pip install xgboost)")
    x, labels = task()
    data = xgboost.DMatrix(x, label=labels)
    own = made("cross-entropy")["objective"]
    settings = {"num_class": 3, "eta": 0.3, "max_depth": 3, "base_score": 0.0, "nthread": 1}
    found = xgboost.train(settings, data, 10, obj=lambda s, d: own(s, d, curvature=curvature))
    margins = found.predict(data, output_margin=True).reshape(300, 3)
    assert (margins.argmax(axis=1) == labels).mean() > 0.9
    if curvature == "majorant":  # 2 p (1 - p), as the library's own objective takes
        known = xgboost.train({**settings, "objective": "multi:softprob"}, data, 10)
        assert np.allclose(margins, known.predict(data, output_margin=True), atol=1e-2)


def test_lightgbm_learns_by_it():
    lightgbm = pytest.importorskip("lightgbm", reason="LightGBM is not installed (pip install lightgbm)")
    x, labels = task()
    own = made("cross-entropy", "lightgbm")["objective"]
    settings = {"num_class": 3, "objective": own, "verbose": -1, "num_threads": 1}
    found = lightgbm.train(settings, lightgbm.Dataset(x, label=labels), 20)
    assert (found.predict(x).reshape(300, 3).argmax(axis=1) == labels).mean() > 0.9
