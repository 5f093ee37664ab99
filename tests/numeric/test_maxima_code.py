"""Code of maxima over an index: kernels against loops, ties, nan, and sizes at which there is none."""

import numpy as np
import pytest

import nmderive
from nmderive.errors import DomainError
from nmderive.numeric.kernels import amaxex, exshare, exsharet, share
from nmderive.numeric.simple import lambdified

LOSSES = (
    r"\sum_i \sum_j t_{i,j}\max(0, 1 + \max_{k\neq j} s_{i,k} - s_{i,j})", r"\sum_i(\max_k s_{i,k} - \min_k s_{i,k})^2",
    r"\sum_i\sum_j t_{i,j}\left(\max_{k\neq j} (s_{i,k} - s_{i,j})\right)^2", r"\max_i \sum_j s_{i,j}^2",
    r"\sum_i\max_{k\neq 1} s_{i,k}", r"\sum_j\min_{i}\left|s_{i,j}-t_{i,j}\right|",
    r"\sum_i\max_{j,k} (s_{i,j}t_{i,k})",
    r"\sum_i\sum_j\max_{k\neq j} \left(s_{i,k}t_{i,j}\right)", r"\sum_i \log\sum_j e^{\max_{k\neq j} s_{i,k}}",
)
RANDOM = np.random.default_rng(3)
S, T = RANDOM.normal(size=(4, 3)), RANDOM.dirichlet(np.ones(3), 4)
ROWS = [[0.5, 2.0, 1.0], [2.0, 2.0, 1.0], [2.0, 2.0, 2.0], [1.0, 0.0, 0.0]]


def by_loops(x, y):
    """The largest others of a row, the mean of y over those that attain them, and its transpose."""
    tops, means, turned = [], [], np.zeros(len(x))
    for j in range(len(x)):
        others = [k for k in range(len(x)) if k != j]
        tops.append(max(x[k] for k in others))
        hits = [k for k in others if x[k] == tops[-1]]
        means.append(sum(y[k] for k in hits) / len(hits))
        for k in hits:
            turned[k] += y[j] / len(hits)
    return tops, means, turned


@pytest.mark.parametrize("row", ROWS)
def test_the_largest_others_and_their_shares(row):
    x, y = np.array([row]), np.array([[1.0, -2.0, 5.0]])
    out = amaxex(x, 1)
    tops, means, turned = by_loops(row, y[0])
    assert out.tolist() == [tops]
    assert exshare(x, out, y, 1)[0] == pytest.approx(means) and exsharet(x, out, y, 1)[0] == pytest.approx(turned)
    assert share(x, x.max(axis=1, keepdims=True), 1)[0] == pytest.approx((x[0] == x.max()) / np.sum(x[0] == x.max()))


@pytest.mark.parametrize("latex", LOSSES)
def test_value_gradient_and_curvature(latex):
    loss = nmderive.loss(latex)
    code, v, step = loss.numpy(), RANDOM.normal(size=S.shape), 1e-6
    value, gradient = code.value_and_grad(S, T)
    assert value == pytest.approx(lambdified(loss)(S, T), rel=1e-12)
    for at in np.ndindex(S.shape):
        moved = np.zeros_like(S)
        moved[at] = step
        slope = (code.value(S + moved, T) - code.value(S - moved, T)) / (2 * step)
        assert gradient[at] == pytest.approx(slope, abs=1e-6)
    turned = (code.value_and_grad(S + step * v, T)[1] - code.value_and_grad(S - step * v, T)[1]) / (2 * step)
    assert code.hvp(S, T, v) == pytest.approx(turned, abs=1e-5)
    assert lambdified(loss, loss.gradient)(S, T) == pytest.approx(gradient, abs=1e-12)


def test_entries_that_tie_share_the_slope():
    slopes = nmderive.loss(r"\sum_i \max_k s_{i,k}").numpy().value_and_grad(np.zeros((2, 4)))[1]
    assert slopes.tolist() == [[0.25] * 4] * 2
    others = nmderive.loss(r"\sum_i\sum_j t_{i,j}\max_{k\neq j} s_{i,k}").numpy().value_and_grad(
        np.zeros((1, 3)), np.array([[1.0, 0, 0]]))[1]
    assert others.tolist() == [[0, 0.5, 0.5]]


@pytest.mark.parametrize("latex", LOSSES)
def test_a_nan_stays_one_and_far_out_it_is_finite(latex):
    code = nmderive.loss(latex).numpy()
    value, gradient = code.value_and_grad(S * 1e4, T)
    assert np.isfinite(value) and np.isfinite(gradient).all()
    with pytest.raises(DomainError, match="not finite"):
        code.value(np.where(np.arange(12).reshape(4, 3) == 4, np.nan, S), T)


def test_a_single_class_has_no_others():
    code = nmderive.loss(LOSSES[0]).numpy()
    with pytest.raises(DomainError, match="class 2"):
        code.value(np.zeros((2, 1)), np.ones((2, 1)))


def test_there_is_no_fast_code():
    assert nmderive.loss(LOSSES[0]).numpy().program("value_and_grad", "fast") is None
