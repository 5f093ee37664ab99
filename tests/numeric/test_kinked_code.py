"""Code of losses with kinks: values and slopes beside them, stable far out, and what root finding says of them."""

import numpy as np
import pytest
from numeric_oracle import evaluate

import nmderive
from nmderive.errors import DomainError

LOSSES = (
    r"\sum_i \sum_j |t_{i,j} - p_{i,j}|",
    r"\sum_i \sum_j t_{i,j} \sum_{k\neq j} \max(0, 1 + s_{i,k} - s_{i,j})",
    r"\sum_i\sum_j (1 - s_{i,j}(2t_{i,j}-1))_+^2",
    r"\sum_i\sum_j \left(\max(s_{i,j},0) - s_{i,j} t_{i,j} + \log(1+e^{-|s_{i,j}|})\right)",
    r"\sum_i\sum_j t_{i,j} \text{clip}(s_{i,j}, -1, 2)",
    r"\sum_i\sum_j t_{i,j} \max(-\log p_{i,j}, 1/2)",
    r"\log(1 + \sum_i\sum_j t_{i,j} |s_{i,j}|)",
)
RANDOM = np.random.default_rng(7)
S, T = RANDOM.normal(size=(4, 3)) * 2, RANDOM.dirichlet(np.ones(3), 4)


@pytest.mark.parametrize("latex", LOSSES)
def test_value_and_slope_beside_kinks(latex):
    loss = nmderive.loss(latex)
    value, gradient = loss.numpy().value_and_grad(S, T)
    s, t = ({(i + 1, j + 1): float(x) for (i, j), x in np.ndenumerate(table)} for table in (S, T))
    assert float(value) == pytest.approx(float(evaluate(loss.expr, {"n": 4, "m": 3}, s, t, {})), rel=1e-12)
    for at in s:
        up, down = (evaluate(loss.expr, {"n": 4, "m": 3}, {**s, at: s[at] + d}, t, {}) for d in (1e-6, -1e-6))
        assert gradient[at[0] - 1, at[1] - 1] == pytest.approx(float(up - down) / 2e-6, abs=2e-6)


@pytest.mark.parametrize("latex", LOSSES)
def test_far_out_it_stays_finite(latex):
    value, gradient = nmderive.loss(latex).numpy().value_and_grad(S * 1e4, T)
    assert np.isfinite(value) and np.isfinite(gradient).all()


def test_at_a_kink_it_is_the_mean_of_both_sides():
    code = nmderive.loss(r"\sum_i\sum_j \max(0, s_{i,j})").numpy()
    assert np.array_equal(code.value_and_grad(np.zeros((1, 2)), np.full((1, 2), 0.5))[1], [[0.5, 0.5]])


def test_nan_never_becomes_a_number():
    s = S.copy()
    s[0, 0] = np.nan
    for latex in LOSSES:
        with pytest.raises(DomainError, match="not finite"):
            nmderive.loss(latex).numpy().value_and_grad(s, T)


def test_root_finding_says_a_kink():
    found = nmderive.loss(r"\sum_i\sum_j |s_{i,j} - t_{i,j}|").stationary(T)
    assert not np.all(found.converged) and "kink" in found.reason
