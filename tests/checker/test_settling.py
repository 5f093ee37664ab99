"""What becomes of an expression as the target's logit falls: random expressions against numbers, and single ones."""

import random

import pytest

from nmderive.checker import check, setup
from nmderive.checker.reject import Reject
from nmderive.checker.settling import OTHER, ROW, TARGET, state

from .build import add, exp, log, mul, power, s, sub, t, total
from .numeric import Point, Skip, value
from .test_extents import DECLARED, FREE, random_node, share

TAGS = {"i": ROW, "j": OTHER, "k": TARGET}
PLACE = {"i": 1, "j": 1, "k": 2}
FAR, STEP = -240, 1e-3


def _at(node, point, u):
    found = []
    for x in (u - STEP, u, u + STEP):
        point.entries["s", (1, 2)] = x
        found.append(value(node, PLACE, point))
    if any(abs(x.imag) > 1e-9 or abs(x) > 1e290 for x in found):
        raise Skip
    return found[1].real, (found[2].real - found[0].real) / (2 * STEP)


def _wrong(found, value_far, slope_far, slope_near):
    """How numbers far down contradict what is known."""
    trend = {
        "zero": value_far == 0, "fixed": slope_far == 0, "tiny": abs(value_far) < 1e-3, "level": abs(slope_far) < 1e-3,
        "up": slope_far > 0 > value_far, "down": slope_far < 0 < value_far, "slow": abs(value_far) < 1e40,
        "huge": value_far > 10, "open": True,
    }[found.trend]
    if not trend and abs(slope_far) > 1e-12 * (1 + abs(value_far)) / STEP:  # more than rounding
        return found.trend
    if found.nonneg and value_far < -1e-9:
        return "negative"
    if found.apart and value_far < 1e-80:
        return "not apart"
    return "not positive" if found.relative and value_far < 0 else ""


@pytest.mark.slow
def test_what_is_followed_is_not_contradicted():
    seen = {}
    for seed in range(4000):
        node = random_node(random.Random(seed))
        cx = setup.context(DECLARED)
        setup.shapes(cx, DECLARED, [(node, FREE)])
        cx.sizes["n"] = 1
        try:
            found = state(cx, node, setup.free_environments(cx, FREE)[0], TAGS)
        except (Reject, AssertionError):
            continue
        for trial in range(3):
            point = Point(random.Random(f"{seed} {trial}"), {**DECLARED, "sizes": {"n": 1, "m": 2 + trial}})
            for k in range(1, 3 + trial):
                point.entries["t", (1, k)] = float(k == 2)
                point.entries["s", (1, k)] = point.rng.uniform(-2, 2)
            try:
                (here, slope), (_, near) = _at(node, point, FAR), _at(node, point, 0.0)
            except (Skip, ArithmeticError, ValueError):
                continue
            seen[found.trend] = seen.get(found.trend, 0) + 1
            assert _wrong(found, here, slope, near) == "", (seed, node, found, here, slope)
    assert min(seen.get(x, 0) for x in ("fixed", "tiny", "level", "up", "down", "slow", "huge")) > 20, seen


def each(body):
    return total("i", "n", total("j", "m", body))


P = share("j")
ROWS = {
    "one less the share": (each(mul(t("i", "j"), sub(1, P))), True),
    "cross-entropy": (each(mul(-1, t("i", "j"), log(P))), False),
    "share times its logarithm": (each(mul(P, log(P))), True),
    "squares": (each(power(sub(P, t("i", "j")), 2)), True),
    "absolute values": (each(power(power(sub(P, t("i", "j")), 2), "1/2")), True),
    "the other logits": (each(mul(sub(1, t("i", "j")), s("i", "j"))), True),
    "the target's exponential": (each(mul(t("i", "j"), exp(s("i", "j")))), True),
    "and its inverse": (each(mul(t("i", "j"), exp(mul(-1, s("i", "j"))))), False),
    "one over the share": (
        each(mul(t("i", "j"), power(sub(1, total("k", "m", share("k"), ("ne", "k", "j"))), -1))), False),
    "the second class": (total("i", "n", log(add(1, exp(mul(-1, s("i", 2)))))), False),
    "exponentials without the own": (each(log(total("k", "m", exp(s("i", "k")), ("ne", "k", "j")))), False),
}


@pytest.mark.parametrize("name", ROWS)
def test_what_saturates(name):
    node, expected = ROWS[name]
    own = {"kind": "saturates", "loss": node, "shape": ["n", "m"], "sizes": {"n": 1}, "simplex": True}
    assert check(own).accepted is expected
    assert not check({**own, "sizes": {"n": 2}}).accepted
    assert not check({**own, "sizes": {"n": 1, "m": 1}}).accepted
    assert not check({**own, "sizes": {}}).accepted
