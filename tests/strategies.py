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
