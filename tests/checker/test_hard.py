"""Hard labels: losses that force the target to win, and losses that do not."""

import copy
import random

import pytest

from nmderive.checker import check

from .build import (
    CROSS_ENTROPY,
    FOCAL,
    LOSS_1,
    LOSS_3,
    PAIRWISE,
    QUADRATIC,
    M,
    N,
    add,
    exp,
    log,
    mul,
    neg,
    num,
    over_entries,
    power,
    s,
    sub,
    sym,
    t,
    total,
)
from .certificates import MARGINS
from .numeric import Point, value
from .test_convex import ORDERED, ROW_SUMS, one


def forces(loss, combination, shape=("n", "m"), **more):
    return {"kind": "forces-argmax", "loss": loss, "shape": list(shape), "combination": combination, **more}


def ray(loss, labels, direction, row, target, **more):
    sizes = {"n": len(labels), "m": len(labels[0])}
    return {
        "kind": "ray",
        "loss": loss,
        "shape": ["n", "m"],
        "sizes": sizes,
        "labels": labels,
        "direction": direction,
        "row": row,
        "target": target,
        **more,
    }


def margins(weight, scale=1, *conds, shift=0):
    """sum_j log(1 + sum_i weight sum_k e^{scale (s_ik - s_ij) + shift})."""
    body = exp(add(mul(scale, sub(s("i", "k"), s("i", "j"))), shift))
    return total("j", "m", log(add(1, total("i", "n", mul(weight, total("k", "m", body, *conds))))))


NE = ("ne", "k", "j")
TWO_STEPS = total(
    "j", "m", log(add(1, total("i", "n", mul(t("i", "j"), exp(add(s("i", 1), neg(s("i", "j")))))))))
SOFT = margins(t("i", "j"), 1, NE)
HALF = total(
    "j",
    "m",
    log(
        add(
            1,
            total(
                "i",
                "n",
                mul(
                    t("i", "j"),
                    total("k", "m", exp(sub(mul(power(M, -1), total("l", "m", s("i", "l"))), s("i", "j"))), NE),
                ),
            ),
        )
    ),
)
ABOVE = total(
    "j",
    "m",
    total(
        "k",
        "m",
        log(
            add(
                1,
                total("i", "n", mul(t("i", "j"), exp(sub(s("i", "k"), s("i", "j"))))),
                total("i", "n", mul(t("i", "k"), exp(sub(s("i", "j"), s("i", "k"))))),
            )
        ),
        ("lt", "j", "k"),
    ),
)
BINARY = over_entries(
    add(
        mul(t("i", "j"), log(add(1, exp(neg(s("i", "j")))))),
        mul(sub(1, t("i", "j")), log(add(1, exp(s("i", "j"))))),
    )
)
ONE_ROW = total("j", "m", mul(t("j"), log(add(1, total("k", "m", exp(sub(s("k"), s("j"))), ("ne", "j", "k"))))))
KY = {"i": "i", "j": "y", "k": "k"}
BINARY_COMBINATION = [[num(1), 0, 0, {"i": "i", "j": "y"}], [num(1), 1, 0, {"i": "i", "j": "k"}]]
MEAN = {"coefficient": num(1), "group": 0, "exponent": 0, "indices": {"i": "i", "j": "y", "k": "a"},
        "over": [["a", "m", [["ne", "a", "y"], ["ne", "a", "k"]]]]}  # fmt: skip

FORCES = {
    "loss-1": forces(LOSS_1, [one(1, **KY)]),
    "loss-1, m = 3": forces(LOSS_1, [one(1, **KY)], sizes={"m": 3}),
    "loss-1, n = 2": forces(LOSS_1, [one(1, **KY)], sizes={"n": 2}),
    "loss-1, twice": forces(LOSS_1, [one(1, **KY), one("1/2", **KY)], mu=num("3/2")),
    "pairwise": forces(PAIRWISE, [one(2, **KY)]),
    "pairwise, mu": forces(PAIRWISE, [one(1, **KY)], mu=num("1/2")),
    "quadratic": forces(QUADRATIC, [one(1, i="i", j="y", k="y", l="k")]),
    "margins": forces(MARGINS, [one(1, **KY)]),
    "cross-entropy": forces(CROSS_ENTROPY, [one(1, **KY)], form=MARGINS),
    "binary cross-entropy": forces(BINARY, BINARY_COMBINATION, along=["1", "-1"]),
    "a parameter": forces(
        margins(power(t("i", "j"), sym("g")), sym("g"), NE),
        [one(1, **KY)],
        mu=sym("g"),
        parameters={"g": "positive"},
    ),
    "shifted": forces(margins(t("i", "j"), 1, NE, shift=power(N, -1)), [one(1, **KY)]),
    "terms without s": forces(add(SOFT, over_entries(power(t("i", "j"), 2))), [one(1, **KY)]),
    "one row": forces(ONE_ROW, [one(1, j="y", k="k")], ["m"]),
    "k = j too": forces(margins(t("i", "j"), 1), [one(1, **KY)]),
    "exponentials alone": forces(
        total("i", "n", total("j", "m", total("k", "m", mul(t("i", "j"), exp(sub(s("i", "k"), s("i", "j")))), NE))),
        [one(1, **KY)],
    ),
    "another ray": forces(LOSS_1, [one(1, **KY)], along=["2", "1/3"]),
}

REFUSED = {
    "binary, wrong ray": forces(BINARY, BINARY_COMBINATION),
    "ray of nothing": forces(LOSS_1, [one(1, **KY)], along=["1", "1"]),
    "bad ray": forces(LOSS_1, [one(1, **KY)], along=["1"]),
    "loss-3": forces(LOSS_3, [one(1, i="i", j="y"), one(-1, i="i", j="k")]),
    "loss-3, only y": forces(LOSS_3, [one(1, i="i", j="y")]),
    "focal": forces(FOCAL, [one(1, **KY)], parameters={"g": "positive"}),
    "no combination": forces(LOSS_1, []),
    "wrong sign": forces(LOSS_1, [one(-1, **KY)]),
    "negative mu": forces(LOSS_1, [one(-1, **KY)], mu=num(-1)),
    "zero mu": forces(LOSS_1, [one(0, **KY)], mu=num(0)),
    "weight zero": forces(LOSS_1, [one(1, i="i", j="k", k="y")]),
    "weight zero, mu": forces(LOSS_1, [one(-1, i="i", j="k", k="y")]),
    "quadratic, weight zero": forces(QUADRATIC, [one(1, i="i", j="k", k="y", l="k")]),
    "condition": forces(LOSS_1, [one(1, **KY), one(1, i="i", j="y", k="y")]),
    "one class": forces(LOSS_1, [one(1, **KY)], sizes={"m": 1}),
    "no constant": forces(ROW_SUMS, [one(1, i="i", l="k")]),
    "positive labels": forces(LOSS_1, [one(1, **KY)], arrays={"t": "positive"}),
    "another shape of t": forces(LOSS_1, [one(1, **KY)], shapes={"t": ["m"]}),
    "ordered": forces(ORDERED, [one(1, **KY)]),
    "a weight of the other classes": forces(margins(sub(1, t("i", "j")), 1, NE), [one(1, i="i", j="k", k="y")]),
    "a negative weight": forces(margins(sub(mul(2, t("i", "j")), 1), 1, NE), [one(1, **KY)]),
    "exponentials that do not fall": forces(over_entries(mul(t("i", "j"), exp(s("i", "j")))), [one(1, i="i", j="k")]),
    "a square": forces(add(LOSS_1, over_entries(power(s("i", "j"), 2))), [one(1, **KY)]),
    "class 1": forces(TWO_STEPS, [one(1, i="i", j="y")]),
    "a linear term": forces(add(SOFT, over_entries(s("i", "j"))), [one(1, **KY)]),
    "a subtracted group": forces(sub(SOFT, ROW_SUMS), [one(1, **KY)]),
    "other rows": forces(
        total("a", "n", total("j", "m", mul(t("a", "j"), SOFT))), [one(1, a="i", **KY)], simplex=True
    ),
    "undefined weights": forces(margins(log(t("i", "j")), 1, NE), [one(1, **KY)]),
    "a class set": forces(margins(t("i", "j"), 1, NE, ("in", "k", "Omega_pos")), [one(1, **KY)]),
}


@pytest.mark.parametrize("name", FORCES)
def test_forces(name):
    result = check(FORCES[name])
    assert result.accepted, result.reason
    assert "approaches it only where" in result.statement


@pytest.mark.parametrize("name", REFUSED)
def test_not_forced(name):
    result = check(REFUSED[name])
    assert not result.accepted, result.statement


def test_signs_of_functions_of_the_sizes():
    def reason(weight):
        body = exp(sub(mul(weight, total("l", "m", s("i", "l"))), s("i", "j")))
        loss = total("j", "m", log(add(1, total("i", "n", mul(t("i", "j"), body)))))
        return check(forces(loss, [one(1, i="i", j="y")])).reason

    assert "combination" in reason(power(M, -1))
    assert "combination" in reason(power(sub(mul(2, M), 1), -1))
    assert "combination" in reason(mul(N, power(add(N, M), -1), "1/2"))
    assert "fall" in reason(power(sub(M, 1), -1))
    assert "fall" in reason(mul(3, power(M, -1)))
    assert "fall" in reason(mul(N, power(M, -1)))


def test_ordered_pairs_with_an_ordered_combination():
    """For j < k only: the group's exponents belong to y = j and to y = k."""
    below = [one(1, i="i", j="y", k="k")]
    assert not check(forces(ABOVE, below)).accepted


def test_coefficients_that_compare_positions():
    """The coefficients below add up to one, but one of them is negative for y > k."""
    below = ["iverson", ["lt", "y", "k"]]
    parts = [sub(mul(2, below), 1), sub(2, mul(2, below))]
    for changing in (parts, parts[::-1]):
        assert not check(forces(LOSS_1, [[x, 0, 0, KY] for x in changing])).accepted
    halves = [below, sub(1, below)]
    assert check(forces(LOSS_1, [[x, 0, 0, KY] for x in halves])).accepted


def test_literal_conditions_are_refused():
    entry = {**MEAN, "over": [["a", "m", [["eq", "a", 1]]]]}
    assert not check(forces(SOFT, [one(1, **KY), entry])).accepted
    assert not check(forces(SOFT, [one(1, **KY), MEAN])).accepted


def _hard(rng, certificate, n, m, logits):
    point = Point(rng, {**certificate, "sizes": {"n": n, "m": m}})
    targets = [rng.randint(1, m) for _ in range(n)]
    for i in range(1, n + 1):
        for j in range(1, m + 1):
            point.entries["t", (i, j)] = float(targets[i - 1] == j)
            point.entries["s", (i, j)] = logits(i, j, targets[i - 1])
    return value(certificate.get("form", certificate["loss"]), {}, point).real


@pytest.mark.parametrize("name", [k for k in FORCES if k not in ("one row", "a parameter")])
def test_the_infimum_is_approached_only_there(name):
    certificate = FORCES[name]
    for seed in range(10):
        rng = random.Random(seed)
        n = certificate.get("sizes", {}).get("n", rng.choice([1, 2, 3]))
        m = certificate.get("sizes", {}).get("m", rng.choice([2, 3, 4]))
        infimum = _hard(random.Random(seed), certificate, n, m, lambda i, j, y: 100.0 * (2 * (j == y) - 1))
        if not {"terms", "too"} & set(name.split()):
            assert abs(infimum) < 1e-9
        scale = rng.choice([1, 10])
        table = {(i, j): rng.uniform(-scale, scale) for i in range(1, n + 1) for j in range(1, m + 1)}

        def logits(i, j, y, table=table):
            return table[i, j] - 90 * (i == 1 and j == y)

        other = _hard(random.Random(seed), certificate, n, m, logits)
        assert other > infimum + 1


RAYS = {
    "loss-3": ray(LOSS_3, [["1", "0", "0"]], [["1", "2", "-3"]], 1, 1),
    "loss-3, two rows": ray(
        LOSS_3, [["1", "0", "0"], ["0", "0", "1"]], [["1", "2", "-3"], ["0", "0", "1"]], 1, 1
    ),
    "loss-3, t^g": ray(
        total(
            "j",
            "m",
            log(
                add(
                    1,
                    total(
                        "i",
                        "n",
                        mul(
                            power(t("i", "j"), sym("g")),
                            exp(add(neg(s("i", "j")), mul(power(M, -1), total("k", "m", s("i", "k"))))),
                        ),
                    ),
                )
            ),
        ),
        [["1", "0", "0"]],
        [["1", "2", "-3"]],
        1,
        1,
        parameters={"g": "positive"},
    ),
    "one row": {
        **ray(LOSS_3, [["1", "0", "0"]], [["1", "2", "-3"]], 1, 1),
        "loss": total("j", "m", log(add(1, mul(t("j"), exp(sub(total("k", "m", s("k")), mul(3, s("j")))))))),
        "shape": ["m"],
        "labels": ["1", "0", "0"],
        "direction": ["1", "2", "-3"],
    },
}
BASE = RAYS["loss-3"]


@pytest.mark.parametrize("name", RAYS)
def test_rays(name):
    result = check(RAYS[name])
    assert result.accepted, result.reason
    assert "exceeds" in result.statement


@pytest.mark.parametrize(
    "certificate",
    [
        ray(LOSS_1, [["1", "0", "0"]], [["1", "2", "-3"]], 1, 1),
        ray(LOSS_3, [["1", "0", "0"]], [["2", "1", "-3"]], 1, 1),
        ray(LOSS_3, [["1", "0", "0"]], [["1", "1", "-2"]], 1, 1),
        ray(LOSS_3, [["1", "0", "0"]], [["0", "2", "-2"]], 1, 1),
        ray(LOSS_3, [["1", "0", "0"]], [["1", "2", "-3"]], 1, 2),
        ray(LOSS_3, [["1", "0", "0"], ["1", "0", "0"]], [["1", "2", "-3"], ["-1", "0", "1"]], 1, 1),
        ray(LOSS_3, [["1", "1", "0"]], [["1", "2", "-3"]], 1, 1),
        ray(LOSS_3, [["1/2", "1/2", "0"]], [["1", "2", "-3"]], 1, 1),
        ray(LOSS_3, [["0", "0", "0"]], [["1", "2", "-3"]], 1, 1),
        {**BASE, "sizes": {"n": 1}},
        {**BASE, "sizes": {"n": 2, "m": 3}},
        {**BASE, "row": 2},
        {**BASE, "row": True},
        {**BASE, "row": None},
        {**BASE, "target": "1"},
        {**BASE, "direction": [["1", "2"]]},
        {**BASE, "direction": [["1", "2", 0.5]]},
        {**BASE, "labels": None},
        {**BASE, "loss": neg(LOSS_3)},
        {**BASE, "loss": add(LOSS_3, over_entries(s("i", "j")))},
        {**BASE, "loss": CROSS_ENTROPY},
        {**BASE, "loss": LOSS_1, "form": LOSS_3},
    ],
)
def test_refused_rays(certificate):
    result = check(certificate)
    assert not result.accepted and result.reason, result.statement


def test_the_base_is_not_changed():
    other = copy.deepcopy(BASE)
    assert check(other).accepted and other == BASE


def two_rows(weight, exponent):
    """A loss with the kernel of pairwise, and a part under two row indices."""
    kernel = total("j", "m", total("k", "m", total("i", "n", mul(t("i", "j"), exp(sub(s("i", "k"), s("i", "j"))))), NE))
    part = total("j", "m", total("k", "m", total("i", "n", total("a", "n", mul(weight, exp(exponent)))), NE))
    return forces(log(add(1, kernel, part)), [one(1, **KY)])


BACK = sub(s("i", "k"), s("i", "j"))


def test_under_two_row_indices_each_row_has_a_target_of_its_own():
    there, back = sub(s("i", "k"), s("i", "j")), sub(s("a", "j"), s("a", "k"))
    assert check(two_rows(mul(t("i", "j"), t("a", "k")), add(there, back))).accepted
    assert check(two_rows(mul(t("i", "j"), t("a", "j")), there)).accepted


@pytest.mark.parametrize(("weight", "exponent"), [
    (mul(t("i", "j"), t("a", "j")), sub(s("i", "j"), s("a", "j"))),  # zero for equal rows, and level for others
    (mul(t("i", "j"), t("a", "k")), sub(s("i", "j"), s("a", "j"))),  # rises where the targets differ
    (t("i", "j"), add(BACK, s("a", "k"))),  # level where k is the other row's target
    (mul(t("i", "j"), t("a", "k")), add(BACK, s("a", "k"))),
    (mul(t("i", "j"), t("b", "k")), BACK),  # a row that no sum binds
])
def test_what_does_not_fall_for_all_targets_is_refused(weight, exponent):
    result = check(two_rows(weight, exponent))
    assert not result.accepted and result.reason
