"""Laws of the indexed sums: alpha-equivalence, capture-safe substitution, evaluation, conditions."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import losses
from sympy import Ne, Symbol, exp, latex, log

from nmderive.calculus.counting import counted
from nmderive.calculus.sums import IndexProduct, IndexSum, Iverson, indexed_sum
from nmderive.calculus.symbols import M, N, S, T, index
from nmderive.errors import UnsupportedError

i, j, k, h = map(index, "ijkh")


def test_a_bound_name_does_not_matter():
    for a, b in ((k, h), (h, k), (k, index("zeta"))):
        left = IndexSum(exp(S[i, a]) * IndexSum(S[i, b], b, M, Ne(a, b)), a, M)
        right = IndexSum(exp(S[i, b]) * IndexSum(S[i, a], a, M, Ne(a, b)), b, M)
        assert left == right and hash(left) == hash(right)


def test_substitution_never_captures():
    total = IndexSum(S[i, k] * T[j, k], k, M)
    for new in (k, index("_1"), index("_2")):
        changed = total.subs(j, new)
        assert changed == IndexSum(S[i, h] * T[new, h], h, M)
        assert changed == total.xreplace({j: new})
        assert new in changed.free_symbols
    inner = IndexSum(S[i, k], k, M)
    replaced = IndexSum(T[i, k] * S[j, k], k, M).xreplace({S[j, index("_9")]: inner})
    assert replaced == IndexSum(T[i, k] * S[j, k], k, M)


def test_a_value_with_a_binder_of_the_same_name_is_not_captured():
    p = exp(S[i, j]) / IndexSum(exp(S[i, k]), k, M)
    inside = p.xreplace({i: index("_1"), j: index("_2")})
    closed = IndexSum(IndexSum(inside, index("_2"), M), index("_1"), N)
    a, b, c = map(index, "abc")
    assert closed == IndexSum(IndexSum(exp(S[a, b]) / IndexSum(exp(S[a, c]), c, M), b, M), a, N)


@given(losses())
@settings(max_examples=40, deadline=None)
def test_rebuilding_from_the_arguments_changes_nothing(loss):
    assert loss.func(*loss.args) == loss
    assert loss.xreplace({Symbol("nothing"): Symbol("x")}) == loss
    body, conditions = loss.open(index("zz"))
    assert loss.func(body, index("zz"), loss.domain, *conditions) == loss


def test_a_body_without_the_bound_index_is_counted_by_a_rule_only():
    assert IndexSum(1, k, M) != M and counted(IndexSum(1, k, M)) == M
    excluded = IndexSum(T[i, j], k, M, Ne(k, j))
    assert counted(excluded) == excluded  # nothing says that j is a class
    assert counted(excluded, {"j": "m"}) == (M - 1) * T[i, j]
    assert counted(IndexProduct(S[i, j], k, M)) == S[i, j] ** M
    assert counted(IndexSum(IndexSum(S[i, 1], k, M, Ne(k, j)), j, M)) == M * (M - 1) * S[i, 1]


def test_a_named_index_is_counted_where_the_size_reaches_it():
    third = IndexSum(S[1, 1], k, M, Ne(k, 3))
    assert counted(third) == third and counted(third, least={"m": 3}) == (M - 1) * S[1, 1]
    assert counted(IndexSum(S[1, 1], k, M, Ne(k, 1))) == (M - 1) * S[1, 1]


def test_trivial_sums_are_evaluated():
    assert IndexSum(0, k, M) == 0 and IndexProduct(1, k, M) == 1
    assert IndexSum(S[i, k], k, M, Ne(j, j)) == 0


def test_conditions_are_oriented_and_decided():
    assert IndexSum(S[i, k], k, M, Ne(k, j)) == IndexSum(S[i, k], k, M, Ne(j, k))
    assert IndexSum(S[i, k], k, M, j > k) == IndexSum(S[i, k], k, M, k < j)
    assert Iverson(Ne(index("q"), index("q"))) == 0


def test_a_range_other_than_n_or_m_is_refused():
    with pytest.raises(UnsupportedError):
        IndexSum(S[i, k], k, Symbol("r", integer=True, positive=True))


@given(st.sampled_from("ijkh"), st.sampled_from("ijkh"))
def test_free_symbols_leave_the_bound_index_out(a, b):
    total = IndexSum(S[index(a), index(b)], index(b), M)
    assert index(b) not in total.free_symbols
    if a != b:
        assert index(a) in total.free_symbols


def test_sympy_latex_prints_readable_names():
    loss = IndexSum(log(1 + indexed_sum(T[i, j] * exp(S[i, k]), (i, N, ()), (k, M, (Ne(k, j),)))), j, M)
    text = latex(loss)
    assert r"\sum_{k \neq j}" in text and "_1" not in text and r"\delta" not in text
