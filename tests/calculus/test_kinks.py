"""Absolute values, maxima and clips: value, derivative, printing, and what is shown equal, at random."""

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numeric_oracle import evaluate, numbers, value_at
from strategies import I, J, K, softmax
from sympy import Abs, Integer, Ne, Rational, exp, log, sign

from nmderive.budget import limited
from nmderive.calculus.differentiate import differentiate
from nmderive.calculus.kinks import clipped, largest, positive_part, smallest
from nmderive.calculus.normal_form import Frame, is_zero, normal_form, settled, to_expression, without_kinks
from nmderive.calculus.normal_form.algebra import multiply
from nmderive.calculus.normal_form.squares import square_root
from nmderive.calculus.sums import IndexSum
from nmderive.calculus.symbols import M, N, S, T
from nmderive.errors import NmderiveError
from nmderive.notation import parse, to_latex, to_text

POINTS = ((1, 1), (1, 2), (2, 3), (3, 2))


@st.composite
def arguments(draw):
    """What stands in an absolute value, of row i and the classes j, k."""
    a = draw(st.sampled_from([Integer(1), Rational(1, 2), Integer(-2)]))
    return draw(st.sampled_from([
        a * S[I, J], S[I, J] - S[I, K], S[I, J] - T[I, J], 1 + S[I, K] - S[I, J], a * softmax() - T[I, J],
        1 - S[I, J] * (2 * T[I, J] - 1), exp(S[I, J]) - 2, IndexSum(S[I, K], K, M) - a,
        S[I, J] * S[I, K], log(1 + exp(S[I, J])) - S[I, K],
    ]))


@st.composite
def pieces(draw):
    """One piecewise expression of row i and the classes j, k."""
    x, y = draw(arguments()), draw(arguments())
    return draw(st.sampled_from([
        Abs(x), positive_part(x), largest(x, y), smallest(x, y), clipped(x, -Integer(1), Integer(2)), exp(-Abs(x)),
        log(1 + exp(-Abs(x))), positive_part(x) ** 2, x * Abs(y), T[I, J] * positive_part(x), Abs(x) / (1 + Abs(x)),
    ]))


@st.composite
def losses(draw):
    """A piecewise loss without free indices."""
    inner = IndexSum(draw(pieces()) + draw(pieces()), K, M, *draw(st.sampled_from([(), (Ne(K, J),)])))
    return IndexSum(IndexSum(inner, J, M), I, N)


@given(losses(), st.integers(0, 3))
@pytest.mark.slow
@settings(max_examples=25, deadline=None)
def test_the_normal_form_and_its_reduction_keep_the_value(loss, seed):
    form = normal_form(loss)
    for shown in (form, settled(form)):
        back = to_expression(shown)
        for n, m in POINTS:
            expected = value_at(loss, n, m, seed)
            assert abs(value_at(back, n, m, seed) - expected) <= 1e-25 * (1 + abs(expected))


@given(losses(), st.integers(1, 4))
@pytest.mark.slow
@settings(max_examples=15, deadline=None)
def test_the_derivative_is_the_slope_beside_kinks(loss, seed):
    s, t = numbers(2, 3, seed)
    for at in s:
        s[at] += at[1] / 17 + seed / 91  # away from the kinks of round numbers
    slope = differentiate(loss, S[1, 2])

    def value(expr, moved=0):
        return evaluate(expr, {"n": 2, "m": 3}, {**s, (1, 2): s[1, 2] + moved}, t, {})

    step = 10**-12
    right, left = (value(loss, step) - value(loss)) / step, (value(loss) - value(loss, -step)) / step
    assume(abs(right - left) < 1e-6)
    assert abs(value(slope) - right) < 1e-6 * (1 + abs(right))


@given(losses())
@pytest.mark.slow
@settings(max_examples=15, deadline=None)
def test_what_is_printed_is_read_back(loss):
    for text in (to_text(loss), to_latex(loss)):
        again, = parse(text).sides
        assert abs(value_at(again, 2, 3, 1) - value_at(loss, 2, 3, 1)) < 1e-25


def _shown_zero(expr):
    try:
        with limited(steps=15_000):
            return is_zero(normal_form(expr))
    except NmderiveError:
        return False


@given(losses(), losses())
@pytest.mark.slow
@settings(max_examples=15, deadline=None)
def test_what_is_shown_equal_is_equal(left, right):
    for a, b in ((left, right), (left, 2 * right - right)):
        if _shown_zero(a - b):
            assert abs(value_at(a, 2, 3, 1) - value_at(b, 2, 3, 1)) < 1e-25


def _rows(body):
    return IndexSum(IndexSum(body, J, M), I, N)


X, Y = S[I, J], T[I, J]
TRUE = {
    "softplus": positive_part(X) + log(1 + exp(-Abs(X))) - log(1 + exp(X)),
    "the other softplus": log(1 + exp(Abs(X))) - log(1 + exp(X)) - positive_part(-X),
    "both parts": positive_part(X) + positive_part(-X) - Abs(X),
    "a product of both parts": positive_part(X) * positive_part(-X),
    "a square": positive_part(X) ** 2 - X * positive_part(X),
    "max and min": largest(X, Y) + smallest(X, Y) - X - Y,
    "even": exp(Abs(X)) + exp(-Abs(X)) - exp(X) - exp(-X),
    "a clip": clipped(X, Integer(0), Integer(1)) - positive_part(X) + positive_part(X - 1),
    "its own sign": Abs(X) * sign(X) - X,
    "a scaled square": Abs(2 * X - 2 * Y) - 2 * Abs(Y - X),
    "antisymmetric": IndexSum(Abs(S[I, J] - S[I, K]) - 2 * positive_part(S[I, J] - S[I, K]), K, M),
}
FALSE = {
    "sign dropped": Abs(X) - X,
    "one side": positive_part(X) - X,
    "a square of signs": Abs(X) - X * sign(X) - 1,
    "another argument": Abs(X) - Abs(Y),
    "softplus of the wrong side": positive_part(X) + log(1 + exp(Abs(X))) - log(1 + exp(X)),
    "a log of either sign": log(1 + exp(X) + Abs(X)) - log(1 + exp(X) + X),
}


@pytest.mark.parametrize("name", TRUE)
def test_identities(name):
    assert is_zero(normal_form(_rows(TRUE[name])))


@pytest.mark.parametrize("name", FALSE)
def test_traps(name):
    assert not is_zero(normal_form(_rows(FALSE[name])))


@given(arguments())
@pytest.mark.slow
@settings(max_examples=15, deadline=None)
def test_the_root_of_a_square_is_found_up_to_its_sign(x):
    form = normal_form(x, Frame({}, {"i": "n", "j": "m", "k": "m"}))
    square = multiply(form, form)
    root = square_root(square)
    assert root is not None and multiply(root, root) == square


def test_kinks_that_cancel_leave_a_smooth_form():
    smooth = without_kinks(normal_form(_rows(TRUE["softplus"] + log(1 + exp(X)))))
    assert smooth == normal_form(_rows(log(1 + exp(X))))
    assert without_kinks(normal_form(_rows(Abs(X)))) is None
