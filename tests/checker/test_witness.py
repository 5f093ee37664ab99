"""Witnesses: points at which a derivative, or a difference, is not zero."""

import math
import random
from fractions import Fraction

import pytest

from nmderive.checker import check
from nmderive.checker.intervals import exp_enclosure, log_enclosure
from nmderive.checker.values import Arithmetic, exact

from .build import (
    ALPHA,
    CROSS_ENTROPY,
    FOCAL,
    LOSS_1,
    LOSS_3,
    PAIRWISE,
    SOFTMAX,
    SPHERICAL,
    exp,
    log,
    node,
    s,
    softmax,
    t,
    total,
)

ROW = [["1", "2", "3"]]
TWO_ROWS = [["1", "2", "3"], ["1/2", "1", "5"]]


def gradient(loss, link, exp_s, entry, point=None, **more):
    sizes = {"n": len(exp_s), "m": len(exp_s[0])}
    return {
        "kind": "witness-gradient",
        "loss": loss,
        "link": link,
        "shape": ["n", "m"],
        "sizes": sizes,
        "point": {"exp_s": exp_s, **(point or {})},
        "entry": entry,
        **more,
    }


def values(left, right, point, **more):
    return {"kind": "witness-values", "left": node(left), "right": node(right), "point": point, **more}


FOCAL_POINT = {"parameters": {"g": "positive"}}


@pytest.mark.parametrize(
    "certificate",
    [
        gradient(LOSS_1, SOFTMAX, ROW, [1, 2]),
        gradient(CROSS_ENTROPY, softmax(scale=2), TWO_ROWS, [2, 3]),
        gradient(FOCAL, SOFTMAX, ROW, [1, 1], {"parameters": {"g": "2"}}, parameters={"g": "positive"}),
        gradient(FOCAL, SOFTMAX, ROW, [1, 1], {"parameters": {"g": "1/3"}}, parameters={"g": "positive"}),
        gradient(PAIRWISE, softmax(scale=2), ROW, [1, 3]),
    ],
)
def test_true_gradient_witnesses(certificate):
    result = check(certificate)
    assert result.accepted, result.reason
    assert "is not zero" in result.statement


@pytest.mark.parametrize("loss", [LOSS_3, PAIRWISE, CROSS_ENTROPY, SPHERICAL, ALPHA])
def test_no_witness_where_the_gradient_vanishes(loss):
    assert not check(gradient(loss, SOFTMAX, TWO_ROWS, [1, 2])).accepted


@pytest.mark.parametrize(
    "change",
    [
        {"entry": [1, 4]},
        {"entry": [1]},
        {"entry": [1, True]},
        {"sizes": {"n": 1}},
        {"point": {}},
        {"point": {"exp_s": [["1", "2"]]}},
        {"point": {"exp_s": [["1", "2", "-3"]]}},
        {"link": t("i", "j")},
        {"point": {"exp_s": ROW, "parameters": {"g": "1"}}},
        {"point": {"exp_s": [["1", "2", 0.5]]}},
        {"point": {"exp_s": ROW, "s": ROW}},
        {"point": None},
        {"shape": ["m", "n"]},
        {"loss": ["log", node(-1)]},
    ],
)
def test_tampered_gradient_witnesses(change):
    assert not check({**gradient(LOSS_1, SOFTMAX, ROW, [1, 2]), **change}).accepted


SET_SUM = total("j", "m", s("j"), ("in", "j", "Omega_neg"))
LABELS = total("j", "m", t("i", "j"))


def test_value_witnesses():
    point = {"exp_s": ["1", "2", "3"], "sets": {"Omega_neg": [1, 3]}}
    assert check(values(SET_SUM, 0, point, sizes={"m": 3})).accepted
    assert not check(values(SET_SUM, log(3), point, sizes={"m": 3})).accepted
    assert not check(values(SET_SUM, 0, {"exp_s": ["1", "2", "3"]}, sizes={"m": 3})).accepted
    point = {"s": [["0", "1/2"]], "free": {"i": 1, "j": 2}}
    assert check(values(exp(s("i", "j")), 2, point, sizes={"n": 1, "m": 2})).accepted
    assert not check(values(exp(s("i", "j")), 2, point, sizes={"n": 1, "m": 1})).accepted


def test_labels_of_a_value_witness_obey_the_declarations():
    def labels(*row, **more):
        point = {"t": [list(row)], "free": {"i": 1}}
        return check(values(LABELS, 1, point, sizes={"n": 1, "m": 2}, **more)).accepted

    assert labels("1", "1")
    assert not labels("1", "0")
    assert not labels("-1", "1")
    assert not labels("1", "1", simplex=True)
    assert not labels("1", "1", arrays={"t": "unit"})


def test_equal_numbers_are_not_told_apart():
    root = ["mul", [["pow", node(2), node("1/2")], ["pow", node(3), node("1/2")]]]
    assert not check(values(root, ["pow", node(6), node("1/2")], {})).accepted
    assert check(values(root, node("2449489742783178/1000000000000000"), {})).accepted


def test_enclosures_contain_the_value():
    rng = random.Random(3)
    for _ in range(400):
        x = Fraction(rng.randint(1, 10**6), rng.randint(1, 10**6))
        for enclose, function in ((exp_enclosure, math.exp), (log_enclosure, math.log)):
            if x > 100:
                continue
            (lo, hi), (lower, upper) = enclose(x, 64), enclose(x, 200)
            assert lo <= lower <= upper <= hi
            assert math.isclose(float(lo), function(x), rel_tol=1e-12, abs_tol=1e-13)
            assert math.isclose(float(hi), function(x), rel_tol=1e-12, abs_tol=1e-13)


def test_exponentials_of_logarithms_are_exact():
    ar = Arithmetic(64)
    half = ar.mul(exact(Fraction(1, 2)), ar.log(exact(Fraction(9, 4))))
    assert ar.exp(half).rational == Fraction(3, 2)
    assert ar.exp(ar.mul(exact(Fraction(1, 2)), ar.log(exact(2)))).rational is None


def test_random_arithmetic_stays_enclosed():
    rng = random.Random(5)
    for _ in range(300):
        ar, x, number = Arithmetic(64), exact(Fraction(rng.randint(1, 9), rng.randint(1, 9))), 0.0
        number = float(x.lo)
        for _ in range(6):
            other = Fraction(rng.randint(1, 9), rng.randint(1, 9))
            how = rng.randrange(5)
            if how == 0:
                x, number = ar.add(x, exact(other)), number + float(other)
            elif how == 1:
                x, number = ar.mul(x, exact(-other)), number * float(-other)
            elif how == 2 and abs(number) < 20:
                x, number = ar.exp(x), math.exp(number)
            elif how == 3 and number > 1e-6:
                x, number = ar.log(x), math.log(number)
            elif how == 4 and number > 1e-6:
                x, number = ar.power(x, exact(other)), number ** float(other)
        slack = 1e-9 * (1 + abs(number))
        assert float(x.lo) - slack <= number <= float(x.hi) + slack
