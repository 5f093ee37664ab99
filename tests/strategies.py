"""Random losses for property tests: sums over rows and classes of smooth pieces in s and t."""

from __future__ import annotations

from hypothesis import strategies as st
from sympy import Integer, Ne, Rational, exp, log

from nmderive.calculus.sums import IndexSum
from nmderive.calculus.symbols import M, N, S, T, index

I, J, K = index("i"), index("j"), index("k")
RATIONALS = st.sampled_from([Rational(1, 2), Integer(1), Integer(2), Rational(3, 2), Rational(-1), Rational(-1, 2)])


def softmax(i=I, j=J, scale=1):
    k = index("k2")
    return exp(scale * S[i, j]) / IndexSum(exp(scale * S[i, k]), k, M)


@st.composite
def exponents(draw):
    """An affine function of the logits of row i at classes j and k."""
    a, b = draw(RATIONALS), draw(RATIONALS)
    mean = IndexSum(S[I, index("k3")], index("k3"), M) / M
    return draw(st.sampled_from([S[I, K] - S[I, J], a * S[I, J], a * (S[I, J] - mean), a * S[I, J] + b * S[I, K]]))


@st.composite
def positive_terms(draw):
    """A positive term of row i: a label or constant times an exponential or a softmax."""
    weight = draw(st.sampled_from([T[I, J], T[I, J] * T[I, K], Integer(1), T[I, K] ** 2]))
    body = draw(st.one_of(exponents().map(exp), st.sampled_from([softmax(), softmax(scale=2), softmax() ** 2])))
    return weight * body


@st.composite
def losses(draw):
    """A loss: no free index, defined for every s and every positive t."""
    body = draw(positive_terms())
    conditions = draw(st.sampled_from([(), (Ne(K, J),)]))
    inner = IndexSum(body, K, M, *conditions)
    row = IndexSum(inner, I, N)
    shape = draw(st.sampled_from(["log", "plain", "score", "square"]))
    if shape == "log":
        return IndexSum(log(1 + row), J, M)
    if shape == "plain":
        return IndexSum(row, J, M)
    p = softmax()
    if shape == "score":
        return IndexSum(IndexSum(-T[I, J] * log(p) + draw(RATIONALS) * p, J, M), I, N)
    return IndexSum(IndexSum((T[I, J] - p) ** 2 + draw(RATIONALS) * T[I, J] * S[I, J], J, M), I, N)


ROW, CLASS = index("i"), (index("j"), index("k"), index("h"))


@st.composite
def positive_expressions(draw, depth=3, scope=()):
    """A positive expression with sums nested in denominators, roots and exponentials, indices in ``scope`` free."""
    rows = [x for x in scope if x.name[0] == "r"] or [Integer(1)]
    classes = [x for x in scope if x.name[0] == "c"] or [Integer(1)]
    row, column = draw(st.sampled_from(rows)), draw(st.sampled_from(classes))
    if depth == 0:
        s, t = S[row, column], T[row, draw(st.sampled_from(classes))]
        other = S[row, draw(st.sampled_from(classes))]
        return draw(st.sampled_from([exp(s), t, exp(-s), 2 * exp(s / 2), t * exp(s), exp(s - other)]))
    kind = draw(st.sampled_from(["sum", "sum", "rows", "product", "plus", "inverse", "root", "share"]))
    if kind in ("sum", "rows", "share"):
        size, stem = (N, "r") if kind == "rows" else (M, "c")
        bound = index(f"{stem}{depth}{len(scope)}")
        body = draw(positive_expressions(depth - 1, (*scope, bound)))
        conditions = [Ne(bound, x) for x in classes if x.is_Symbol and stem == "c"][: draw(st.integers(0, 1))]
        total = IndexSum(body, bound, size)
        if kind == "share":
            return total / draw(positive_expressions(depth - 1, scope))
        return 1 + IndexSum(body, bound, size, *conditions) if conditions else total
    left = draw(positive_expressions(depth - 1, scope))
    if kind == "inverse":
        return 1 / (1 + left)
    if kind == "root":
        return (1 + left) ** draw(st.sampled_from([Rational(1, 2), Rational(-1, 2), Rational(-3, 2)]))
    right = draw(positive_expressions(depth - 1, scope))
    return left * right if kind == "product" else left + right
