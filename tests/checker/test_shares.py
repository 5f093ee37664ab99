"""Repeated classes: who keeps a part of the gradient, and who starves; random sums of logarithms against numbers."""

import random

import pytest

from nmderive.checker import check

from .build import (
    CROSS_ENTROPY,
    LOSS_1,
    LOSS_3,
    MULTI,
    PAIRWISE,
    QUADRATIC,
    add,
    exp,
    log,
    mul,
    neg,
    s,
    sub,
    sym,
    t,
    total,
)
from .test_hard_random import _group
from .truth import holds

pytestmark = pytest.mark.slow

FALLING = mul(t("i", "j"), exp(neg(s("i", "j"))))
ONE_LOG = log(add(1, total("i", "n", total("j", "m", FALLING))))


def shares(loss, shape=("n", "m"), **more):
    return {"kind": "shares", "loss": loss, "shape": list(shape), **more}


def starves(loss, a, b, shape=("n", "m"), m=3, **more):
    sizes = {} if shape == ("n",) else {"m": m}
    return {"kind": "starves", "loss": loss, "shape": list(shape), "sizes": sizes, "repeated": a, "other": b, **more}


def factors(i, j):
    return t(i, j), exp(neg(s(i, j)))


#: A term in which rows of both classes stand.
BOTH = total("i", "n", total("h", "n", mul(*factors("i", 1), *factors("h", 2))))
PRODUCT = log(add(1, total("i", "n", mul(*factors("i", 1))), total("i", "n", mul(*factors("i", 2))), BOTH))
NUMBERS_TELL = ["one logarithm", "one logarithm, m = 2", "loss-3", "pairwise", "a product of classes"]


TRUE = {
    "loss-1": shares(LOSS_1),
    "loss-3": shares(LOSS_3),
    "loss-3, m = 2": shares(LOSS_3, sizes={"m": 2}),
    "pairwise": shares(PAIRWISE),
    "quadratic": shares(QUADRATIC),
    "multi-label": shares(MULTI, ["n"], simplex=True),
    "a product of classes": shares(PRODUCT, sizes={"m": 2}),
    "one logarithm": starves(ONE_LOG, 1, 2),
    "one logarithm for tasks": starves(
        log(add(1, total("i", "n", add(mul(t("i"), exp(neg(s("i")))), mul(sub(1, t("i")), exp(s("i"))))))),
        1, 0, ("n",), simplex=True,
    ),
}
FALSE = {
    "one logarithm": shares(ONE_LOG),
    "one logarithm, m = 2": shares(ONE_LOG, sizes={"m": 2}),
    "cross-entropy": shares(CROSS_ENTROPY),
    "loss-3": starves(LOSS_3, 1, 2),
    "pairwise": starves(PAIRWISE, 2, 1),
    "a product of classes": starves(PRODUCT, 1, 2, m=2),
    "the same class": starves(ONE_LOG, 1, 1),
    "no such class": starves(ONE_LOG, 1, 4),
    "counted rows": starves(log(add(sym("n"), total("i", "n", total("j", "m", FALLING)))), 1, 2),
    "fixed rows": {**starves(ONE_LOG, 1, 2), "sizes": {"n": 2, "m": 3}},
    "no term for class 2": starves(log(add(1, total("i", "n", mul(t("i", 1), exp(s("i", 1)))))), 1, 2, m=2),
    "a negative weight": shares(sub(LOSS_3, ONE_LOG)),
}


@pytest.mark.parametrize("name", TRUE)
def test_shown(name):
    result = check(TRUE[name])
    assert result.accepted, result.reason
    assert all(holds(TRUE[name], seed) is not False for seed in range(3))


@pytest.mark.parametrize("name", FALSE)
def test_not_shown(name):
    assert not check(FALSE[name]).accepted


@pytest.mark.parametrize("name", NUMBERS_TELL)
def test_the_numbers_tell_what_is_false(name):
    assert any(holds(FALSE[name], seed) is False for seed in range(3))


@pytest.mark.parametrize("batch", range(2))
def test_random_sums(batch):
    accepted = set()
    for seed in range(batch, 400, 2):
        rng = random.Random(seed)
        loss = add(*(_group(rng) for _ in range(rng.choice([1, 1, 2]))))
        for certificate in (shares(loss, simplex=True), starves(loss, *rng.sample((1, 2, 3), 2), simplex=True)):
            if check(certificate).accepted:
                accepted.add(certificate["kind"])
                assert holds(certificate, seed) is not False, certificate
    assert accepted == {"shares", "starves"}
