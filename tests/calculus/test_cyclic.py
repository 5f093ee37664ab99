"""Class indices modulo m: values, derivatives and equality, against SymPy's expansion at fixed sizes."""

import pytest
from sympy import Integer, Ne, Rational, diff, exp, log

from nmderive.calculus.cyclic import Cyclic
from nmderive.calculus.differentiate import differentiate
from nmderive.calculus.specialise import entry_symbol, specialise
from nmderive.calculus.sums import IndexProduct, IndexSum
from nmderive.calculus.symbols import M, N, S, T, index
from nmderive.errors import UnsupportedError

a, b, d, i, j, k = map(index, "abdijk")
SIZES = [(1, 1), (1, 2), (2, 1), (2, 3), (1, 4)]


def overlap(x, y):
    return IndexSum(T[i, x] * exp((S[i, y] - S[i, x]) / 2), i, N)


def cyclic(kernel=overlap):
    product = IndexProduct(1 + kernel(j, Cyclic(j + d)), j, M)
    return log(IndexSum(product, d, M, Ne(d, Cyclic(0))) - (M - 2))


#: Expressions that are defined at all sizes, m = 1 too.
EXPRESSIONS = {
    "products": IndexSum(IndexProduct(1 + overlap(j, Cyclic(j + d)), j, M), d, M, Ne(d, Cyclic(0))),
    "neighbours": IndexSum(IndexSum(S[i, j] ** 2 * S[i, Cyclic(j + 1)], j, M), i, N),
    "backwards": IndexSum(IndexSum(exp(S[1, Cyclic(j - d)]) * S[1, d], d, M), j, M),
    "doubled": IndexSum(S[1, Cyclic(2 * j)] ** 3 * T[1, j], j, M),
    "three": IndexSum(IndexSum(log(1 + IndexSum(exp(S[1, Cyclic(k + 2 * j - d)]), k, M)) * T[1, d], j, M), d, M),
    "excluded": IndexSum(IndexSum(S[1, Cyclic(j + d)] * S[1, j] ** 2, j, M, Ne(j, d)), d, M),
}


def at(expr, n, m, **indices):
    """Return the value of ``expr`` at fixed rational entries."""
    plain = specialise(expr.xreplace({index(x): Integer(v) for x, v in indices.items()}), {"n": n, "m": m})
    return valued(plain)


def valued(plain):
    values = {}
    for x in plain.free_symbols:
        _, row, column = x.name.split("_")
        values[x] = Rational((5 * int(row) + 3 * int(column)) % 7 + 1, 5 + int(column) % 3)
    return plain.xreplace(values).evalf(30)


def test_indices_are_one_object_where_they_are_equal():
    assert Cyclic(j + d) == Cyclic(d + j) == Cyclic(Cyclic(j + k) + d - k) == Cyclic(j + d + 2 * M)
    assert Cyclic(j + d - d) == j and Cyclic(j + M) == j and Cyclic(M) == Cyclic(0)
    assert [Cyclic(5).at(m) for m in (1, 2, 3, 4, 5)] == [1, 1, 2, 1, 5] and Cyclic(0).at(3) == 3


@pytest.mark.parametrize("wrong", [j / 2, j * d, log(j)])
def test_other_indices_are_refused(wrong):
    with pytest.raises(UnsupportedError, match="class index"):
        Cyclic(wrong)


def test_the_value_is_that_of_the_sum_written_out():
    s = [entry_symbol(S[1, x]) for x in range(1, 4)]
    assert specialise(IndexSum(S[1, j] * S[1, Cyclic(j + 1)], j, M), {"m": 3}) == (
        s[0] * s[1] + s[1] * s[2] + s[2] * s[0]
    )
    assert specialise(IndexSum(S[1, d], d, M, Ne(d, Cyclic(0))), {"m": 3}) == s[0] + s[1]


@pytest.mark.parametrize("name", EXPRESSIONS)
def test_derivatives_are_those_of_sympy(name):
    expr = EXPRESSIONS[name]
    gradient = differentiate(expr, S[a, b])
    for n, m in SIZES:
        plain = specialise(expr, {"n": n, "m": m})
        for row, column in {(1, 1), (n, m), (1, m)}:
            theirs = valued(diff(plain, entry_symbol(S[Integer(row), Integer(column)])))
            assert abs(at(gradient, n, m, a=row, b=column) - theirs) < 1e-20, (n, m, row, column)


def test_the_cyclic_loss_is_stationary_at_softmax():
    gradient = differentiate(cyclic(), S[a, b])
    for n, m in ((1, 2), (2, 3), (1, 4)):
        plain = specialise(gradient.xreplace({a: Integer(1), b: Integer(m)}), {"n": n, "m": m})
        rows = range(1, n + 1)
        whole = {r: sum(exp(entry_symbol(S[r, c])) for c in range(1, m + 1)) for r in rows}
        link = {entry_symbol(T[r, c]): exp(entry_symbol(S[r, c])) / whole[r] for r in rows for c in range(1, m + 1)}
        assert abs(valued(plain.xreplace(link))) < 1e-20
