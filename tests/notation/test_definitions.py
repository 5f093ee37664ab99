"""Definitions that come with a formula are put in, capture-safe, in any order."""

import pytest
from sympy import Ne, Rational, exp, log

from nmderive.calculus.sums import IndexSum, mean
from nmderive.calculus.symbols import M, N, S, T, index, parameter
from nmderive.errors import NmderiveError, ParseError
from nmderive.notation import Declarations, parse

i, j, k, h, a = map(index, "ijkha")
P = exp(S[i, j]) / IndexSum(exp(S[i, k]), k, M)
CE = -IndexSum(IndexSum(T[i, j] * log(P), j, M), i, N)
FOCAL = -IndexSum(IndexSum(T[i, j] * (1 - P) ** Rational(7, 10) * log(P), j, M), i, N)
LOSS_3 = IndexSum(log(1 + IndexSum(T[i, j] * exp(mean(S[i, k], k, M) - S[i, j]), i, N)), j, M)

SOURCES = [
    (r"l = -\sum_{i,j} t_{i,j} \log p_{i,j}, \quad p_{i,j} = \frac{e^{s_{i,j}}}{\sum_k e^{s_{i,k}}}", CE),
    (r"l = -\sum_{i,j} t_{i,j} \log q_{i,j} \qquad q_{a,h} = \frac{e^{s_{a,h}}}{\sum_k e^{s_{a,k}}}", CE),
    (
        r"l = -\sum_{i,j} t_{i,j} \log u_{i,j} \text{ where } u_{i,j} = e^{s_{i,j}}/A_i, A_i = \sum_j e^{s_{i,j}}",
        CE,
    ),
    (r"A_i = \sum_j e^{s_{i,j}}, l = -\sum_{i,j} t_{i,j} \log \frac{e^{s_{i,j}}}{A_i}", CE),
    (
        "l = -\\sum_{i,j} t_{i,j} \\log \\frac{v_{i,j}}{A_i} \\\\ v_{i,j} = e^{s_{i,j}} \\\\ A_i = \\sum_j v_{i,j}",
        CE,
    ),
    ("l = -\\sum_{i,j} t_{i,j} \\log \\hat{y}_{i,j}\n\\hat{y}_{i,j} = \\text{softmax}(s_{i,j})", CE),
    (r"l = -\sum_{i,j} t_{i,j} (1-p_{i,j})^q \log p_{i,j}, q = 0.7", FOCAL),
    (r"l = \sum_j \log (1 + \sum_i t_{i,j} e^{-f(s_{i,j})}), f(s_{i,j}) = s_{i,j} - \bar{s}_i", LOSS_3),
    (
        r"l = \sum_j \log (1 + \sum_i t_{i,j} e^{-f(s_{i,j})}), "
        r"f(s_{a,k}) = s_{a,k} - c_a, c_i = \frac1m \sum_j s_{i,j}",
        LOSS_3,
    ),
    (r"l = \sum_j \log (1 + \sum_i t_{i,j} g(s_{i,j} - \bar{s}_i)), g(x) = e^{-x}", LOSS_3),
    (r"l = \sum_j \log A_j, A_k = 1 + \sum_i t_{i,k} e^{\bar{s}_i - s_{i,k}}", LOSS_3),
    ("l = sum(j, log(A[j])); A[j] = 1 + sum(i, t[i,j]*exp(s_bar[i] - s[i,j]))", LOSS_3),
    ("l = sum(j, log(A[j]))\nA[j] = 1 + u[j]\nu[j] = sum(i, t[i,j]*exp(s_bar[i] - s[i,j]))", LOSS_3),
    ("l = -sum(i, j, t[i,j]*(1 - p[i,j])**q*log(p[i,j])) where q = 7/10", FOCAL),
]


@pytest.mark.parametrize(("text", "expr"), SOURCES)
def test_definitions_are_put_in(text, expr):
    statement = parse(text)
    assert statement.sides == (expr,)
    assert statement.definitions


def test_definitions_do_not_capture():
    text = r"l = \sum_{i,k} A_{k} s_{i,k}, A_j = \sum_k t_{i,k} s_{i,j}"
    (side,) = parse(text, Declarations.from_lets(["i in n"])).sides
    inner = IndexSum(T[i, h] * S[i, k], h, M)
    assert side == IndexSum(IndexSum(inner * S[a, k], k, M), a, N), "the definition's own i stays free"


def test_definitions_under_exclusions():
    statement = parse(r"l = \sum_j \log A_j, A_j = 1 + \sum_{k \neq j} \sum_i t_{i,j} e^{s_{i,k} - s_{i,j}}")
    inner = IndexSum(IndexSum(T[i, j] * exp(S[i, k] - S[i, j]), i, N), k, M, Ne(k, j))
    assert statement.sides == (IndexSum(log(1 + inner), j, M),)


def test_an_index_can_be_a_number():
    assert parse(r"l = \sum_j w_j s_{i,j}, w_j = \frac1j").sides == (IndexSum(S[i, j] / j, j, M),)


def test_labels_can_be_defined():
    statement = parse(r"l = \sum_{j} t_{i,j} s_{i,j}, t_{i,j} = \text{softmax}(s_{i,j})")
    assert statement.sides == (IndexSum(P * S[i, j], j, M),)


def test_declared_values():
    assert parse("x**q", Declarations.from_lets(["x>0", "q=0.7"])).sides == (
        parameter("x", "positive") ** Rational(7, 10),
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (r"l = A_1, A_j = B_j, B_j = A_j", "circle"),
        (r"l = u, u = u + 1", "circle"),
        (r"l = A_j, A_j = s_{i,j}", "not its own"),
        (r"l = A_{j}, A_{1} = 2", "different letters"),
        (r"l = \sum_j A_j, A_i = \sum_j s_{i,j}", "runs over 1..m"),
        (r"l = u, u = 1, u = 2", "defined twice"),
        (r"l = s_{i,j}, L = t_{i,j}", "second formula"),
        (r"l = s_{i,j}, t_{i,j}", "one '='"),
        (r"l = u, u = v = 1", "one '='"),
        (r"l = f(2), f(s_{i,j}) = s_{i,j}", "f is"),
    ],
)
def test_bad_definitions(text, message):
    with pytest.raises(NmderiveError, match=message):
        parse(text)


def test_a_cycle_is_named():
    with pytest.raises(ParseError) as caught:
        parse(r"l = A_1, \quad A_j = B_j, \quad B_j = A_j")
    assert "A_j -> B_j -> A_j" in caught.value.message
