"""The JSON form of expressions."""

import json

import pytest
from sympy import KroneckerDelta, Lt, Ne, Rational, exp, log, sqrt, tanh

from nmderive.calculus.differentiate import differentiate
from nmderive.calculus.sums import IndexProduct, IndexSum, Iverson, Remainder, RowFunction, mean
from nmderive.calculus.symbols import ClassSet, M, Member, N, S, T, index, parameter
from nmderive.errors import ParseError
from nmderive.notation.ast import environment_of, from_ast, to_ast

i, j, k, h = map(index, "ijkh")
g = parameter("g", "positive")
f = RowFunction(parameter("f"), S, i, j)
LOSS_1 = IndexSum(log(1 + IndexSum(IndexSum(T[i, j] * exp(S[i, k] - S[i, j]), k, M, Ne(k, j)), i, N)), j, M)
EXPRESSIONS = [
    LOSS_1,
    differentiate(LOSS_1, S[i, j]),
    IndexSum(log(1 + IndexSum(T[i, j] * exp(mean(S[i, k], k, M) - S[i, j]), i, N)), j, M),
    differentiate(IndexSum(log(1 + IndexSum(T[i, j] * exp(-f), i, N)), j, M), S[i, k]),
    IndexProduct((1 + S[i, 1]) ** T[i, j], i, N) / g,
    IndexSum(exp(S[j]), j, M, Member(j, ClassSet("Omega_neg"))) * Rational(-3, 2) + Remainder(),
    IndexSum(IndexSum(sqrt(T[j]) * T[k], j, M, Lt(j, k)), k, M),
    IndexSum(S[i, j] / j, j, M) + tanh(g) + KroneckerDelta(i, h) + Iverson(Ne(j, k)) + exp(1),
]


@pytest.mark.parametrize("expr", EXPRESSIONS, ids=range(len(EXPRESSIONS)))
def test_round_trip(expr):
    data = json.loads(json.dumps(to_ast(expr)))
    assert from_ast(data, environment_of(expr)) == expr


def test_form_of_a_sum():
    expr = IndexSum(T[i, j] * S[i, k], k, M, Ne(k, j))
    assert to_ast(expr) in (
        ["sum", "k", "m", [["ne", name, other]], ["mul", [["at", "s", ["i", "k"]], ["at", "t", ["i", "j"]]]]]
        for name, other in (("k", "j"), ("j", "k"))
    )
    assert to_ast(Rational(-3, 2) * N) == ["mul", [["num", "-3/2"], ["sym", "n"]]]


def _check_names(data, taken):
    if not isinstance(data, list):
        return
    if data and data[0] in ("sum", "prod"):
        assert data[1] not in taken
        taken = taken | {data[1]}
    for item in data:
        _check_names(item, taken)


@pytest.mark.parametrize("expr", EXPRESSIONS, ids=range(len(EXPRESSIONS)))
def test_bound_names_shadow_nothing(expr):
    _check_names(to_ast(expr), {"n", "m"})
    shadow = IndexSum(S[i, j], j, M) * S[i, j] * S[h, k]
    data = to_ast(shadow)
    _check_names(data, {"i", "j", "h", "k"})


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        ["sum"],
        ["nope"],
        ["num", "1e9"],
        ["num", "__import__"],
        ["pow", ["num", "9"], ["num", "99999"]],
        ["sum", "j", "q", [], ["num", "1"]],
        ["at", "s", [None]],
        ["_read_num", "1"],
        ["add", 3],
        ["iverson", ["xx", "i", "j"]],
    ],
)
def test_malformed_data_gives_a_parse_error(data):
    with pytest.raises(ParseError):
        from_ast(data)


def test_deep_data_gives_a_parse_error():
    data = ["num", "1"]
    for _ in range(5000):
        data = ["exp", data]
    with pytest.raises(ParseError, match="deep"):
        from_ast(data)
