"""Convexity, and strict convexity up to row shifts."""

import copy

import pytest

from nmderive.checker import check

from .build import (
    ALPHA,
    BRIER,
    CROSS_ENTROPY,
    FOCAL,
    LOSS_1,
    LOSS_3,
    MULTI,
    PAIRWISE,
    QUADRATIC,
    M,
    add,
    exp,
    log,
    mul,
    neg,
    num,
    over_entries,
    power,
    prod,
    s,
    sub,
    t,
    total,
)
from .certificates import MARGINS

ROW_SUMS = total("i", "n", log(total("l", "m", exp(s("i", "l")))))


def convex(loss, shape=("n", "m"), **more):
    return {"kind": "convex", "loss": loss, "shape": list(shape), **more}


CONVEX = {
    "loss-1": convex(LOSS_1),
    "loss-3": convex(LOSS_3),
    "pairwise": convex(PAIRWISE),
    "quadratic": convex(QUADRATIC),
    "cross-entropy": convex(CROSS_ENTROPY),
    "cross-entropy by margins": convex(CROSS_ENTROPY, form=MARGINS),
    "multi-label, labels at most one": convex(MULTI, ["n"], simplex=True),
    "squares": convex(over_entries(power(sub(t("i", "j"), s("i", "j")), 2))),
    "log of a product": convex(log(prod("j", "m", add(1, exp(s("j"))))), ["m"]),
    "root of log-convex": convex(total("j", "m", power(add(1, exp(s("j"))), "1/2")), ["m"]),
}
NOT_CONVEX = {
    "brier": convex(BRIER),
    "focal": convex(FOCAL, parameters={"g": "positive"}),
    "multi-label": convex(MULTI, ["n"]),
    "alpha": convex(ALPHA),
    "minus loss-1": convex(neg(LOSS_1)),
    "wrong form": convex(CROSS_ENTROPY, form=LOSS_1),
    "cubes": convex(over_entries(power(sub(t("i", "j"), s("i", "j")), 3))),
    "inverse": convex(total("j", "m", power(s("j"), -1)), ["m"]),
    "difference": convex(sub(ROW_SUMS, MARGINS)),
    "log of a difference": convex(total("j", "m", log(sub(exp(s("j")), 1))), ["m"]),
    "product of affine": convex(mul(total("j", "m", s("j")), total("j", "m", s("j"))), ["m"]),
    "no shape": {"kind": "convex", "loss": LOSS_1},
}


@pytest.mark.parametrize("name", CONVEX)
def test_convex(name):
    assert check(CONVEX[name]).accepted, check(CONVEX[name]).reason


@pytest.mark.parametrize("name", NOT_CONVEX)
def test_not_shown_convex(name):
    assert not check(NOT_CONVEX[name]).accepted


def strict(loss, combination, shape=("n", "m"), **more):
    return {"kind": "strictly-convex", "loss": loss, "shape": list(shape), "combination": combination, **more}


def one(coefficient, **indices):
    return [num(coefficient), 0, 0, indices]


ORDERED = total(
    "j",
    "m",
    total(
        "k",
        "m",
        log(add(1, total("i", "n", mul(t("i", "j"), exp(sub(s("i", "j"), s("i", "k"))))))),
        ("lt", "j", "k"),
    ),
)
DIFFERENCE = {
    "coefficient": num(1),
    "group": 0,
    "exponent": 0,
    "indices": {"i": "i", "l": "j"},
    "minus": {"exponent": 0, "indices": {"l": "k"}},
}
MEAN = {
    "coefficient": power(M, -1),
    "group": 0,
    "exponent": 0,
    "indices": {"j": "a", "i": "i"},
    "over": [["a", "m", []]],
}
STRICT = {
    "loss-3": strict(LOSS_3, [one(1, i="i", j="k"), one(-1, i="i", j="j")]),
    "loss-3 with a vanishing mean": strict(LOSS_3, [one(1, i="i", j="k"), one(-1, i="i", j="j"), MEAN]),
    "cross-entropy": strict(CROSS_ENTROPY, [one(-1, i="i", j="j", k="k")], form=MARGINS),
    "loss-1": strict(LOSS_1, [one(-1, i="i", j="j", k="k")]),
    "loss-1, m = 3": strict(LOSS_1, [one(-1, i="i", j="j", k="k")], sizes={"m": 3}),
    "pairwise": strict(PAIRWISE, [one(-2, i="i", j="j", k="k")]),
    "quadratic": strict(QUADRATIC, [one(-1, i="i", j="j", k="j", l="k")]),
    "pairs j < k": strict(ORDERED, [one(1, i="i", j="j", k="k")]),
    "no constant": strict(ROW_SUMS, [DIFFERENCE]),
    "no constant, linear part": strict(
        sub(ROW_SUMS, over_entries(mul(t("i", "j"), s("i", "j")))), [DIFFERENCE]
    ),
    "multi-label": strict(MULTI, [one(-1, i="i")], ["n"], simplex=True),
}


@pytest.mark.parametrize("name", STRICT)
def test_strictly_convex(name):
    result = check(STRICT[name])
    assert result.accepted, result.reason
    assert "kernel" in result.statement

HALVES = log(add(1, total("i", "n", mul(sub(1, t("i")), exp(s("i"))))))


def test_interior_labels():
    other = strict(HALVES, [one(1, i="i")], ["n"])
    assert not check(other).accepted
    assert not check({**other, "simplex": True}).accepted
    result = check({**other, "labels": "interior"})
    assert result.accepted and "t < 1" in result.statement
    assert not check({**other, "labels": "positive"}).accepted
    assert not check({**other, "labels": ["interior"]}).accepted
    twice = log(add(1, total("i", "n", mul(sub(1, mul(2, t("i"))), exp(s("i"))))))
    assert not check({**strict(twice, [one(1, i="i")], ["n"]), "labels": "interior"}).accepted
    two = log(add(1, total("i", "n", mul(sub(1, total("j", "m", t("i", "j"))), exp(s("i", 1))))))
    assert not check({**strict(two, [one(1, i="i")]), "labels": "interior"}).accepted


def _variants(certificate):
    for k, entry in enumerate(certificate["combination"]):
        if isinstance(entry, dict):
            continue
        for changed in (
            [num("3/2"), *entry[1:]],
            [neg(entry[0]), *entry[1:]],
            [entry[0], 1, *entry[2:]],
            [entry[0], 0, 1, entry[3]],
            [entry[0], 0, -1, entry[3]],
            [entry[0], True, 0, entry[3]],
            [*entry[:3], {**entry[3], "i": "j"}],
            [*entry[:3], {}],
            [*entry[:3], {**entry[3], "x": "i"}],
            [*entry[:3], {name: "j" if name != "i" else "i" for name in entry[3]}],
            entry[:3],
            [],
        ):
            if changed == entry:
                continue
            other = copy.deepcopy(certificate)
            other["combination"][k] = changed
            yield other


@pytest.mark.parametrize("name", [k for k in STRICT if k not in ("loss-3 with a vanishing mean",)])
def test_changed_combinations_are_refused(name):
    assert not check({**STRICT[name], "combination": []}).accepted
    for other in _variants(STRICT[name]):
        assert not check(other).accepted, other["combination"]


def test_strictness_needs_its_ingredients():
    no_minus = {k: v for k, v in DIFFERENCE.items() if k != "minus"}
    assert not check(strict(ROW_SUMS, [no_minus])).accepted
    swapped = one(-1, i="i", j="k", k="j")
    assert not check(strict(ORDERED, [swapped])).accepted
    empty_constant = total("i", "n", log(add(total("l", "m", 1, ("ne", "l", 1)), exp(s("i", 1)))))
    assert not check(strict(empty_constant, [one(1, i="i")])).accepted
    unweighted = over_entries(mul(sub(1, t("i", "j")), log(add(1, exp(s("i", "j"))))))
    both = [one(1, i="i", j="j"), one(-1, i="i", j="k")]
    assert not check(strict(unweighted, both)).accepted
    assert check(strict(over_entries(mul(t("i", "j"), log(add(1, exp(s("i", "j")))))), both)).accepted
