"""Increasing functions of row functions: what is accepted is true, and what is not increasing is refused."""

import pytest

from nmderive.checker import check

from .build import add, at, exp, log, mul, neg, num, power, s, sub, t, total
from .row_losses import ROW_BRIER, ROW_EXP, D, each_row, increasing, weighted
from .truth import holds

RAW = total("h", "m", mul(t("i", "h"), s("i", "h")))


def halves(body):
    return total("i", "n", power(add(1, body), "1/2"))


def falling(body):
    return neg(log(add(1, total("i", "n", body))))


def squared(body):
    return total("i", "n", power(body, 2))


def others(body):
    return total("j", "m", log(add(1, total("i", "n", mul(sub(t("i", "j"), num("1/2")), body)))))


def logged(body):
    return total("i", "n", log(body))


TRUE = {
    "one logarithm": increasing(ROW_BRIER, each_row(D), each_row),
    "one logarithm, hard": increasing(ROW_BRIER, each_row(D), each_row, labels="hard"),
    "weights": increasing(ROW_EXP, weighted(D), weighted),
    "weights, hard": increasing(ROW_EXP, weighted(D), weighted, labels="hard"),
    "roots": increasing(ROW_BRIER, halves(D), halves),
    "a real function, summed": increasing(RAW, total("i", "n", mul(2, D)), lambda x: total("i", "n", mul(2, x))),
    "the log of a positive function": increasing(ROW_EXP, logged(D), logged),
    "falling": increasing(ROW_BRIER, falling(D), falling, falls=True),
    "minus the log of a positive function": increasing(ROW_EXP, neg(logged(D)), lambda x: neg(logged(x)), falls=True),
}
FALSE = {
    "falling, said to rise": increasing(ROW_BRIER, falling(D), falling),
    "rising, said to fall": increasing(ROW_BRIER, each_row(D), each_row, falls=True),
    "rising weights, said to fall": increasing(ROW_EXP, weighted(D), weighted, falls=True),
    "falling, hard": increasing(ROW_BRIER, falling(D), falling, falls=True, labels="hard"),
    "falls is no word": increasing(ROW_BRIER, falling(D), falling, falls="yes"),
    "minus a square of a real function": increasing(RAW, neg(squared(D)), lambda x: neg(squared(x)), falls=True),
    "a square that is flat at zero": increasing(ROW_BRIER, squared(D), squared),
    "a square of a real function": increasing(RAW, squared(D), squared),
    "a weight of open sign": increasing(ROW_BRIER, others(D), others),
    "the log of a real function": increasing(RAW, logged(D), logged),
    "hard labels, no lower bound": increasing(RAW, each_row(D), each_row, labels="hard"),
    "hard labels, infimum at the edge": increasing(ROW_EXP, logged(D), logged, labels="hard"),
    "another loss": {**increasing(ROW_BRIER, each_row(D), each_row), "loss": weighted(ROW_BRIER)},
    "another row": increasing(total("h", "m", s(1, "h")), each_row(D), each_row),
    "all rows": increasing(total("g", "n", exp(s("g", 1))), each_row(D), each_row),
    "logits outside": increasing(ROW_BRIER, add(each_row(D), s(1, 1)), lambda x: add(each_row(x), s(1, 1))),
    "rows counted": increasing(mul(["sym", "n"], ROW_BRIER), each_row(D), each_row),
    "captured names": increasing(
        total("j", "m", mul(t("i", "j"), exp(s("i", "j")))), weighted(D), weighted
    ),
}


@pytest.mark.parametrize("name", TRUE)
def test_shown(name):
    result = check(TRUE[name])
    assert result.accepted, result.reason
    assert all(holds(TRUE[name], seed) is True for seed in range(5))


@pytest.mark.parametrize("name", FALSE)
def test_not_shown(name):
    assert not check(FALSE[name]).accepted


@pytest.mark.parametrize("name", [
    "falling, said to rise", "rising, said to fall", "a square of a real function", "a weight of open sign",
])
def test_the_numbers_tell_what_is_false(name):
    assert any(holds(FALSE[name], seed) is False for seed in range(8))


def test_the_array_of_row_functions_is_reserved():
    assert not check({**TRUE["roots"], "arrays": {"D": "positive"}}).accepted
    assert at("D", "i") == D
