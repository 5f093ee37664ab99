"""Class indices modulo m: values, derivatives and equality, against SymPy's expansion at fixed sizes."""

import pytest
from sympy import Integer, Ne, Rational, diff, exp, log
from today import rest_slow

from nmderive.calculus.counting import counted
from nmderive.calculus.cyclic import Cyclic
from nmderive.calculus.differentiate import differentiate
from nmderive.calculus.normal_form import Frame, is_zero, normal_form, to_expression
from nmderive.calculus.normal_form.derivative import derivative, replace_array
from nmderive.calculus.specialise import entry_symbol, specialise
from nmderive.calculus.sums import IndexProduct, IndexSum
from nmderive.calculus.symbols import M, N, S, T, index
from nmderive.errors import ParseError, UnsupportedError
from nmderive.notation.ast import from_ast, to_ast

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


@pytest.mark.parametrize("name", rest_slow(EXPRESSIONS, 2))
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


FRAME = Frame(ranges={"a": "n", "b": "m", "d": "m", "j": "m", "k": "m"})


def zero(expr, frame=FRAME):
    return is_zero(normal_form(expr, frame))


@pytest.mark.parametrize("name", rest_slow(EXPRESSIONS, 2))
def test_the_normal_form_keeps_the_value(name):
    expr = EXPRESSIONS[name]
    back = to_expression(normal_form(expr))
    gradient = to_expression(derivative(normal_form(expr), "s", ("a", "b")))
    for n, m in SIZES:
        assert abs(at(back, n, m) - at(expr, n, m)) < 1e-20, (n, m)
        theirs = valued(diff(specialise(expr, {"n": n, "m": m}), entry_symbol(S[Integer(n), Integer(m)])))
        assert abs(at(gradient, n, m, a=n, b=m) - theirs) < 1e-20, (n, m)
        fixed = to_expression(normal_form(expr, Frame(sizes={"n": n, "m": m})))
        assert abs(at(fixed, n, m) - at(expr, n, m)) < 1e-20, (n, m)


@pytest.mark.parametrize("name", rest_slow(EXPRESSIONS, 2))
def test_the_way_back_and_both_derivatives_have_one_normal_form(name):
    expr = EXPRESSIONS[name]
    form = normal_form(expr)
    assert normal_form(to_expression(form)) == form
    assert zero(differentiate(expr, S[a, b]) - to_expression(derivative(form, "s", ("a", "b"))))


def test_shifts_other_than_m_are_counted():
    assert counted(IndexSum(S[1, 1], d, M, Ne(d, Cyclic(0)))) == (M - 1) * S[1, 1]
    open_count = IndexSum(S[1, 1], d, M, Ne(Cyclic(2 * d), Cyclic(0)))
    assert counted(open_count) == open_count


@pytest.mark.parametrize("expr", [*EXPRESSIONS.values(), cyclic()], ids=[*EXPRESSIONS, "cyclic"])
def test_certificates_hold_shifted_indices(expr):
    assert from_ast(to_ast(expr)) == expr
    assert to_ast(S[1, Cyclic(d + j - 2)]) == ["at", "s", [1, ["mod", [["d", 1], ["j", 1]], -2]]]


@pytest.mark.parametrize("wrong", [["mod", [["j", "1"]], 0], ["mod", [["j", 1]]], ["mod", [], True], ["shift", [], 0]])
def test_malformed_shifted_indices_are_refused(wrong):
    with pytest.raises(ParseError, match="malformed"):
        from_ast(["at", "s", [1, wrong]])


def looped(body, *conditions):
    return IndexSum(IndexSum(body, j, M), d, M, *conditions)


EQUAL = {
    "a shift goes over all classes": (IndexSum(S[1, Cyclic(j + d)], j, M), IndexSum(S[1, j], j, M)),
    "m shifts of each class": (looped(S[1, Cyclic(j + d)]), M * IndexSum(S[1, j], j, M)),
    "all pairs": (looped(exp(S[1, j] * S[1, Cyclic(j + d)])), looped(exp(S[1, j] * S[1, d]))),
    "pairs of two classes": (
        looped(S[1, j] * S[1, Cyclic(j + d)], Ne(d, Cyclic(0))),
        IndexSum(IndexSum(S[1, j] * S[1, d], d, M, Ne(d, j)), j, M),
    ),
    "shifts other than m": (IndexSum(1, d, M, Ne(d, Cyclic(0))), M - 1),
    "backwards": (
        IndexSum(exp(IndexSum(S[1, j] ** 2 * S[1, Cyclic(j + d)], j, M)), d, M),
        IndexSum(exp(IndexSum(S[1, Cyclic(j + d)] ** 2 * S[1, j], j, M)), d, M),
    ),
    "the transposed kernel": (cyclic(), cyclic(lambda x, y: overlap(y, x))),
    "neighbours": (IndexSum(S[1, j] * S[1, Cyclic(j + 1)], j, M), IndexSum(S[1, j] * S[1, Cyclic(j - 1)], j, M)),
}

DIFFERENT = {
    "one neighbour and the next": (
        IndexSum(S[1, j] * S[1, Cyclic(j + 1)], j, M), IndexSum(S[1, j] * S[1, Cyclic(j + 2)], j, M),
    ),
    "twice a class is not each class": (IndexSum(S[1, Cyclic(2 * j)], j, M), IndexSum(S[1, j], j, M)),
    "a direction": (
        IndexSum(S[1, j] ** 2 * S[1, Cyclic(j + 1)], j, M), IndexSum(S[1, j] ** 2 * S[1, Cyclic(j - 1)], j, M),
    ),
    "products in two orders": (
        IndexSum(IndexProduct(1 + overlap(j, Cyclic(j + d)), j, M), d, M),
        IndexSum(IndexProduct(1 + overlap(j, Cyclic(j + d)), d, M), j, M),
    ),
}


@pytest.mark.parametrize("name", EQUAL)
def test_what_differs_by_a_bijection_of_the_classes_is_equal(name):
    left, right = EQUAL[name]
    assert zero(left - right)
    if "transposed" not in name:
        for n, m in SIZES:
            assert abs(at(left, n, m, d=m) - at(right, n, m, d=m)) < 1e-20


@pytest.mark.parametrize("name", DIFFERENT)
def test_what_differs_is_not_shown_equal(name):
    left, right = DIFFERENT[name]
    assert not zero(left - right)
    assert any(abs(at(left, n, m) - at(right, n, m)) > 1e-6 for n, m in SIZES)


@pytest.mark.parametrize("name, kernel, scale", [
    ("c = 1/2", overlap, 1),
    ("c = 1", lambda x, y: IndexSum(T[i, x] * exp(S[i, y] - S[i, x]), i, N), 2),
    ("squared labels", lambda x, y: IndexSum(T[i, x] ** 2 * exp(S[i, y] - S[i, x]), i, N), 1),
])
def test_the_gradient_is_zero_at_the_link_for_all_sizes(name, kernel, scale):
    def at_link(link):
        value = normal_form(exp(link * S[a, b]) / IndexSum(exp(link * S[a, k]), k, M), FRAME)
        return replace_array(derivative(normal_form(cyclic(kernel)), "s", ("a", "b")), "t", ("a", "b"), value)

    assert is_zero(at_link(scale))
    assert not is_zero(at_link(scale + 1))
