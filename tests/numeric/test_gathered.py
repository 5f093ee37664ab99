"""Code for class indices modulo m: values, gradients and Hessian products against SymPy at fixed sizes."""

import numpy as np
import pytest
from sympy import Integer, Ne, diff, exp, lambdify, log
from today import rest_slow

from nmderive.calculus.cyclic import Cyclic
from nmderive.calculus.specialise import entry_symbol, specialise
from nmderive.calculus.sums import IndexProduct, IndexSum
from nmderive.calculus.symbols import M, N, S, T, index
from nmderive.errors import UnsupportedError
from nmderive.losses.catalogue import load
from nmderive.losses.loss import Loss
from nmderive.numeric.lower import lower

i, j, k, d = map(index, "ijkd")
SIZES = [(2, 3), (3, 4), (1, 2), (2, 5), (1, 1)]


def step(place):
    return IndexSum(T[i, j] * exp(S[i, place] - S[i, j]), i, N)


EXPRESSIONS = {
    "neighbours": IndexSum(IndexSum(S[i, j] ** 2 * S[i, Cyclic(j + 1)], j, M), i, N),
    "neighbours in logarithms": IndexSum(log(1 + step(Cyclic(j + 1))), j, M),
    "backwards": IndexSum(IndexSum(exp(S[1, Cyclic(j - d)]) * S[1, d], d, M), j, M),
    "three letters": IndexSum(
        IndexSum(log(1 + IndexSum(exp(S[1, Cyclic(k + 2 * j - d)]), k, M)) * T[1, d], j, M), d, M),
    "the last class": IndexSum(S[i, Cyclic(0)] * IndexSum(exp(S[i, j]), j, M, Ne(j, Cyclic(0))), i, N),
    "products": log(1 + IndexSum(IndexProduct(1 + step(Cyclic(j + d)), j, M), d, M, Ne(d, Cyclic(0)))),
    "a shift that stands alone, too": IndexSum(IndexSum(log(1 + step(Cyclic(j + d)) * exp(S[1, d])), j, M), d, M),
    "less a constant": load("cyclic").expr,
}


def by_sympy(expr, s, t):
    n, m = s.shape
    plain = specialise(expr, {"n": n, "m": m})
    places = [(a + 1, b + 1) for a in range(n) for b in range(m)]
    logits, labels = ([entry_symbol(base[Integer(a), Integer(b)]) for a, b in places] for base in (S, T))
    run = [lambdify([logits, labels], x, "math") for x in (plain, *(diff(plain, x) for x in logits))]
    value, *slopes = (f(list(s.ravel()), list(t.ravel())) for f in run)
    return value, np.reshape(slopes, s.shape)


@pytest.mark.slow
@pytest.mark.parametrize("name", rest_slow(EXPRESSIONS, 3))
def test_the_code_is_what_sympy_says(name):
    lowered = lower(Loss(EXPRESSIONS[name], (N, M)))
    for n, m in SIZES:
        rng = np.random.default_rng(n + m)
        s, t = rng.normal(size=(n, m)), rng.dirichlet(np.ones(m), n)
        value, slopes = by_sympy(EXPRESSIONS[name], s, t)
        own, gradient = lowered.value_and_grad(s, t)
        assert own == pytest.approx(value, rel=1e-11, abs=1e-12)
        np.testing.assert_allclose(gradient, slopes, rtol=1e-9, atol=1e-11)
        v, h = rng.normal(size=(n, m)), 1e-5
        up, down = (lowered.value_and_grad(s + x * v, t)[1] for x in (h, -h))
        np.testing.assert_allclose(lowered.hvp(s, t, v), (up - down) / (2 * h), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("expr, words", [
    (IndexSum(S[1, Cyclic(2 * j)] ** 3, j, M), "derivative by a class index"),
    (IndexSum(S[1, Cyclic(3)] ** 3 * T[1, j], j, M), "class 3 modulo m"),
    (IndexSum(IndexSum(S[1, j] * T[1, k], k, M, Ne(k, Cyclic(j + 1))), j, M), "modulo m"),
])
def test_what_has_no_code_says_so(expr, words):
    with pytest.raises(UnsupportedError, match=words):
        lower(Loss(expr, (N, M)))


def test_the_matrix_of_classes_is_a_product_over_rows():
    """The work is linear in n m^2, and no array of samples and two classes is made."""
    text = lower(load("cyclic")).program("value_and_grad", "fast").code
    assert " @ " in text or "einsum" in text
    rng = np.random.default_rng(0)
    s, t = rng.normal(size=(20_000, 40)), np.eye(40)[rng.integers(40, size=20_000)]
    assert np.isfinite(lower(load("cyclic")).value_and_grad(s, t)[1]).all()


def test_extreme_logits_stay_finite():
    s, t = np.random.default_rng(0).normal(size=(5, 4)) * 2000, np.eye(4)[[0, 1, 2, 3, 0]]
    value, gradient = lower(load("cyclic")).value_and_grad(s, t)
    assert np.isfinite(value) and np.isfinite(gradient).all() and value > 100
