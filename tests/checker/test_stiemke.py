"""Existence of a minimum, unique up to row shifts."""

import random

import pytest

from nmderive.checker import check

from .build import LOSS_1, M, N, add, exp, log, mul, neg, num, over_entries, power, s, sub, sym, t, total
from .certificates import MARGINS
from .numeric import Point, value
from .test_convex import HALVES, STRICT, one, strict


def stiemke(certificate, *weights, **more):
    given = {"weights": [list(w) for w in weights]} if weights else {}
    return {**certificate, "kind": "stiemke", **given, **more}


TWO = add(
    total("i", "n", total("j", "m", log(add(1, mul(t("i", "j"), exp(neg(s("i", "j")))))))),
    total("i", "n", total("j", "m", log(add(1, total("k", "m", mul(t("i", "k"), exp(mul(2, s("i", "k"))))))))),
)
DIFFERENCES = [one(-1, i="i", j="j"), one(1, i="i", j="k")]
BINARY = over_entries(
    add(
        mul(t("i", "j"), log(add(1, exp(neg(s("i", "j")))))),
        mul(sub(1, t("i", "j")), log(add(1, exp(s("i", "j"))))),
    )
)
FALLING = over_entries(log(add(1, mul(t("i", "j"), exp(neg(s("i", "j")))))))
MULTI_STRICT = {**STRICT["multi-label"], "labels": "interior"}
ATTAINED = {
    "loss-1": stiemke(STRICT["loss-1"]),
    "loss-1, weights": stiemke(STRICT["loss-1"], [num("7/3"), 0, 0]),
    "loss-1, m = 3": stiemke(STRICT["loss-1, m = 3"]),
    "loss-3": stiemke(STRICT["loss-3"], [num(1), 0, 0]),
    "pairwise": stiemke(STRICT["pairwise"], [mul(N, power(M, -1)), 0, 0]),
    "quadratic": stiemke(STRICT["quadratic"]),
    "margins": stiemke(strict(MARGINS, [one(-1, i="i", j="j", k="k")])),
    "cross-entropy": stiemke(STRICT["cross-entropy"]),
    "multi-label": stiemke(MULTI_STRICT),
    "binary": stiemke(strict(BINARY, DIFFERENCES), labels="interior"),
    "unequal weights": stiemke(strict(TWO, DIFFERENCES), [mul(2, M), 0, 0], [num(1), 1, 0]),
    "quadratic term": stiemke(
        strict(add(LOSS_1, over_entries(power(s("i", "j"), 2))), [one(-1, i="i", j="j", k="k")])
    ),
    "a square with a weight": stiemke(
        strict(add(FALLING, over_entries(power(s("i", "j"), 2))), [one(-1, i="i", j="j"), one(1, i="i", j="k")]),
        [num(1), 0, 0], [num(1), 1, 0],
    ),
    "exponentials alone": stiemke(
        strict(over_entries(add(mul(t("i", "j"), exp(neg(s("i", "j")))), exp(s("i", "j")))), DIFFERENCES)
    ),
    "a product of sums": stiemke(
        strict(over_entries(mul(power(t("i", "j"), 2), exp(neg(s("i", "j"))), total("k", "m", exp(s("i", "k"))))),
               [one(-1, i="i", j="j", k="k")])
    ),
    "weights by labels": stiemke(
        strict(
            total("i", "n", add(log(add(1, exp(mul(t("i"), s("i"))))), log(add(1, exp(neg(s("i"))))))),
            [[num(-1), 1, 0, {"i": "i"}]],
            ["n"],
        ),
        [num(1), 0, 0],
        [t("i"), 1, 0],
    ),
}
REFUSED = {
    "only falling": stiemke(strict(over_entries(log(add(1, mul(t("i", "j"), exp(neg(s("i", "j"))))))), DIFFERENCES)),
    "pairs j < k": stiemke(STRICT["pairs j < k"]),
    "no constant": stiemke(STRICT["no constant"]),
    "no constant, linear part": stiemke(STRICT["no constant, linear part"]),
    "linear term": stiemke(strict(add(LOSS_1, over_entries(s("i", "j"))), [one(-1, i="i", j="j", k="k")])),
    "subtracted square": stiemke(
        strict(sub(LOSS_1, over_entries(power(s("i", "j"), 2))), [one(-1, i="i", j="j", k="k")])
    ),
    "square of a label alone": stiemke(
        strict(add(FALLING, over_entries(mul(t("i", "j"), power(t("i", "j"), 2)))), [one(-1, i="i", j="j")])
    ),
    "exponentials that only fall": stiemke(strict(over_entries(exp(neg(s("i", "j")))), DIFFERENCES)),
    "subtracted exponentials": stiemke(
        strict(sub(LOSS_1, over_entries(exp(s("i", "j")))), [one(-1, i="i", j="j", k="k")])
    ),
    "a sum of exponentials of open sign": stiemke(
        strict(over_entries(mul(sub(t("i", "j"), num("1/2")), exp(s("i", "j")))), DIFFERENCES)
    ),
    "fourth power": stiemke(strict(add(LOSS_1, over_entries(power(s("i", "j"), 4))), [one(-1, i="i", j="j", k="k")])),
    "unequal weights": stiemke(strict(TWO, DIFFERENCES)),
    "negative weight": stiemke(STRICT["loss-1"], [num(-1), 0, 0]),
    "weight zero": stiemke(STRICT["loss-1"], [num(0), 0, 0]),
    "weight zero for m = 1": stiemke(STRICT["loss-1"], [sub(M, 1), 0, 0]),
    "weight with s": stiemke(STRICT["loss-1"], [exp(s("i", "j")), 0, 0]),
    "weight by rows": stiemke(STRICT["loss-1"], [sym("j"), 0, 0]),
    "another group": stiemke(STRICT["loss-1"], [num(1), 1, 0]),
    "a weight missing": stiemke(strict(TWO, DIFFERENCES), [mul(2, M), 0, 0]),
    "a weight twice": stiemke(strict(TWO, DIFFERENCES), [mul(2, M), 0, 0], [num(1), 0, 0]),
    "weights null": stiemke(STRICT["loss-1"], weights=None),
    "no combination": stiemke({**STRICT["loss-1"], "combination": []}),
    "multi-label, labels may be one": stiemke(STRICT["multi-label"]),
    "half of multi-label": stiemke(strict(HALVES, [one(1, i="i")], ["n"]), labels="interior"),
    "cross-entropy without its form": stiemke({k: v for k, v in STRICT["cross-entropy"].items() if k != "form"}),
    "direction named": stiemke(STRICT["loss-1"], arrays={"d": "real"}),
}


@pytest.mark.parametrize("name", ATTAINED)
def test_attained(name):
    result = check(ATTAINED[name])
    assert result.accepted, result.reason
    assert "only stationary point" in result.statement


@pytest.mark.parametrize("name", REFUSED)
def test_not_shown(name):
    result = check(REFUSED[name])
    assert not result.accepted, result.statement


def test_examples_are_what_they_are_meant_to_be():
    for name in ("pairs j < k", "no constant", "only falling", "half of multi-label"):
        assert check({**REFUSED[name], "kind": "strictly-convex"}).accepted


@pytest.mark.parametrize("name", ATTAINED)
def test_the_loss_grows_in_all_directions_but_row_shifts(name):
    certificate = ATTAINED[name]
    rng = random.Random(7)
    if certificate.get("labels") == "interior":
        certificate = {**certificate, "arrays": {"t": "unit"}}
    for _ in range(6):
        sizes = {"n": 2, "m": 3, **certificate.get("sizes", {})}
        point = Point(rng, {**certificate, "sizes": sizes, "arrays": certificate.get("arrays", {"t": "positive"})})
        place = [(i, j) for i in range(1, 3) for j in range(1, 4)]
        if len(certificate["shape"]) == 1:
            place = [(1,), (2,)]
        values = []
        direction = {x: rng.uniform(-1, 1) for x in place}
        for size in (0, 30, 60):
            for x in place:
                point.entries["s", x] = size * direction[x]
            values.append(value(certificate.get("form", certificate["loss"]), {}, point).real)
        assert values[2] > values[1] > values[0]
