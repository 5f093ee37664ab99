"""Putting an expression in an array's place means the same as putting its values in the entries' places."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Add, Indexed, Integer, Mul, Ne, expand

from nmderive.calculus.specialise import entry_symbol, specialise
from nmderive.calculus.substitute import substitute_array
from nmderive.calculus.sums import IndexProduct, IndexSum
from nmderive.calculus.symbols import M, S, T, index
from nmderive.structure.canonical import P

SIZES = {"n": 2, "m": 3}
i, j, k, h = map(index, "ijkh")


@st.composite
def nested(draw, depth=0, letters=(j,)):
    """A sum or product of entries and of sums, excluded from one another by indices that their bodies need not name."""
    own = index("abcd"[depth])
    known = (*letters, own)
    factors = [draw(st.sampled_from([P, T]))[i, draw(st.sampled_from(known))] for _ in range(draw(st.integers(0, 2)))]
    if depth < 3 and draw(st.booleans()):
        factors.append(draw(nested(depth + 1, known)))
    body = draw(st.sampled_from([Mul, Add]))(Integer(draw(st.integers(1, 2))), *factors)
    excluded = draw(st.sets(st.sampled_from(letters), max_size=2))
    operator = IndexProduct if depth == 2 and draw(st.booleans()) else IndexSum
    return operator(body, own, M, *(Ne(own, e) for e in excluded))


def at(expr):
    return specialise(expr.xreplace({i: Integer(1), j: Integer(2)}), SIZES)


@pytest.mark.slow
@given(nested())
@settings(max_examples=30, deadline=None)
def test_an_array_is_replaced_entry_by_entry(expr):
    value = T[i, j] + IndexSum(S[i, k] * IndexSum(S[i, h], h, M, Ne(h, k)), k, M, Ne(k, j))
    entries = {entry_symbol(P[1, c]): at(value.xreplace({j: index("x")}).xreplace({index("x"): Integer(c)}))
               for c in (1, 2, 3)}
    assert expand(at(substitute_array(expr, P, (i, j), value)) - at(expr).xreplace(entries)) == 0


@pytest.mark.slow
@given(nested())
@settings(max_examples=30, deadline=None)
def test_an_operator_closed_again_after_it_was_opened_means_the_same(expr):
    def again(x):
        if isinstance(x, IndexSum | IndexProduct):
            body, conditions = x.open(x.bound)
            return x.func(again(body) + IndexSum(T[i, k], k, M, Ne(k, x.bound)), x.bound, x.domain, *conditions)
        return x if isinstance(x, Indexed) or not x.args else x.func(*map(again, x.args))

    def direct(x, fresh=0):
        if isinstance(x, IndexSum | IndexProduct):
            own = index(f"f{fresh}")
            body, conditions = x.open(own)
            return x.func(direct(body, fresh + 1) + IndexSum(T[i, k], k, M, Ne(k, own)), own, x.domain, *conditions)
        return x if isinstance(x, Indexed) or not x.args else x.func(*(direct(a, fresh) for a in x.args))

    assert expand(at(again(expr)) - at(direct(expr))) == 0
