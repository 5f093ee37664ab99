"""Maxima and minima over an index: one object for one meaning, derivative, printing, and what is shown equal."""

import pytest
from numeric_oracle import evaluate, numbers, value_at
from strategies import I, J, K
from sympy import Integer, Lt, Max, Ne, exp

from nmderive.calculus.counting import counted
from nmderive.calculus.differentiate import differentiate
from nmderive.calculus.extrema import Attained, IndexMax, IndexMin, has_extrema, has_kinks
from nmderive.calculus.normal_form import Frame, is_zero, normal_form, to_expression
from nmderive.calculus.specialise import specialise
from nmderive.calculus.substitute import substitute_array
from nmderive.calculus.sums import IndexSum
from nmderive.calculus.symbols import M, N, S, T, index
from nmderive.errors import DomainError, UnsupportedError
from nmderive.losses.reading import read
from nmderive.notation import from_ast, parse, to_ast, to_latex, to_text, to_unicode
from nmderive.notation.interchange import to_sympy

H = index("h")
OTHERS = IndexMax(S[I, K], K, M, Ne(K, J))
LOSSES = [
    r"\sum_i \sum_j t_{i,j} \max\left(0, 1 + \max_{k \neq j} s_{i,k} - s_{i,j}\right)",
    r"\sum_i \left(\max_k s_{i,k} - \min_k s_{i,k}\right)",
    r"\sum_i \sum_j \min_{k \neq j} \left(s_{i,k} - s_{i,j}\right)",
    r"\sum_j \max_i \left|s_{i,j} - t_{i,j}\right|", r"\sum_i \max_k \left(e^{s_{i,k}}\right) \sum_j s_{i,j}^2",
    r"\sum_i \left(\max_{k \neq 1} s_{i,k} - s_{i,1}\right)^2",
]


def test_the_name_of_the_index_does_not_matter_and_nothing_is_captured():
    assert OTHERS == IndexMax(S[I, H], H, M, Ne(H, J)) != IndexMax(S[I, H], H, M, Ne(H, 1))
    moved = OTHERS.xreplace({J: K})
    assert moved == IndexMax(S[I, H], H, M, Ne(H, K)) and moved.subs(K, J) == OTHERS
    assert IndexMax(S[I, K], K, M) != IndexMin(S[I, K], K, M) != IndexSum(S[I, K], K, M)


def test_a_body_without_its_index_is_its_own_maximum():
    assert IndexMax(S[I, J], K, M) == S[I, J] == IndexMin(S[I, J], K, M)
    kept = IndexMax(S[I, J], K, M, Ne(K, J))
    assert isinstance(kept, IndexMax) and counted(kept, {"i": "n", "j": "m"}) == S[I, J]


def test_what_may_be_over_no_index_is_refused():
    with pytest.raises(UnsupportedError):
        IndexMax(S[I, K], K, M, Lt(K, J))
    with pytest.raises(DomainError):
        specialise(OTHERS.xreplace({I: Integer(1), J: Integer(1)}), {"n": 1, "m": 1})
    with pytest.raises(DomainError):
        IndexMax(S[I, K], K, M, Ne(K, K))
    loss = read(r"\sum_i \max_{k \neq 1, k \neq 2} s_{i,k}")
    assert loss.least_sizes == {"n": 1, "m": 3} and has_extrema(loss.expr) and has_kinks(loss.expr)


@pytest.mark.parametrize("latex", LOSSES)
def test_the_derivative_is_that_of_the_written_out_loss(latex):
    loss = read(latex)
    sizes = {"n": 2, "m": 3}
    plain = specialise(loss.expr, sizes)
    s, t = numbers(2, 3, 5)
    values = {S.name: s, T.name: t}
    at = {x: values[x.name[0]][tuple(map(int, x.name[2:].split("_")))] for x in plain.free_symbols}
    assert abs(plain.subs(at).evalf(30) - value_at(loss.expr, 2, 3, 5)) < 1e-20
    for entry in s:
        own = evaluate(loss.gradient, sizes, s, t, {}, None, dict(zip(loss.indices, entry, strict=True)))
        ends = [evaluate(loss.expr, sizes, {**s, entry: s[entry] + x * 1e-15}, t, {}) for x in (1, -1)]
        assert abs(own - (ends[0] - ends[1]) / 2e-15) < 1e-12


def test_the_gradient_is_an_indicator_of_the_argmax():
    found = differentiate(IndexMax(S[I, K], K, M), S[I, J])
    assert found == Attained(S[I, J], IndexMax(S[I, K], K, M))
    assert to_latex(found) == r"\left[s_{i,j} = \max_k s_{i,k}\right]"
    assert differentiate(found, S[I, J]) == 0


def test_entries_that_tie_share_the_derivative():
    found = Attained(S[1, 1], IndexMax(S[1, K], K, M))
    tied = {(1, 1): 2, (1, 2): 2, (1, 3): 1}
    assert float(evaluate(found, {"n": 1, "m": 3}, tied, tied, {})) == 0.5
    plain = specialise(found, {"n": 1, "m": 3})
    assert plain.subs({x: tied[1, int(x.name[-1])] for x in plain.free_symbols}) == Integer(1) / 2


@pytest.mark.parametrize("latex", LOSSES)
def test_it_is_printed_as_it_is_read(latex):
    expr = parse(latex).sides[0]
    assert parse(to_latex(expr)).sides[0] == expr
    assert parse(to_text(expr), form="text").sides[0] == expr and to_unicode(expr)
    assert from_ast(to_ast(expr)) == expr


def test_the_indicator_of_the_argmax_goes_into_records_and_back():
    found = differentiate(IndexMax(S[I, K], K, M, Ne(K, J)), S[I, H])
    assert from_ast(to_ast(found)) == found


def test_the_text_form_takes_the_index_first():
    assert parse("max(k, k != j, s[i,k])", form="text").sides[0] == OTHERS
    assert parse("max(k, s[i,k] - s[i,j])", form="text").sides[0].has(IndexMax)
    assert not parse("max(s[i,k], s[i,j])", form="text").sides[0].has(IndexMax)
    assert parse("min(i in n, s[i,1])", form="text").sides[0] == IndexMin(S[I, 1], I, N)


def test_what_stands_behind_a_maximum_is_asked_back():
    for text in (r"\max_k t_{i,k} \sum_j s_{i,j}", r"\sum_i \max_k s_{i,k} / 2"):
        with pytest.raises(Exception, match=r"(?i)max|bracket"):
            parse(text)


def test_the_positive_part_of_a_maximum_is_taken_under_it_as_outside():
    assert parse(r"\max_k (s_{1,k} - 1)_+").sides[0] == parse(r"\max_k \max(0, s_{1,k} - 1)").sides[0]


SAME = [
    (IndexMax(S[I, K] + S[I, J], K, M), IndexMax(S[I, K], K, M) + S[I, J]),
    (IndexMax(S[I, K] - 3, K, M, Ne(K, J)), OTHERS - 3), (IndexMin(S[I, K], K, M), -IndexMax(-S[I, K], K, M)),
    (IndexMax(S[I, K], K, M) * IndexMax(S[I, H], H, M), IndexMax(S[I, K], K, M) ** 2),
    (IndexMax(IndexMax(S[H, K], K, M), H, N), IndexMax(IndexMax(S[H, K], H, N), K, M)),
]
OTHER = [
    (IndexMax(S[I, K], K, M), OTHERS), (IndexMax(S[I, K], K, M), IndexMin(S[I, K], K, M)),
    (IndexMax(2 * S[I, K], K, M), IndexMax(S[I, K], K, M)), (IndexMax(T[I, K], K, M), IndexMax(S[I, K], K, M)),
]


@pytest.mark.parametrize("left, right", SAME)
def test_equal_spellings_are_shown_equal(left, right):
    assert is_zero(normal_form(left - right, Frame({}, {"i": "n", "j": "m"})))


@pytest.mark.parametrize("left, right", OTHER)
def test_others_are_not(left, right):
    assert not is_zero(normal_form(left - right, Frame({}, {"i": "n", "j": "m"})))


def test_a_normal_form_of_a_maximum_is_not_written_back():
    with pytest.raises(UnsupportedError):
        to_expression(normal_form(IndexMax(exp(S[1, K]), K, M)))
    with pytest.raises(UnsupportedError):
        to_sympy(OTHERS)
    assert specialise(IndexMax(S[1, K], K, M), {"n": 1, "m": 2}).func is Max


def test_an_array_in_a_maximum_is_replaced_without_capture():
    found = substitute_array(OTHERS, S, (I, J), IndexSum(S[I, K] * T[I, J], K, M))
    n, m = 2, 3
    s, t = numbers(n, m, 1)
    at = {I: 2, J: 1}
    wanted = max(sum(s[2, h] for h in range(1, 4)) * t[2, k] for k in (2, 3))
    assert abs(evaluate(found, {"n": n, "m": m}, s, t, {}, None, at) - wanted) < 1e-20
