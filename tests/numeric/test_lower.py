"""Shapes, types, edge cases, conditions and losses that nobody has seen before."""

import warnings

import numpy as np
import pytest
import strategies
from hypothesis import given, settings
from numeric.losses_here import NUMERIC, parameters
from numeric.reference import errors, reference
from sympy import Le, Lt, Ne, exp, log
from today import rest_slow

from nmderive.calculus.sums import IndexProduct, IndexSum
from nmderive.calculus.symbols import M, N, S, T, array, index, parameter
from nmderive.errors import DomainError, UnsupportedError
from nmderive.front import loss as read
from nmderive.losses.catalogue import load
from nmderive.losses.loss import Loss
from nmderive.numeric.lower import lower
from nmderive.numeric.simple import lambdified

I, J, K, H = (index(x) for x in "ijkh")


def point(shape, seed=0, scale=2.0):
    rng = np.random.default_rng(seed)
    return rng.normal(size=shape) * scale, rng.dirichlet(np.ones(shape[-1]), size=shape[:-1])


def shape_for(loss):
    return (5, 4) if len(loss.shape) == 2 else (4,)


@pytest.mark.parametrize("name", rest_slow(NUMERIC, 3))
def test_the_plain_form_by_sympy_agrees(name):
    loss, extra = load(name), parameters(load(name))
    s, t = point(shape_for(loss))
    value, gradient = lower(loss).value_and_grad(s, t, **extra)
    assert lambdified(loss)(s, t, **extra) == pytest.approx(value, rel=1e-12)
    np.testing.assert_allclose(lambdified(loss, loss.gradient)(s, t, **extra), gradient, atol=1e-12)


@pytest.mark.parametrize("name", rest_slow(NUMERIC, 3))
def test_value_alone_and_hessian_products(name):
    loss, extra = load(name), parameters(load(name))
    lowered = lower(loss)
    s, t = point(shape_for(loss))
    v = np.cos(np.arange(s.size)).reshape(s.shape)
    assert lowered.value(s, t, **extra) == pytest.approx(lowered.value_and_grad(s, t, **extra)[0], rel=1e-14)
    h = 1e-5
    up, down = (lowered.value_and_grad(s + d * v, t, **extra)[1] for d in (h, -h))
    np.testing.assert_allclose(lowered.hvp(s, t, v, **extra), (up - down) / (2 * h), atol=1e-7)


@pytest.mark.parametrize("name", rest_slow(NUMERIC, 3))
def test_single_precision_stays_single(name):
    loss, extra = load(name), parameters(load(name))
    s, t = point(shape_for(loss))
    value, gradient = lower(loss).value_and_grad(s.astype(np.float32), t.astype(np.float32), **extra)
    expected, slopes = lower(loss).value_and_grad(s, t, **extra)
    assert gradient.dtype == np.float32
    assert value == pytest.approx(expected, rel=1e-4, abs=1e-5)
    np.testing.assert_allclose(gradient, slopes, atol=2e-5, rtol=1e-3)


@pytest.mark.parametrize("name", rest_slow(NUMERIC, 3))
@pytest.mark.parametrize("shape", [(1, 4), (700, 4), (3, 70), (9, 600)])
def test_blocks_and_widths_agree_with_the_code_on_whole_arrays(name, shape):
    loss, extra = load(name), parameters(load(name))
    lowered = lower(loss)
    s, t = point(shape if len(loss.shape) == 2 else shape[-1:], seed=3)
    if s.ndim == 2 and name in ("pairwise", "triangles") and shape[1] > 100:
        return
    arguments = lowered.checked(s, t, extra)
    values = [arguments[a] for a in lowered.arguments]
    n, m = lowered.sizes(s)
    with np.errstate(all="ignore"):
        whole = lowered.batched("value_and_grad")(s[..., None], t[..., None], None, n, m, s.dtype, *values)
        for style in ("fast", "robust"):
            run = lowered._run("value_and_grad", style)
            if run is None:
                continue
            value, gradient = run(s, t, None, n, m, s.dtype, *values)
            assert float(value) == pytest.approx(float(np.ravel(whole[0])[0]), rel=1e-11)
            np.testing.assert_allclose(gradient, np.broadcast_to(whole[1], (*s.shape, 1))[..., 0], atol=1e-12)


@pytest.mark.parametrize("name", rest_slow(NUMERIC, 3))
def test_logits_of_ten_thousand_give_finite_numbers_or_a_clear_error(name):
    loss, extra = load(name), parameters(load(name))
    s, t = point(shape_for(loss))
    s = np.where(np.arange(s.size).reshape(s.shape) % 3 == 0, 1e4, -1e4)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            value, gradient = lower(loss).value_and_grad(s, t, **extra)
        except DomainError as error:
            assert "domain" in str(error) and name == "tsallis"
        else:
            assert np.isfinite(value) and np.isfinite(gradient).all()


@pytest.mark.parametrize("name", ["loss-1", "loss-3", "cross-entropy", "pairwise", "quadratic", "focal", "brier"])
def test_one_row_one_class_ties_and_no_rows(name):
    loss, extra = load(name), parameters(load(name))
    lowered = lower(loss)
    for shape in ((1, 1), (1, 5), (4, 1), (4, 5)):
        s, t = np.zeros(shape), np.full(shape, 1 / shape[1])
        expected, slopes = reference(loss, s, t, extra)
        assert max(errors(*lowered.value_and_grad(s, t, **extra), expected, slopes)) <= 1
    value, gradient = lowered.value_and_grad(np.zeros((0, 3)), np.zeros((0, 3)), **extra)
    assert value == 0 and gradient.shape == (0, 3)


def test_the_fast_code_gives_way_by_itself():
    lowered = lower(load("loss-1"))
    s, t = point((6, 4))
    for scale in (1, 40, 149, 151, 400, 5000):
        value, gradient = lowered.value_and_grad(s * scale, t)
        robust = lowered._run("value_and_grad", "robust")
        with np.errstate(all="ignore"):
            expected = robust(s * scale, t, None, 6, 4, s.dtype)
        assert value == pytest.approx(float(expected[0]), rel=1e-13)
        np.testing.assert_allclose(gradient, expected[1], atol=1e-12)
    with np.errstate(all="ignore"):
        assert lowered._run("value_and_grad", "fast")(s * 5000, t, None, 6, 4, s.dtype) is None


def test_errors_name_shape_and_domain():
    lowered = lower(load("cross-entropy"))
    with pytest.raises(DomainError, match=r"\(3,\).*\(n, m\)"):
        lowered.value(np.zeros(3), np.zeros(3))
    with pytest.raises(DomainError, match=r"\(2, 2\).*\(2, 3\)"):
        lowered.value(np.zeros((2, 3)), np.zeros((2, 2)))
    with pytest.raises(DomainError, match="labels t are missing"):
        lowered.value(np.zeros((2, 3)))
    with pytest.raises(DomainError, match="at least one class"):
        lowered.value(np.zeros((2, 0)), np.zeros((2, 0)))
    with pytest.raises(DomainError, match="no parameter q"):
        lowered.value(np.zeros((2, 3)), np.zeros((2, 3)), q=1)
    with pytest.raises(DomainError, match="value for g is missing"):
        lower(load("focal")).value(np.zeros((2, 3)), np.zeros((2, 3)))
    with pytest.raises(DomainError, match="positive"):
        lower(load("focal")).value(np.zeros((2, 3)), np.zeros((2, 3)), g=-1)
    with pytest.raises(DomainError, match="class numbers from 1 to 3"):
        lower(load("comment-4-8")).value(np.zeros((2, 3)), np.zeros((2, 3)), Omega_neg=[0])
    with pytest.raises(DomainError, match="not finite"):
        lowered.value(np.full((2, 3), np.nan), np.zeros((2, 3)))
    with pytest.raises(UnsupportedError, match="undefined function"):
        lower(load("loss-2"))


def test_class_sets_default_to_the_complement():
    lowered = lower(load("comment-4-8"))
    s, t = point((3, 4))
    assert lowered.value(s, t, Omega_neg=[1, 3]) == lowered.value(s, t, Omega_neg=[3, 1], Omega_pos=[2, 4])


CONDITIONED = [
    IndexSum(IndexSum(IndexSum(T[I, J] * log(1 + exp(S[I, K] - S[I, J])), K, M, Ne(K, J)), J, M), I, N),
    IndexSum(log(1 + IndexSum(IndexSum(T[I, J] * exp(S[I, K] - S[I, J]), K, M, Lt(K, J)), I, N)), J, M),
    IndexSum(log(1 + IndexSum(exp(S[I, K]), K, M, Le(K, 2))), I, N),
    IndexSum(log(1 + IndexSum(IndexSum(exp(S[I, K] - S[I, J]), K, M, Ne(K, J), Ne(K, 1)), I, N)), J, M, Ne(J, 2)),
    IndexSum(log(IndexProduct(1 + T[I, J] * exp(-S[I, J]), J, M, Ne(J, 1))), I, N),
    IndexSum(IndexSum(J * T[I, J] * (S[I, J] - S[I, 1]) ** 2, J, M), I, N) / (N * M),
    IndexSum(IndexSum(array("w", "positive")[J] * T[I, J] * exp(-parameter("g", "positive") * S[I, J]), J, M), I, N),
    IndexSum(IndexSum(log(1 + IndexSum(T[K, J] * exp(S[K, J] - S[I, J]), K, N, Ne(K, I))), I, N), J, M),
]


@pytest.mark.parametrize("number", range(len(CONDITIONED)))
def test_conditions_weights_literals_and_numbers(number):
    loss = Loss(CONDITIONED[number])
    extra = {"w": np.array([1.0, 2.0, 0.5, 3.0])} if loss.arrays else {}
    extra |= {"g": 0.7} if loss.parameters else {}
    s, t = point((3, 4))
    oracle = {k: (dict(enumerate(v, 1)) if k == "w" else v) for k, v in extra.items()}
    expected, slopes = reference_with(loss, s, t, oracle)
    assert max(errors(*lower(loss).value_and_grad(s, t, **extra), expected, slopes)) <= 1
    v = np.sin(np.arange(12.0)).reshape(3, 4)
    up, down = (lower(loss).value_and_grad(s + d * v, t, **extra)[1] for d in (1e-5, -1e-5))
    np.testing.assert_allclose(lower(loss).hvp(s, t, v, **extra), (up - down) / 2e-5, atol=1e-6, rtol=1e-6)


def reference_with(loss, s, t, extra):
    """The reference for arrays as parameters: mpmath takes them entry by entry."""
    import mpmath
    import numeric_oracle

    with mpmath.workdps(80):
        tables = [{(a + 1, b + 1): mpmath.mpf(float(x[a, b])) for a in range(3) for b in range(4)} for x in (s, t)]
        made = {k: ({i: mpmath.mpf(float(y)) for i, y in v.items()} if isinstance(v, dict) else mpmath.mpf(v))
                for k, v in extra.items()}
        sizes = {"n": 3, "m": 4}
        slopes = np.empty((3, 4), dtype=object)
        for a in range(3):
            for b in range(4):
                env = dict(zip(loss.indices, (a + 1, b + 1), strict=True))
                slopes[a, b] = numeric_oracle.evaluate(loss.gradient, sizes, *tables, made, None, env)
        return numeric_oracle.evaluate(loss.expr, sizes, *tables, made), slopes


@pytest.mark.slow
@settings(max_examples=30, deadline=None)
@given(strategies.losses())
def test_losses_that_nobody_has_seen(expr):
    loss = Loss(expr)
    if not expr.has(S):
        return
    s, t = point((3, 4), seed=5)
    expected, slopes = reference(loss, s, t, {})
    value, gradient = lower(loss).value_and_grad(s, t)
    wrong, worst = errors(value, gradient, expected, slopes)
    assert wrong < 1e-12 or abs(value - float(expected)) < 1e-12 and worst <= 1


def test_text_of_a_user_runs():
    loss = read(r"\sum_i \sum_{j \neq k} \log(1 + t_{i,j} e^{s_{i,k} - s_{i,j}})")
    s, t = point((3, 4))
    expected, slopes = reference(loss, s, t, {})
    assert max(errors(*lower(loss).value_and_grad(s, t), expected, slopes)) <= 1
