"""What lies below one, and above: strict where there are several classes, and only there."""

import math
import random

import pytest

from nmderive.checker import defined, setup
from nmderive.checker.curvature import curve

from .build import add, exp, log, mul, neg, power, s, sub, total
from .numeric import Point, Skip, value

DECLARED = {"shape": ["n", "m"], "simplex": True}


def share(own, scale=1):
    return mul(exp(mul(scale, s("i", own))), power(total("h", "m", exp(mul(scale, s("i", "h")))), -1))


SHARE = share("j")
OTHERS = total("k", "m", exp(sub(s("i", "k"), s("i", "j"))), ("ne", "k", "j"))
SIGNS = {
    "log p": (log(SHARE), "nonpos", "neg"),
    "log (1 + X)": (log(add(1, OTHERS)), "nonneg", "pos"),
    "log (1 + e^s)": (log(add(1, exp(s("i", "j")))), "pos", "pos"),
    "1 - p": (sub(1, SHARE), "nonneg", "pos"),
    "log (1 - p)": (log(sub(1, SHARE)), "nonpos", "nonpos"),
    "2 - p_j - p_k": (add(2, neg(SHARE), neg(share("k"))), "nonneg", "pos"),
    "1 - p_j - p_k": (add(1, neg(SHARE), neg(share("k"))), "unknown", "unknown"),
    "sum of log p": (total("k", "m", log(share("k"))), "nonpos", "neg"),
    "one over that": (power(total("k", "m", log(share("k"))), -1), "neg", "neg"),
    "cubed": (power(total("k", "m", log(share("k"))), 3), "nonpos", "neg"),
    "squared": (power(total("k", "m", log(share("k"))), 2), "nonneg", "nonneg"),
    "log of a product of p": (log(["prod", "k", "m", [], share("k")]), "nonpos", "neg"),
    "sum of p under the log": (log(mul(total("k", "m", exp(s("i", "k")), ("ne", "k", "j")),
                                       power(total("h", "m", exp(s("i", "h"))), -1))), "nonpos", "nonpos"),
}


def sign(node, least):
    cx = setup.context(DECLARED)
    setup.shapes(cx, DECLARED, [(node, {"i": "n", "j": "m", "k": "m"})])
    cx.least_m = least
    env, = [e for e in setup.free_environments(cx, {"i": "n", "j": "m", "k": "m"})][:1]
    return curve(cx, node, env).sign


@pytest.mark.parametrize("name", SIGNS)
def test_signs_by_the_number_of_classes(name):
    node, of_one, of_two = SIGNS[name]
    assert (sign(node, 1), sign(node, 2)) == (of_one, of_two)


@pytest.mark.parametrize("name", SIGNS)
def test_the_signs_are_those_of_numbers(name):
    node, rng = SIGNS[name][0], random.Random(name)
    allowed = {"pos": (1,), "neg": (-1,), "nonneg": (0, 1), "nonpos": (0, -1), "unknown": (-1, 0, 1)}
    for m in (1, 2, 3, 2, 3):
        point = Point(rng, {**DECLARED, "sizes": {"n": 1, "m": m}})
        try:
            found = value(node, {"i": 1, "j": rng.randint(1, m), "k": rng.randint(1, m)}, point).real
        except (Skip, ZeroDivisionError, ValueError):
            continue
        about = 0 if abs(found) < 1e-12 else int(math.copysign(1, found))
        assert about in allowed[sign(node, 2 if m > 1 else 1)], (m, found)


def test_what_is_undefined_for_one_class_is_defined_for_two():
    cx = setup.context(DECLARED)
    ratio = total("i", "n", mul(total("j", "m", mul(["at", "t", ["i", "j"]], log(SHARE))),
                                power(total("k", "m", log(share("k"))), -1)))
    setup.shapes(cx, DECLARED, [(ratio, {})])
    assert not defined.is_defined(cx, ratio) and defined.is_defined(cx, ratio, least_m=2)


P = ["at", "t", ["i", "j"]]


@pytest.mark.parametrize(("body", "wanted"), [
    (mul(SHARE, log(P)), True), (mul(SHARE, log(mul(SHARE, power(P, -1)))), True), (mul(SHARE, power(P, -1)), True),
    (mul(P, log(P)), False), (mul(SHARE, log(add(1, P))), False), (mul(SHARE, P), False),
    (mul(P, log(mul(P, SHARE))), False), (mul(P, add(log(P), 1)), False), (mul(power(P, 2), log(P)), False),
    (mul(power(P, -1), SHARE), True), (mul(power(P, "1/2"), power(log(P), 2)), False),
])
def test_labels_that_a_loss_needs_to_be_positive(body, wanted):
    whole = total("i", "n", total("j", "m", body))
    assert defined.needs_positive_labels(whole) == wanted
    assert not defined.needs_positive_labels(total("i", "n", total("j", "m", body, ("ne", "j", 1))))
    for condition in (("lt", "j", "k"), ("ne", "k", "j"), ("ne", "k", 1)):
        inner = total("k", "m", body, condition)  # it may have no term
        assert not defined.needs_positive_labels(total("i", "n", total("j", "m", inner)))
    assert not defined.needs_positive_labels(["sum", "i", "n", [], ["sum", "j", "m", [], ["num", "1"]]])
