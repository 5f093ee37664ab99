"""What is printed is read back as the same expression."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sympy import Abs, Add, I, KroneckerDelta, Lt, Mul, Ne, Pow, Rational, exp, log, nan, oo, tanh, zoo

from nmderive.calculus.cyclic import Cyclic
from nmderive.calculus.differentiate import differentiate
from nmderive.calculus.sums import IndexProduct, IndexSum, Iverson, Remainder, RowFunction, mean
from nmderive.calculus.symbols import ClassSet, M, Member, N, S, T, array, index, parameter
from nmderive.notation import (
    Declarations,
    environment_of,
    from_ast,
    from_sympy,
    parse,
    to_ast,
    to_latex,
    to_sympy,
    to_text,
    to_unicode,
)

pytestmark = pytest.mark.slow

i, j, k, h, a = map(index, "ijkha")
g, b, margin = parameter("gamma", "positive"), parameter("b"), parameter("m_margin")
W = array("w", "positive")
F = parameter("f").func("f")
ROWS, CLASSES = (i, a), (j, k, h)
NEG = ClassSet("Omega_neg")


def leaves(rows, classes):
    entries = [base[r, c] for base in (S, T) for r in rows for c in (*classes, 1)]
    others = [W[c] for c in classes] + [RowFunction(F, S, rows[0], classes[0]), g, b, margin, N, M]
    shifts = (classes[0] + classes[1], classes[0] - 2 * classes[1] + 1, 2 * classes[0], 0, 5)
    entries += [S[rows[0], Cyclic(x)] for x in shifts]
    numbers = [Rational(p, q) for p, q in ((1, 1), (2, 1), (-1, 1), (1, 2), (-3, 2), (7, 10))]
    return st.sampled_from(entries + others + numbers + [classes[0], Remainder(), mean(S[rows[0], k], k, M)])


def sums(body, kind):
    bound = st.sampled_from([(i, N), (a, N), (j, M), (k, M), (h, M)])
    extra = st.sampled_from(["none", "none", "ne", "lt", "in", "one", "last", "shifted"])

    def build(parts):
        inner, (letter, size), condition = parts
        other = next(x for x in (CLASSES if size == M else ROWS) if x != letter)
        conditions = {
            "none": [],
            "ne": [Ne(letter, other)],
            "lt": [Lt(letter, other)],
            "one": [Ne(letter, 1)],
            "last": [Ne(letter, Cyclic(0))] if size == M else [],
            "shifted": [Ne(letter, Cyclic(other + 1))] if size == M else [],
            "in": [Member(letter, NEG)] if size == M else [],
        }[condition]
        return kind(inner, letter, size, *conditions)

    return st.tuples(body, bound, extra).map(build)


def grow(child):
    return st.one_of(
        st.lists(child, min_size=2, max_size=3).map(lambda x: Add(*x)),
        st.lists(child, min_size=2, max_size=3).map(lambda x: Mul(*x)),
        st.lists(child, min_size=2, max_size=3).map(lambda x: Mul(*x[:-1]) / (1 + exp(x[-1]))),
        child.map(lambda x: -x),
        child.map(exp),
        child.map(lambda x: log(1 + exp(x))),
        child.map(tanh),
        child.map(lambda x: log(IndexSum(exp(x), j, M))),
        st.tuples(
            child,
            st.sampled_from([2, 3, -1, -2, Rational(1, 2), Rational(-1, 2), Rational(3, 2), g, T[i, j]]),
        ).map(lambda x: Pow(1 + exp(x[0]), x[1])),
        st.tuples(child, st.sampled_from([2, 3])).map(lambda x: Pow(*x)),
        child.map(lambda x: x * KroneckerDelta(i, a)),
        child.map(lambda x: x * Iverson(Ne(j, k))),
        sums(child, IndexSum),
        sums(child, IndexSum),
        sums(child.map(lambda x: 1 + exp(x)), IndexProduct),
    )


EXPRESSIONS = st.recursive(leaves(ROWS, CLASSES), grow, max_leaves=10)
BAD = (zoo, nan, oo, -oo, I)


def is_regular(expr):
    return not expr.has(*BAD) and not expr.has(Abs)


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(EXPRESSIONS)
def test_round_trips(expr):
    if not is_regular(expr):
        return
    declarations = Declarations.of(expr)
    assert parse(to_latex(expr), declarations, "latex").sides == (expr,), to_latex(expr)
    assert parse(to_text(expr), declarations, "text").sides == (expr,), to_text(expr)
    assert from_ast(to_ast(expr), environment_of(expr)) == expr
    assert to_unicode(expr)


def test_a_factor_without_the_index_ends_no_sum_under_a_logarithm():
    own = IndexSum((exp(S[i, j]) + 1) * exp(S[i, k]), j, M)
    for expr in (log(own), log(own / 2), log(IndexSum(own, i, N))):
        assert parse(to_latex(expr), Declarations.of(expr), "latex").sides == (expr,), to_latex(expr)
    assert "left" not in to_latex(log(IndexSum(exp(S[i, j]) * T[i, j], j, M)))


LOSS_1 = IndexSum(log(1 + IndexSum(IndexSum(T[i, j] * exp(S[i, k] - S[i, j]), k, M, Ne(k, j)), i, N)), j, M)
LOSS_3 = IndexSum(log(1 + IndexSum(T[i, j] * exp(mean(S[i, k], k, M) - S[i, j]), i, N)), j, M)
PAIRWISE = IndexSum(
    IndexSum(log(1 + IndexSum(T[i, j] * exp((S[i, k] - S[i, j]) / 2), i, N)), k, M, Ne(j, k)), j, M
)


_STEP = IndexSum(T[i, j] * exp(S[i, Cyclic(j + k)] - S[i, j]), i, N)
CYCLIC = IndexSum(IndexProduct(1 + _STEP, j, M), k, M, Ne(k, Cyclic(0)))


@pytest.mark.parametrize("loss", [LOSS_1, LOSS_3, PAIRWISE, CYCLIC])
def test_without_declarations(loss):
    for expr in (loss, differentiate(loss, S[i, j]), differentiate(loss, S[i, k])):
        assert parse(to_latex(expr), form="latex").sides == (expr,)
        assert parse(to_text(expr), form="text").sides == (expr,)


LOOKS = [
    (LOSS_1, r"\sum_j \log \left(1 + \sum_{i,k \neq j} t_{i,j} e^{s_{i,k} - s_{i,j}}\right)"),
    (LOSS_3, r"\sum_j \log \left(1 + \sum_i t_{i,j} e^{\bar{s}_i - s_{i,j}}\right)"),
    (mean(S[i, k], k, M), r"\bar{s}_i"),
    (-IndexSum(T[i, j], j, M) / 2 + 1, r"1 - \frac{1}{2} \sum_j t_{i,j}"),
    ((1 - T[i, j]) * exp(S[i, j]), r"\left(1 - t_{i,j}\right) e^{s_{i,j}}"),
    (exp(S[i, j] / 2), r"\exp\left(\frac{s_{i,j}}{2}\right)"),
    (1 / IndexSum(exp(S[i, k]), k, M), r"\frac{1}{\sum_j e^{s_{i,j}}}"),
    (log(2) * g, r"\gamma \log \left(2\right)"),
    (Remainder() + 1, r"1 + \cdots"),
    (CYCLIC, r"\sum_{d=1}^{m-1} \prod_j \left(1 + \sum_i t_{i,j} e^{s_{i,j+d} - s_{i,j}}\right)"),
    (S[i, Cyclic(2 * j - 1)] * S[i, Cyclic(0)], r"s_{i,2j-1} s_{i,m}"),
]


@pytest.mark.parametrize(("expr", "latex"), LOOKS)
def test_looks(expr, latex):
    assert to_latex(expr) == latex


def test_no_index_is_shadowed_and_no_delta_is_printed():
    printed = to_latex(differentiate(LOSS_1, S[i, j]))
    assert r"\sum_j" not in printed and r"\sum_{j" not in printed and "delta" not in printed
    assert r"\sum_{h \neq j}" in printed and r"\sum_{a=1}^{n} \sum_{k \neq h}" in printed
    assert r"\sum_i" not in printed and r"\sum_{i" not in printed


@pytest.mark.parametrize(
    "expr",
    [
        LOSS_1,
        LOSS_3,
        PAIRWISE,
        IndexProduct(1 + S[i, j] * b, j, M, Lt(j, k)),
        IndexSum(S[i, j], j, M, Member(j, NEG)),
        differentiate(LOSS_1, S[i, j]),
        CYCLIC,
        S[i, Cyclic(5)] + S[i, Cyclic(-j)] * S[i, Cyclic(0)],
    ],
)
def test_plain_sympy_round_trip(expr):
    plain = to_sympy(expr)
    assert not plain.has(IndexSum) and not plain.has(IndexProduct)
    assert from_sympy(plain) == expr


def test_from_plain_user_sympy():
    import sympy as sp

    n, m, x, y, z = sp.symbols("n m i j k")
    s, t = sp.IndexedBase("s"), sp.IndexedBase("t")
    body = sp.log(1 + sp.Sum(t[x, y] * sp.exp(sp.Sum(s[x, z], (z, 1, m)) / m - s[x, y]), (x, 1, n)))
    assert from_sympy(sp.Sum(body, (y, 1, m))) == LOSS_3
    double = sp.Sum((1 - sp.KroneckerDelta(z, y)) * t[x, y] * sp.exp(s[x, z] - s[x, y]), (x, 1, n), (z, 1, m))
    inner = IndexSum(IndexSum(T[i, j] * exp(S[i, k] - S[i, j]), i, N), k, M, Ne(k, j))
    assert from_sympy(sp.Sum(sp.log(1 + double), (y, 1, m))) == IndexSum(log(1 + inner), j, M)


def test_plain_sympy_of_other_kinds_is_refused():
    import sympy as sp

    from nmderive.errors import UnsupportedError

    s, x, n = sp.IndexedBase("s"), sp.Symbol("i"), sp.Symbol("n")
    for expr in (sp.Sum(s[x], (x, 0, n)), sp.floor(s[x]), sp.Sum(s[x + 1], (x, 1, n)), sp.Integral(x, x)):
        with pytest.raises(UnsupportedError):
            from_sympy(expr)
