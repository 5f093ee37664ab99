"""Bounded and Lipschitz by structure, and growth along rays: what is claimed of random expressions, against numbers."""

import random

import pytest
from today import of_today

from nmderive.checker import check, setup
from nmderive.checker.extents import APART, FINITE, OPEN, SIDE, Extent, extent, times
from nmderive.checker.reject import Reject
from nmderive.checker.steepness import is_smooth, steepness

from .build import add, exp, log, mul, neg, num, power, s, sub, sym, t, total
from .numeric import Point, Skip, value

DECLARED = {"shape": ["n", "m"], "parameters": {"a": "positive", "b": "real"}, "simplex": True}
FREE = {"i": "n", "j": "m", "k": "m"}
#: Where values are taken along directions: what is bounded there is nearly level from the second to the third.
SCALES = (2, 75, 150)
_FAILURES = (Skip, ArithmeticError, ValueError)


def share(own, scale=1):
    """The entry of softmax at a class."""
    return mul(exp(mul(scale, s("i", own))), power(total("h", "m", exp(mul(scale, s("i", "h")))), -1))


def random_node(rng, depth=0):
    """A random expression in logits, labels and parameters; free indices i, j, k."""
    own = rng.choice("jk")
    one = share(own, rng.choice([1, 2, "1/2"]))
    leaves = [
        lambda: num(rng.choice([-2, -1, 1, 2, "1/2"])), lambda: t("i", own), lambda: sym(rng.choice("ab")), lambda: one,
        lambda: s("i", own), lambda: sub(1, one), lambda: power(add(1, exp(neg(s("i", own)))), -1),
        lambda: power(one, sym("a")), lambda: sub(s("i", "j"), s("i", "k")),
    ]
    if depth == 3:
        return rng.choice(leaves)()

    def inner():
        return random_node(rng, depth + 1)

    return rng.choice([
        *leaves, lambda: add(inner(), inner()), lambda: mul(inner(), inner()), lambda: sub(inner(), inner()),
        lambda: power(inner(), rng.choice([2, -1, "1/2", 3, -2, 0])), lambda: log(add(1, inner())),
        lambda: exp(inner()),
        lambda: neg(inner()), lambda: total("k", "m", inner(), ("ne", "k", "j")), lambda: total("j", "m", inner()),
        lambda: mul(one, log(one)), lambda: mul(power(sub(1, one), sym("a")), log(one)), lambda: log(inner()),
        lambda: power(power(inner(), 2), "1/2"), lambda: ["tanh", inner()], lambda: ["max", "k", "m", [], inner()],
        lambda: mul(inner(), power(add(inner(), inner()), -1)), lambda: ["prod", "k", "m", [], inner()],
        lambda: mul(total("h", "m", mul(t("i", "h"), one)), power(total("h", "m", one), -1)),
    ])()


def _at(node, seed, trial, scale):
    """The value and two derivatives by a logit, far out where the scale is large; labels are the seed's."""
    point = Point(random.Random(seed), {**DECLARED, "sizes": {"n": 1, "m": 3}})
    rng = random.Random(f"{seed} {trial}")
    for k in (1, 2, 3):
        point.entry("t", (1, k))
        point.entries["s", (1, k)] = scale * rng.choice([-1, 0, 1, rng.uniform(-1, 1)])
        if seed % 2:
            point.entries["t", (1, k)] = float(k == 1 + seed % 3)
    ends = []
    for step in (0, 1e-3, 1e-3):
        point.entries["s", (1, 1)] += step
        ends.append(value(node, {"i": 1, "j": 1, "k": 2}, point))
    if any(abs(x.imag) > 1e-9 or abs(x) > 1e300 for x in ends):
        raise Skip
    low, here, high = (x.real for x in ends)
    return here, (high - low) / 2e-3, (high + low - 2 * here) / 1e-6


def _wrong(found, steep, smooth, *places):
    """How values at the places contradict what is known."""
    for end, side in ((found.low, 1), (found.high, -1)):
        values = [[side * v for v, *_ in x] for x in places]
        least = min(map(min, values))
        if end >= SIDE and least < -1e-9:
            return "the wrong side"
        if end >= FINITE and any(b < a - 50 - abs(a) for a, b in zip(*values[1:], strict=True)):
            return "not bounded"
        if end == APART and least < 1e-30:
            return "not apart"
    slopes, bends = ([max(abs(v[k]) for v in x) for x in places] for k in (1, 2))
    if smooth and bends[2] > 1e4 * (1 + bends[0]) + 1e-6 * max(abs(v) for v, *_ in places[2]):
        return "not smooth"
    if steep.plain and slopes[2] > 1e4 * (1 + slopes[0]):
        return "not Lipschitz"
    if steep.relative and any(v < -1e-9 for x in places for v, *_ in x):
        return "negative"
    return ""


@pytest.mark.slow
def test_what_is_known_of_random_expressions_is_not_contradicted():
    decided = {"bounded": 0, "apart": 0, "plain": 0, "relative": 0, "smooth": 0}
    for seed in of_today(range(1000), 3):
        node = random_node(random.Random(seed))
        cx = setup.context(DECLARED)
        setup.shapes(cx, DECLARED, [(node, FREE)])
        env = setup.free_environments(cx, FREE)[0]
        try:
            found, steep, smooth = extent(cx, node, env), steepness(cx, node, env), is_smooth(cx, node, env)
        except (Reject, AssertionError):
            continue
        rays = []
        for trial in range(8):
            try:
                rays.append([_at(node, seed, trial, scale) for scale in SCALES])
            except _FAILURES:
                continue
        if not rays:
            continue
        decided["bounded"] += found.is_bounded
        decided["apart"] += APART in (found.low, found.high)
        decided["plain"] += steep.plain
        decided["relative"] += steep.relative
        decided["smooth"] += smooth
        assert _wrong(found, steep, smooth, *zip(*rays, strict=True)) == "", (seed, node, found, steep)
    assert min(decided.values()) > 10, decided


def test_products_of_extents():
    kinds = [Extent(a, b) for a in range(4) for b in range(4) if APART not in (a, b) or SIDE not in (a, b) and a != b]
    for x in kinds:
        for y in kinds:
            found = times([x, y])
            values = [a * b for a in _within(x) for b in _within(y)]
            if found.low >= SIDE:
                assert min(values) >= (1 if found.low == APART else 0), (x, y)
            if found.low == FINITE:
                assert min(values) >= -9, (x, y)
            if found.high >= SIDE:
                assert max(values) <= (-1 if found.high == APART else 0), (x, y)
            if found.high == FINITE:
                assert max(values) <= 9, (x, y)


def _within(x):
    """Values that an extent allows, those of an open end far out."""
    low = {OPEN: -100, FINITE: -3, SIDE: 0, APART: 1}[x.low]
    high = {OPEN: 100, FINITE: 3, SIDE: 0, APART: -1}[x.high]
    return [v for v in (-100, -3, -1, 0, 1, 3, 100) if low <= v <= high]


P, APART_BY = share("j"), power(sub(share("j"), share("k")), 2)


def pairs(body):
    return total("i", "n", total("j", "m", total("k", "m", body)))


ROWS = {
    "exponential times its logarithm": (pairs(mul(exp(s("i", "j")), log(exp(s("i", "j"))))), (False, False)),
    "product of logits": (pairs(mul(s("i", "j"), s("i", "k"))), (False, False)),
    "logarithm of a squared difference": (pairs(log(APART_BY)), (False, False)),
    "root of a squared difference": (pairs(power(APART_BY, "1/4")), (True, False)),
    "logarithm of an exponential less one": (pairs(log(sub(exp(s("i", "j")), 1))), (False, False)),
    "entropy": (total("i", "n", total("j", "m", mul(P, log(P)))), (True, True)),
    "cross-entropy": (total("i", "n", total("j", "m", mul(-1, t("i", "j"), log(P)))), (False, True)),
    "one over a share": (total("i", "n", total("j", "m", power(P, -1))), (False, False)),
    "root of a share's complement": (total("i", "n", total("j", "m", power(sub(1, P), "1/2"))), (True, True)),
    "focal with no power": (total("i", "n", total("j", "m", mul(power(sub(1, P), -1), log(P)))), (False, False)),
    "log of two rows of labels": (
        total("i", "n", log(total("j", "m", mul(t("i", "j"), t(1, "j"), power(P, "1/2"))))), (False, True)),
    "log of weighted shares": (total("i", "n", log(total("j", "m", mul(t("i", "j"), P)))), (False, True)),
    "log of weights apart from zero": (
        total("i", "n", log(total("j", "m", mul(t("i", "j"), add(1, P))))), (True, True)),
    "share times log of another": (total("i", "n", total("j", "m", total("k", "m", mul(share("k"), log(P))))),
                                   (False, False)),
    "exp of a logit": (total("i", "n", total("j", "m", exp(s("i", "j")))), (False, False)),
    "sine-like": (total("i", "n", total("j", "m", ["tanh", power(s("i", "j"), 3)])), (True, False)),
}


@pytest.mark.parametrize("name", ROWS)
def test_what_structure_shows(name):
    node, expected = ROWS[name]
    own = {"loss": node, "shape": ["n", "m"], "simplex": True}
    kinds = ({"kind": "bounded", "sides": "both", **own}, {"kind": "lipschitz", **own})
    assert tuple(check(x).accepted for x in kinds) == expected


SMOOTH = {
    "squares": (pairs(power(sub(s("i", "j"), t("i", "k")), 2)), True),
    "products of logits": (pairs(mul(s("i", "j"), s("i", "k"))), True),
    "cubes": (pairs(power(s("i", "j"), 3)), False),
    "a square of a logarithm": (pairs(power(log(P), 2)), False),
    "a difference to the power 3/2": (pairs(power(APART_BY, "3/4")), False),
    "a square to the power 5/2": (pairs(power(APART_BY, "5/2")), True),
    "absolute values": (pairs(power(power(s("i", "j"), 2), "1/2")), False),
    "absolute values of shares": (pairs(power(power(P, 2), "1/2")), True),
    "a maximum": (total("i", "n", ["max", "j", "m", [], s("i", "j")]), False),
    "focal": (pairs(mul(power(sub(1, P), sym("a")), log(P))), True),
}


@pytest.mark.parametrize("name", SMOOTH)
def test_what_is_smooth(name):
    node, expected = SMOOTH[name]
    own = {"kind": "smooth", "loss": node, "shape": ["n", "m"], "simplex": True, "parameters": {"a": "positive"}}
    assert check(own).accepted is expected


CONSTANTS = {
    "a logit": (total("i", "n", s("i", 1)), sym("n"), "1"),
    "cross-entropy": (ROWS["cross-entropy"][0], mul(2, sym("n")), mul("3/2", sym("n"))),
    "log-sum-exp": (total("i", "n", log(total("j", "m", exp(s("i", "j"))))), sym("n"), mul("1/2", sym("n"))),
    "of differences": (total("i", "n", log(add(1, exp(sub(s("i", 1), s("i", 2)))))), mul(2, sym("n")), sym("n")),
    "a maximum": (total("i", "n", ["max", "j", "m", [], mul(3, s("i", "j"))]), mul(3, sym("n")), mul(2, sym("n"))),
    "a root": (total("i", "n", log(power(add(1, exp(s("i", 1))), "1/2"))), mul("1/2", sym("n")), mul("1/3", sym("n"))),
    "labels": (pairs(mul(t("i", "j"), s("i", "k"))), mul(sym("n"), sym("m")), sym("n")),
}


@pytest.mark.parametrize("name", CONSTANTS)
def test_a_constant_is_large_enough(name):
    node, enough, less = CONSTANTS[name]
    own = {"kind": "lipschitz", "loss": node, "shape": ["n", "m"], "simplex": True}
    assert check({**own, "constant": enough}).accepted
    assert check({**own, "constant": add(enough, 1)}).accepted
    assert not check({**own, "constant": num(less) if less == "1" else less}).accepted
    assert not check({**own, "constant": s(1, 1)}).accepted


def test_a_kink_is_one_of_a_piecewise_affine_loss():
    own = {"kind": "kinked", "shape": ["n", "m"], "sizes": {"n": 1, "m": 2}, "simplex": True,
           "point": {"t": [["1", "0"]]}, "direction": [["1", "0"]]}
    size = power(power(s(1, 1), 2), "1/2")
    assert check({**own, "loss": size}).accepted
    assert not check({**own, "loss": size, "direction": [["0", "1"]]}).accepted
    assert not check({**own, "loss": sub(size, size)}).accepted
    assert not check({**own, "loss": log(add(1, exp(s(1, 1))))}).accepted
    assert not check({**own, "loss": add(s(1, 1), t(1, 1))}).accepted


def test_a_ray_grows_as_stated_only():
    own = {"kind": "grows", "shape": ["n", "m"], "sizes": {"n": 1, "m": 2}, "simplex": True, "to": "+",
           "point": {"t": [["1", "0"]]}, "direction": [["-1", "0"]], "loss": ROWS["cross-entropy"][0]}
    assert check({**own, "beyond": "bounded"}).accepted
    assert not check({**own, "beyond": "linear"}).accepted
    assert not check({**own, "beyond": "bounded", "to": "-"}).accepted
    assert not check({**own, "beyond": "bounded", "direction": [["1", "0"]]}).accepted
    squares = total("i", "n", total("j", "m", power(s("i", "j"), 2)))
    assert check({**own, "beyond": "linear", "loss": squares}).accepted
    largest = total("i", "n", ["max", "j", "m", [], s("i", "j")])
    assert not check({**own, "beyond": "bounded", "loss": largest}).accepted
    assert check({**own, "beyond": "bounded", "loss": largest, "direction": [["-1", "1"]]}).accepted
