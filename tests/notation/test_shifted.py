"""Class indices modulo m: how they are read, what is said of it, and what is refused."""

import pytest
from sympy import Ne, exp, log

from nmderive.calculus.cyclic import Cyclic
from nmderive.calculus.sums import IndexProduct, IndexSum
from nmderive.calculus.symbols import M, N, S, T, index
from nmderive.errors import NmderiveError, ParseError, UnsupportedError
from nmderive.notation import parse
from nmderive.notation.shifted import NOTE

d, i, j, k = map(index, "dijk")
STEP = IndexSum(T[i, j] * exp((S[i, Cyclic(j + d)] - S[i, j]) / 2), i, N)
LOSS = log(IndexSum(IndexProduct(1 + STEP, j, M), d, M, Ne(d, Cyclic(0))) - (M - 2))
SOURCES = [
    r"\log\left(\sum_{d=1}^{m-1}\prod_j(1+B_{j,j+d})-(m-2)\right), \quad B_{jk}=\sum_i t_{ij}e^{(s_{ik}-s_{ij})/2}",
    r"\log\left(\sum_{d=1}^{m-1}\prod_j(1+\sum_i t_{ij}e^{(s_{i,j+d}-s_{ij})/2})-(m-2)\right)",
    r"\log\left(\sum_{d \neq m}\prod_j(1+\sum_i t_{ij}e^{(s_{i,d+j}-s_{ij})/2})-(m-2)\right)",
    "log(sum(d, d != m, prod(j, 1 + sum(i, t[i,j]*exp((s[i,j+d] - s[i,j])/2)))) - (m-2))",
]


@pytest.mark.parametrize("source", SOURCES)
def test_the_cyclic_loss_is_read(source):
    found = parse(source)
    assert found.sides == (LOSS,) and NOTE in found.read_as


@pytest.mark.parametrize("text, expected", [
    (r"s_{i,(j+1) \bmod m}", S[i, Cyclic(j + 1)]),
    (r"s_{i,j+1 \bmod m}", S[i, Cyclic(j + 1)]),
    (r"s_{i,j+1 \pmod{m}}", S[i, Cyclic(j + 1)]),
    (r"s_{i,(j+1) \text{ mod } m}", S[i, Cyclic(j + 1)]),
    ("s[i,mod(j+1,m)]", S[i, Cyclic(j + 1)]),
    (r"s_{i,m}", S[i, Cyclic(0)]),
    (r"s_{im}", S[i, Cyclic(0)]),
])
def test_nothing_is_guessed_where_the_modulus_is_written(text, expected):
    found = parse(text)
    assert found.sides == (expected,) and not found.read_as


@pytest.mark.parametrize("text, expected", [
    (r"s_{i,2j-1}", S[i, Cyclic(2 * j - 1)]),
    (r"s_{i,-j+k+m}", S[i, Cyclic(k - j)]),
    (r"s_{i,j-(k-1)}", S[i, Cyclic(j - k + 1)]),
    ("s[i,2*j - k]", S[i, Cyclic(2 * j - k)]),
    (r"\sum_{k \neq j+1} s_{i,k}", IndexSum(S[i, k], k, M, Ne(k, Cyclic(j + 1)))),
    (r"\sum_{j=2}^{m-1} s_{i,j+1}", IndexSum(S[i, Cyclic(j + 1)], j, M, Ne(j, 1), Ne(j, Cyclic(0)))),
    ("delta(j, k+1)*s[i,j]", None),
])
def test_sums_of_indices_are_counted_modulo_m(text, expected):
    found = parse(text)
    assert NOTE in found.read_as and expected in (None, found.sides[0])


@pytest.mark.parametrize("text, error, words", [
    (r"\sum_i\sum_j s_{i+1,j}", ParseError, "samples"),
    (r"\sum_i\sum_j s_{i,j+i}", ParseError, "is a sample"),
    (r"\sum_{i=1}^{n-1} s_{i,1}", ParseError, "range"),
    (r"\sum_i\sum_j s_{i,j k+1}", ParseError, "arithmetic"),
    (r"\sum_i\sum_j s_{i,j/2}", UnsupportedError, "index"),
    (r"\sum_i\sum_j s_{i,j+1.5}", ParseError, "arithmetic"),
    (r"\sum_i\sum_j s_{i,(j+1) \bmod 3}", ParseError, "modulo m"),
    ("sum(i, sum(j, s[i,j*j]))", ParseError, "multiplied"),
    ("sum(i, sum(j, s[i,mod(j,k)]))", ParseError, "modulo m"),
    ("sum(i, sum(j, s[i,j/2]))", ParseError, "index"),
    (r"\sum_{i}\sum_{j=0}^{m-1} s_{i,j+1}", ParseError, "counted from 0"),
    (r"\sum_{j < m} s_{1,j}", ParseError, "range"),
])
def test_what_is_refused(text, error, words):
    with pytest.raises(error, match=words):
        parse(text)


def test_a_published_formula_says_that_its_indices_may_be_meant_otherwise():
    with pytest.raises(NmderiveError):
        parse(r"-\frac1N\sum_{i=1}^N\sum_{c=1}^C y_{i,c+1}\log\hat{y}_{ic}")
