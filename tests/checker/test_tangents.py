"""Exponentials above lines: a e^(k s) - b s is at least zero, or bounded below, where that is said, and only there."""

import random
from fractions import Fraction
from math import e, exp

import pytest

from nmderive.checker import check

from .build import add, mul, num, s, sym, t, total
from .build import exp as exp_


def certificate(kind, body, parameters=(), **more):
    return {"kind": kind, "loss": total("i", "n", total("j", "m", body)), "shape": ["n", "m"], "simplex": True,
            "parameters": dict(parameters), **more}


def line(scale, rate, slope):
    return add(mul(num(scale), exp_(mul(num(rate), s("i", "j")))), mul(num(-slope), s("i", "j")))


def drawn(rng):
    return Fraction(rng.randint(1, 12), rng.randint(1, 4)) * rng.choice([1, -1])


@pytest.mark.parametrize("seed", range(60))
def test_what_is_said_of_an_exponential_and_a_line_is_true(seed):
    rng = random.Random(seed)
    scale, rate, slope = (drawn(rng) for _ in range(3))
    body = line(scale, rate, slope)
    least = min(scale * exp(rate * x / 50) - slope * x / 50 for x in range(-600, 600))
    is_above = check(certificate("nonnegative", body)).accepted
    is_bounded = check(certificate("bounded", body, sides="below")).accepted
    assert not is_above or least >= -1e-9
    assert is_bounded == (scale > 0 and rate * slope > 0)
    # Euler's number is taken as 2.7, so that slopes between that and e are left open
    assert is_above or not (scale > 0 and 0 <= slope * (rate > 0 or -1) <= Fraction(27, 10) * scale * abs(rate))
    assert not is_above or slope * (1 if rate > 0 else -1) <= e * float(scale * abs(rate)) + 1e-9


@pytest.mark.parametrize(("kind", "weight", "accepted"), [
    ("nonnegative", t("i", "j"), True), ("nonnegative", mul(num(2), t("i", "j")), True),
    ("nonnegative", mul(num(3), t("i", "j")), False), ("bounded", mul(num(3), t("i", "j")), True),
    ("nonnegative", sym("a"), False), ("bounded", sym("a"), True), ("bounded", sym("b"), False),
])
def test_slopes_that_are_labels_or_letters(kind, weight, accepted):
    body = add(exp_(s("i", "j")), mul(num(-1), weight, s("i", "j")))
    more = {"sides": "below"} if kind == "bounded" else {}
    assert check(certificate(kind, body, {"a": "positive", "b": "real"}, **more)).accepted == accepted


def test_a_rate_that_may_be_zero_does_not_bound_a_line():
    body = add(exp_(mul(t("i", "j"), s("i", "j"))), mul(num(-1), s("i", "j")))
    assert not check(certificate("bounded", body, sides="below")).accepted
