"""Losses of many shapes that no catalogue holds, at moderate, tied, hard, extreme and smallest inputs."""

import mpmath
import numpy as np
import pytest
from numeric.reference import errors, reference
from today import rest_slow

from nmderive.errors import DomainError
from nmderive.export.numpy import render
from nmderive.front import loss as read
from nmderive.numeric.lower import lower

EPS = np.finfo(float).eps
#: text, declarations, parameters
LOSSES = [
    (r"\sum_j \log(1 + \sum_i t_{i,j} e^{2(\bar{s}_i - s_{i,j})}) + "
     r"\sum_{j \neq k} \log(1+\sum_i t_{i,j} e^{(s_{i,k} - s_{i,j})/2})", (), {}),
    (r"\sum_i \sum_{j<k} (t_{i,j} - t_{i,k})^2 \log(1 + e^{-(s_{i,j}-s_{i,k})})", (), {}),
    (r"\sum_i \left(\log \sum_k e^{s_{i,k}} \right)^2 - \sum_i \sum_j t_{i,j} s_{i,j}", (), {}),
    (r"\sum_i \log \left( \sum_j t_{i,j} \prod_{k \neq j} (1 + e^{s_{i,k} - s_{i,j}}) \right)", (), {}),
    (r"\frac{1}{n} \sum_i \left(1 - \sum_j t_{i,j} p_{i,j}\right)^{g}", ("g>0",), {"g": 1.7}),
    (r"\sum_i \sum_j t_{i,j} (1-p_{i,j})^g \log(1 + \sum_{k \neq j} e^{s_{i,k}-s_{i,j}})", ("g>0",), {"g": 2.5}),
    (r"\log \left( \sum_i \sum_j t_{i,j} \sum_{k\neq j} e^{r (s_{i,k} - s_{i,j})} \right) / r", ("r>0",), {"r": 1.3}),
    (r"\sum_j \log\left(1 + \sum_i t_{i,j}^2 \left(\sum_{k\neq j} e^{s_{i,k}-s_{i,j}}\right)^{1/2}\right)", (), {}),
    (r"\sum_i \log(1 + e^{-t_i s_i}) + \log \sum_i e^{s_i/2}", (), {}),
    (r"\log(1 + \sum_j \sum_{k \neq j} t_j (1-t_k) e^{s_k - s_j})", (), {}),
    (r"\sum_i \sum_{j\in \Omega_{pos}} \log(1 + \sum_{k \in \Omega_{neg}} e^{s_{i,k}-s_{i,j}}) t_{i,j}", (), {}),
    (r"\sum_i \sum_j \left(p_{i,j} - t_{i,j}\right)^2", (), {}),
    (r"-\sum_i \log \sum_j \sqrt{t_{i,j} p_{i,j}}", (), {}),
    (r"\sum_i \sum_j \log(1+ e^{s_{i,j}}) \prod_{k \neq j} \frac{1}{1+e^{-s_{i,k}}}", (), {}),
]
KINDS = ["moderate", "tied", "hard", "one class", "one sample", "large", "tied and large", "hard and large"]


def inputs(loss, kind, rng):
    large = "large" in kind
    rows, classes = (1 if kind == "one sample" else 2), (1 if kind == "one class" else 3)
    shape = (rows, classes) if len(loss.shape) == 2 else (classes,)
    s = rng.normal(size=shape) * (150 if large else 2)
    if "tied" in kind:
        s = 200.0 * rng.integers(-1, 2, size=shape) if large else np.round(s)
    t = rng.dirichlet(np.ones(classes), size=shape[:-1])
    if "hard" in kind:
        t = np.eye(classes)[rng.integers(classes, size=shape[:-1])]
    return s, t


def arguments(loss, extra, m):
    sets = {"Omega_pos": [1], "Omega_neg": list(range(2, m + 1))} if loss.class_sets else {}
    return {**extra, **sets}


@pytest.mark.parametrize(("text", "lets", "extra"), rest_slow(LOSSES, 4, several=True))
@pytest.mark.parametrize("kind", KINDS)
def test_value_and_gradient_and_the_module(text, lets, extra, kind):
    loss = read(text, lets=lets)
    s, t = inputs(loss, kind, np.random.default_rng(len(text)))
    extra = arguments(loss, extra, s.shape[-1])
    try:
        expected, slopes = reference(loss, s, t, extra)
    except ZeroDivisionError:  # a logarithm of 0 under a derivative
        expected, slopes = mpmath.mpf("-inf"), None
    space = {}
    exec(compile(render(loss), "module", "exec"), space)
    if slopes is None or not mpmath.isfinite(expected):
        try:
            value, _ = lower(loss).value_and_grad(s, t, **extra)
        except DomainError:
            return
        assert np.isfinite(value)  # only the plain formula divides by zero here
        return
    value, gradient = lower(loss).value_and_grad(s, t, **extra)
    wrong, worst = errors(value, gradient, expected, slopes)
    largest = 1 + 4 * np.abs(s).max()
    assert wrong <= 8 * EPS * largest or abs(value - float(expected)) < 1e-15
    assert worst <= 1
    alone = space["value_and_grad"](s, t, **extra)
    assert alone[0] == value and np.array_equal(alone[1], gradient)
    single = space["value_and_grad"](s.astype(np.float32), t.astype(np.float32), **extra)
    assert single[1].dtype == np.float32 and np.isfinite(single[1]).all()
    assert single[0] == pytest.approx(float(expected), rel=1e-4 * largest, abs=1e-4)


@pytest.mark.parametrize(("text", "lets", "extra"), rest_slow(LOSSES, 4, several=True))
def test_hessian_products_are_differences_of_gradients(text, lets, extra):
    loss = read(text, lets=lets)
    s, t = inputs(loss, "moderate", np.random.default_rng(3))
    extra = arguments(loss, extra, s.shape[-1])
    v, h = np.cos(np.arange(s.size)).reshape(s.shape), 1e-5
    up, down = (lower(loss).value_and_grad(s + d * v, t, **extra)[1] for d in (h, -h))
    np.testing.assert_allclose(lower(loss).hvp(s, t, v, **extra), (up - down) / (2 * h), atol=1e-8)


@pytest.mark.parametrize(("text", "lets", "extra"), rest_slow([x for x in LOSSES if "_{i,j}" in x[0]], 4, several=True))
def test_no_samples_and_logits_of_ten_thousand(text, lets, extra):
    loss = read(text, lets=lets)
    s = np.array([[1e4, -1e4, 3.0], [-1e4, -1e4, 1e4]])
    t = np.array([[0.25, 0.5, 0.25], [0.125, 0.125, 0.75]])
    extra = arguments(loss, extra, 3)
    value, gradient = lower(loss).value_and_grad(s, t, **extra)
    assert np.isfinite(value) and np.isfinite(gradient).all() and np.isfinite(lower(loss).hvp(s, t, t, **extra)).all()
    try:
        value, gradient = lower(loss).value_and_grad(s[:0], t[:0], **extra)
    except DomainError as error:
        assert "domain" in str(error)  # 1/n or log 0
    else:
        assert value == 0 and gradient.shape == (0, 3)
