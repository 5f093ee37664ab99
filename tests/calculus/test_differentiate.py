"""The derivative agrees with SymPy's own at fixed sizes, for article losses and random ones."""

import pytest
from hypothesis import given, settings
from strategies import losses
from sympy import KroneckerDelta, Ne, Piecewise, Rational, Symbol, diff, exp, log

from nmderive.calculus.differentiate import differentiate
from nmderive.calculus.normal_form import Frame, is_zero, normal_form
from nmderive.calculus.normal_form.algebra import add, scale
from nmderive.calculus.normal_form.derivative import derivative
from nmderive.calculus.specialise import entry_symbol, specialise
from nmderive.calculus.sums import IndexProduct, IndexSum, RowFunction, RowFunctionDerivative
from nmderive.calculus.symbols import M, N, S, T, index

pytestmark = pytest.mark.slow

i, j, k = map(index, "ijk")
SIZES = [(1, 1), (1, 2), (2, 1), (2, 3), (3, 2)]


def values(expr, seed):
    """Give every entry symbol of an expanded expression a rational value."""
    free = sorted(expr.free_symbols, key=lambda x: x.name)
    return {x: Rational((7 * p + 3 * seed) % 11 + 1, 5 + (p % 3)) for p, x in enumerate(free)}


def agree(loss, n, m, seed=0):
    sizes = {"n": n, "m": m}
    gradient = differentiate(loss, S[i, j])
    assert not gradient.has(KroneckerDelta, Piecewise)
    plain = specialise(loss, sizes)
    for a, b in {(1, 1), (n, m)}:
        ours = specialise(gradient.subs({i: a, j: b}), sizes)
        theirs = diff(plain, entry_symbol(S[a, b]))
        point = values(plain, seed)
        difference = (ours - theirs).xreplace(point).evalf(30)
        assert abs(difference) < 1e-20, (n, m, a, b)


@pytest.mark.parametrize("size", SIZES)
@given(loss=losses())
@settings(max_examples=8, deadline=None)
def test_random_losses_against_sympy(size, loss):
    agree(loss, *size)


@given(losses())
@settings(max_examples=30, deadline=None)
def test_the_kernel_differentiates_as_the_expression_layer_does(loss):
    frame = Frame({}, {"i": "n", "j": "m"})
    ours = normal_form(differentiate(loss, S[i, j]), frame)
    kernel = derivative(normal_form(loss, frame), "s", ("i", "j"))
    assert is_zero(add(ours, scale(kernel, -1)))


def test_undefined_functions_differentiate_symbolically():
    f = RowFunction(Symbol("f"), S, i, j)
    loss = IndexSum(log(1 + IndexSum(T[i, j] * exp(-f), i, N)), j, M)
    gradient = differentiate(loss, S[i, k])
    expected = RowFunctionDerivative(f, k)
    assert gradient.has(RowFunctionDerivative) and not gradient.has(KroneckerDelta)
    term = -T[i, j] * exp(-f) * expected / (1 + IndexSum(T[i, j] * exp(-f), i, N))
    assert gradient == IndexSum(term, j, M)


def test_a_product_differentiates():
    loss = IndexSum(IndexProduct(1 + T[i, j] * exp(S[i, j]), j, M), i, N)
    for size in SIZES:
        agree(loss, *size)


def test_exclusions_move_to_the_outer_sum():
    loss = IndexSum(log(IndexSum(exp(S[i, k]), k, M, Ne(k, j))), j, M)
    gradient = differentiate(IndexSum(loss, i, N), S[i, j])
    (total,) = gradient.atoms(IndexSum) - {x for g in gradient.atoms(IndexSum) for x in g.body.atoms(IndexSum)}
    assert total.conditions and all(isinstance(c, Ne) for c in total.conditions)


def test_free_indices_that_meet_leave_a_delta():
    hessian = differentiate(differentiate(IndexSum(exp(S[i, j]), j, M), S[i, j]), S[i, k])
    assert hessian.has(KroneckerDelta)


def test_sympy_diff_gives_the_same():
    loss = IndexSum(IndexSum(T[i, j] * S[i, j] ** 2, j, M), i, N)
    assert loss.diff(S[i, j]) == differentiate(loss, S[i, j]) == 2 * T[i, j] * S[i, j]
