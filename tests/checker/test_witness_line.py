"""Lines on which a loss violates the midpoint inequality."""

import pytest

from nmderive.checker import check

from .build import BRIER, CROSS_ENTROPY, FOCAL, LOSS_1, MULTI, SPHERICAL, add, log, mul, neg, power, s, t, total


def line(loss, exp_s, exp_d, labels, shape=("n", "m"), point=None, **more):
    sizes = dict(zip(shape, (len(exp_s), len(exp_s[0])) if len(shape) == 2 else (len(exp_s),), strict=True))
    return {
        "kind": "witness-line",
        "loss": loss,
        "shape": list(shape),
        "sizes": sizes,
        "point": {"exp_s": exp_s, "exp_d": exp_d, "t": labels, **(point or {})},
        **more,
    }


LINE = line(BRIER, [["1", "8"]], [["1", "2"]], [["1", "0"]])
ENTROPY = add(CROSS_ENTROPY, total("i", "n", total("j", "m", mul(t("i", "j"), log(t("i", "j"))))))
FOCAL_LINE = {"point": {"parameters": {"g": "2"}}, "parameters": {"g": "positive"}}


@pytest.mark.parametrize(
    "certificate",
    [
        LINE,
        line(SPHERICAL, [["1", "20"]], [["1", "2"]], [["1", "0"]]),
        line(FOCAL, [["1", "1000"]], [["1", "2"]], [["1/2", "1/2"]], **FOCAL_LINE),
        line(total("j", "m", neg(power(s("j"), 2))), ["1", "1"], ["2", "1"], ["0", "0"], ["m"]),
        line(MULTI, ["1"], ["19/10"], ["3/2"], ["n"]),
    ],
)  # fmt: skip
def test_true_lines(certificate):
    result = check(certificate)
    assert result.accepted, result.reason
    assert "not convex" in result.statement


@pytest.mark.parametrize(
    "certificate",
    [
        line(LOSS_1, [["1", "8"]], [["1", "2"]], [["1", "0"]]),
        line(CROSS_ENTROPY, [["1", "8"]], [["1", "2"]], [["1", "0"]]),
        line(MULTI, ["1", "8"], ["1", "2"], ["1", "0"], ["n"]),
        line(ENTROPY, [["1", "8"]], [["1", "2"]], [["1", "0"]]),
        line(total("j", "m", s("j")), ["1", "8"], ["1", "2"], ["1", "0"], ["m"]),
        {**LINE, "sizes": {"n": 1}},
        {**LINE, "sizes": {"n": 1, "m": 3}},
        {**LINE, "point": {**LINE["point"], "exp_d": [["1", "1"]]}},
        {**LINE, "point": {**LINE["point"], "exp_d": [["1", "0"]]}},
        {**LINE, "point": {**LINE["point"], "exp_d": [["1", "-2"]]}},
        {**LINE, "point": {**LINE["point"], "d": [["1", "-2"]]}},
        {**LINE, "point": {**LINE["point"], "s": [["1", "-2"]]}},
        {**LINE, "point": {**LINE["point"], "t": [["-1", "2"]]}},
        {**LINE, "point": {**LINE["point"], "t": [["1", "1"]]}, "simplex": True},
        {**LINE, "point": {k: v for k, v in LINE["point"].items() if k != "t"}},
        {**LINE, "point": {k: v for k, v in LINE["point"].items() if k != "exp_d"}},
        {**LINE, "point": {k: v for k, v in LINE["point"].items() if k != "exp_s"}},
        line(power(t("i", "j"), ["sym", "g"]), [["1"]], [["2"]], [["0"]], point={"parameters": {"g": "0"}},
             parameters={"g": "real"}),
    ],
)  # fmt: skip
def test_refused_lines(certificate):
    assert not check(certificate).accepted


def test_the_direction_may_be_given_directly():
    point = {k: v for k, v in LINE["point"].items() if not k.startswith("exp")}
    assert check({**LINE, "point": {**point, "s": [["0", "2"]], "d": [["0", "1"]]}}).accepted
