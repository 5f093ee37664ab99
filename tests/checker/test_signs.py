"""The sign of a constant as the checker reads it, against numbers: random expressions in labels and parameters."""

import random

import pytest

from nmderive.checker import setup
from nmderive.checker.reject import Reject
from nmderive.checker.written import sign_of

from .build import add, log, mul, neg, num, power, sub, sym, t, total
from .numeric import Point, Skip, value

HOLDS = {
    "pos": lambda x: x > 0, "nonneg": lambda x: x > -1e-12, "neg": lambda x: x < 0,
    "nonpos": lambda x: x < 1e-12, "zero": lambda x: abs(x) < 1e-9, "unknown": lambda x: True,
}


def constant(rng, depth=0):
    """A random expression without logits; free indices i, j, k."""
    leaves = [lambda: num(rng.choice([-2, -1, 1, 2, "1/2"])), lambda: t("i", rng.choice("jk")), lambda: sym("a"),
              lambda: sym("b")]
    if depth == 3:
        return rng.choice(leaves)()

    def inner():
        return constant(rng, depth + 1)

    return rng.choice([
        *leaves, lambda: add(inner(), inner()), lambda: mul(inner(), inner()), lambda: sub(inner(), inner()),
        lambda: power(inner(), rng.choice([2, -1, "1/2", 3, -2])), lambda: power(sub(inner(), inner()), 2),
        lambda: add(power(add(1, inner()), rng.choice(["1/2", 2, -1])), -1), lambda: log(add(1, inner())),
        lambda: neg(inner()), lambda: total("k", "m", inner(), ["ne", "k", "j"]), lambda: total("j", "m", inner()),
        lambda: power(inner(), sym("a")), lambda: above(inner(), rng.choice([0, 0, 1, -1])),
        lambda: power(above(inner(), 0), rng.choice([sym("a"), 2, "1/2"])), lambda: sub(above(inner(), 0), inner()),
    ])()


def above(x, more):
    """2 max(0, x), and a number."""
    return add(x, power(power(x, 2), "1/2"), more)


@pytest.mark.parametrize(("node", "found"), [
    (power(t("i", "j"), sym("a")), "nonneg"), (above(sub(t("i", "j"), sym("a")), 0), "nonneg"),
    (above(sub(t("i", "j"), sym("a")), 1), "pos"), (power(above(sub(t("i", "j"), sym("a")), 0), sym("a")), "nonneg"),
    (sub(sub(2, t("i", "j")), power(power(t("i", "j"), 2), "1/2")), "unknown"),
    (add(power(t("i", "j"), sym("a")), 1), "pos"), (neg(above(sub(t("i", "j"), sym("a")), 0)), "nonpos"),
])
def test_powers_may_vanish_and_roots_outweigh(node, found):
    certificate = {"shape": ["n", "m"], "parameters": {"a": "positive", "b": "real"}}
    cx = setup.context(certificate)
    setup.shapes(cx, certificate, [(node, {"i": "n", "j": "m"})])
    assert sign_of(cx, node, setup.free_environments(cx, {"i": "n", "j": "m"})[0]) == found


@pytest.mark.parametrize(("beta", "exponent", "found"), [
    ({"low": "0", "high": "1", "high_open": True}, "positive", "pos"),
    ({"low": "0", "high": "1", "high_open": False}, "positive", "nonneg"),
    ({"low": "0", "high": "1", "high_open": True}, "nonnegative", "unknown"),
    ({"low": "0", "high": "2", "high_open": True}, "positive", "unknown"),
    ({"low": "0", "high": "1", "high_open": True}, "real", "unknown"),
])
def test_a_power_of_what_is_below_one_is_below_one(beta, exponent, found):
    """1 - b^a, as the effective number of samples has it: b^a is at most 1, and less where b < 1 and a > 0."""
    node = sub(1, power(sym("b"), sym("a")))
    certificate = {"shape": ["n", "m"], "parameters": {"b": beta, "a": exponent}}
    cx = setup.context(certificate)
    setup.shapes(cx, certificate, [(node, {})])
    try:
        assert sign_of(cx, node, {}) == found
    except Reject:  # 0^a has no value for an a that may be 0
        assert found == "unknown"


@pytest.mark.slow
def test_no_sign_is_contradicted():
    decided = {}
    for seed in range(1500):
        rng = random.Random(seed)
        node = constant(rng)
        certificate = {"shape": ["n", "m"], "parameters": {"a": "positive", "b": "real"}}
        free = {"i": "n", "j": "m", "k": "m"}
        try:
            cx = setup.context(certificate)
            setup.shapes(cx, certificate, [(node, free)])
            found = sign_of(cx, node, setup.free_environments(cx, free)[0])
        except (Reject, AssertionError):
            continue
        decided[found] = decided.get(found, 0) + 1
        for trial in range(4):
            point = Point(random.Random(f"{seed} {trial}"), {**certificate, "sizes": {"n": 1, "m": 3}})
            point.draw["nonnegative"] = lambda p=point: p.rng.choice([0.0, p.rng.uniform(0, 2.5)])
            try:
                number = value(node, {"i": 1, "j": 1, "k": 2}, point)
            except (Skip, ArithmeticError, ValueError):
                continue
            if abs(number.imag) < 1e-9 and abs(number) < 1e12:
                assert HOLDS[found](number.real), (found, node, number)
    assert min(decided.get(s, 0) for s in ("pos", "nonneg", "neg", "unknown")) > 20, decided
