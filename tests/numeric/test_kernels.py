"""Kernels against their definitions, at scales from ordinary to far beyond the exponent range."""

import numpy as np
import pytest

from nmderive.front import loss as read
from nmderive.numeric import kernels
from nmderive.numeric.lower import lower

SCALES = [1.0, 30.0, 1000.0, 10_000.0]


def tables(scale, seed):
    rng = np.random.default_rng(seed)
    a, b = rng.normal(size=(7, 4)) * scale, rng.normal(size=(7, 5)) * scale
    if seed:
        a[:, 2], a[3], a[2, 1], b[1, 0] = -np.inf, -np.inf, -np.inf, -np.inf
    return a, b


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("seed", range(4))
def test_products_of_exponentials(scale, seed):
    a, b = tables(scale, seed)
    x = a[:, :, None] + b[:, None, :]
    y = np.random.default_rng(9).normal(size=(4, 5))
    with np.errstate(all="ignore"):
        whole, ours = kernels.lse(x, 0), kernels.lsedot(a, b)
        np.testing.assert_allclose(ours, whole, rtol=1e-13, atol=1e-12)
        weights = kernels.weight(x, whole) * y
        over_k, over_j = kernels.mixdots(a, b, ours, y)
    tolerance = 1e-15 * (100 + scale)
    np.testing.assert_allclose(over_k, weights.sum(2), atol=tolerance)
    np.testing.assert_allclose(over_j, weights.sum(1), atol=tolerance)
    with np.errstate(all="ignore"):
        assert np.array_equal(kernels.mixdot(a, b, ours, y), over_k)


@pytest.mark.parametrize("shape", [(5,), (3, 4), (2, 20)])
@pytest.mark.parametrize("scale", SCALES)
def test_sums_over_the_others(shape, scale):
    rng = np.random.default_rng(len(shape))
    x, y = rng.normal(size=shape) * scale, rng.normal(size=shape)
    m = shape[-1]
    table = np.where(np.eye(m, dtype=bool), -np.inf, np.broadcast_to(x[..., None, :], (*shape, m)))
    axis = len(shape) - 1
    with np.errstate(all="ignore"):
        out = kernels.lsex(x, axis)
        np.testing.assert_allclose(out, kernels.lse(table, -1), rtol=1e-13, atol=1e-12)
        weights = kernels.weight(table, out[..., None])
        mixed, back = kernels.exmix(x, out, y, axis), kernels.exmixt(x, out, y, axis)
    tolerance = 1e-14 * (100 + scale)
    np.testing.assert_allclose(mixed, np.sum(weights * y[..., None, :], axis=-1), atol=tolerance)
    np.testing.assert_allclose(back, np.sum(weights * y[..., :, None], axis=-2), atol=tolerance)
    others = np.where(np.eye(m, dtype=bool), 0, np.broadcast_to(y[..., None, :], (*shape, m))).sum(-1)
    np.testing.assert_allclose(kernels.exsum(y, axis), others, atol=1e-14)


def test_log_of_softplus_and_its_slope():
    x = np.array([-np.inf, -1e4, -800.0, -40.0, -37.0, -5.0, 0.0, 5.0, 800.0])
    with np.errstate(all="ignore"):
        found, slope = kernels.logsoftplus(x), kernels.steepness(x)
    assert found[0] == -np.inf and np.array_equal(found[1:4], x[1:4])
    np.testing.assert_allclose(found[4:], np.log(np.logaddexp(x[4:], 0)), rtol=1e-14)
    np.testing.assert_allclose(slope[4:], 1 / (1 + np.exp(-x[4:])) / np.logaddexp(x[4:], 0), rtol=1e-13)
    np.testing.assert_allclose(slope[:4], 1, rtol=1e-15)


@pytest.mark.parametrize("factor", ["", "2 "])
def test_the_robust_pairwise_code_takes_no_memory_of_classes_squared(factor):
    loss = read(r"\sum_{j \neq k} \log(1 + \sum_i t_{i,j} e^{" + factor + r"(s_{i,k} - s_{i,j})})")
    code = lower(loss).program("value_and_grad", "robust").code
    assert "lsedot(" in code and "mixdots(" in code and "[:, :, None]" not in code
