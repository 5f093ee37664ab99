"""Absolute values in certificates: taken apart by sides, no derivative at a kink, and what must not be accepted."""

import pytest

from nmderive.checker import check
from nmderive.notation import parse
from nmderive.notation.ast import to_ast


def node(text):
    return to_ast(parse(text, form="text").sides[0])


def certificate(kind, loss, **more):
    return {"schema": "nmderive-certificate/1", "kind": kind, "loss": node(loss), "shape": ["n", "m"],
            "parameters": {}, "arrays": {}, **more}


def identity(left, right):
    return check({"schema": "nmderive-certificate/1", "kind": "identity", "left": node(left), "right": node(right),
                  "free": {}, "parameters": {}, "arrays": {}, "shapes": {"s": ["n", "m"], "t": ["n", "m"]}})


@pytest.mark.parametrize("left, right, holds", [
    ("max(s[i,j],0) + log(1+exp(-abs(s[i,j])))", "log(1+exp(s[i,j]))", True),
    ("max(s[i,j],0)*max(-s[i,j],0)", "0*s[i,j]", True),
    ("abs(s[i,j]-t[i,j])^2", "(s[i,j]-t[i,j])^2", True),
    ("exp(abs(s[i,j])) + exp(-abs(s[i,j]))", "exp(s[i,j]) + exp(-s[i,j])", True),
    ("abs(2*s[i,j]-2*t[i,j])", "2*abs(t[i,j]-s[i,j])", True),
    ("clip(s[i,j],0,1)", "max(0,s[i,j]) - max(0,s[i,j]-1)", True),
    ("abs(s[i,j])", "s[i,j]", False),
    ("max(s[i,j],0)", "s[i,j]", False),
    ("abs(s[i,j])", "abs(t[i,j])", False),
    ("max(s[i,j],0) + log(1+exp(abs(s[i,j])))", "log(1+exp(s[i,j]))", False),
    ("log(1+exp(s[i,j])+abs(s[i,j]))", "log(1+exp(s[i,j])+s[i,j])", False),
    ("sqrt(abs(s[i,j]))", "sqrt(s[i,j])", False),
])
def test_sides(left, right, holds):
    found = identity(f"sum(i, sum(j, {left}))", f"sum(i, sum(j, {right}))")
    assert found.accepted == holds, found.reason


LINK = node("exp(s[i,j])/sum(k, exp(s[i,k]))")


@pytest.mark.parametrize("loss", [
    "sum(i, sum(j, abs(t[i,j] - p[i,j])))", "sum(i, sum(j, abs(t[i,j] - p[i,j]) - abs(p[i,j] - t[i,j])*2))",
    "sum(i, sum(j, sqrt((t[i,j] - p[i,j])^2)))", "sum(i, sqrt(sum(j, (t[i,j] - p[i,j])^2)))",
])
def test_nothing_is_stationary_at_a_kink_by_a_formula(loss):
    assert not check(certificate("stationary", loss, link=LINK)).accepted


@pytest.mark.parametrize("body, property_", [
    (["mul", [["num", "-1"], node("abs(p[i,j] - 1/2)")]], "unique"), (node("abs(p[i,j] - 1/2)"), "unique"),
])
def test_a_kink_inside_is_no_curvature(body, property_):
    loss = ["sum", "i", "n", [], ["sum", "j", "m", [], body]]
    found = check({**certificate("simplex", "s[1,1]"), "loss": loss, "body": body, "property": property_,
                   "rest": ["num", "0"], "scale": ["num", "1"]})
    assert not found.accepted


@pytest.mark.parametrize("loss, convex", [
    ("sum(i, sum(j, abs(s[i,j] - t[i,j])))", True), ("sum(i, sum(j, max(0, 1 - s[i,j]*(2*t[i,j]-1))))", True),
    ("sum(i, max(log(sum(j, exp(s[i,j]))), s[i,1] + 1))", True), ("sum(i, max(s[i,1]^2, s[i,2]))", True),
    ("sum(i, sum(j, max(0, s[i,j])^2))", True), ("sum(i, -sum(j, abs(s[i,j])))", False),
    ("sum(i, min(s[i,1], s[i,2]))", False), ("sum(i, abs(s[i,1]^2 - 1))", False),
    ("sum(i, max(-s[i,1]^2, s[i,2]))", False), ("sum(i, sqrt(abs(s[i,1])))", False),
    ("sum(i, max(s[i,1]^2, s[i,2]) - max(s[i,1], s[i,2]))", False), ("sum(i, s[i,1]*abs(s[i,2]))", False),
])
def test_convexity(loss, convex):
    found = check(certificate("convex", loss, simplex=True))
    assert found.accepted == convex, found.reason


@pytest.mark.parametrize("loss, sign", [
    ("sum(i, sum(j, max(0, s[i,j])))", True), ("sum(i, max(s[i,1], 2))", True), ("sum(i, max(s[i,1], -2))", False),
    ("sum(i, abs(s[i,1]) - s[i,1])", True), ("sum(i, abs(s[i,1]) - 2*s[i,1])", False),
    ("sum(i, sum(j, t[i,j]*max(0, 1 + s[i,1] - s[i,j])))", True), ("sum(i, -max(0, s[i,1]))", False),
    ("sum(i, 2*abs(s[i,1]) + s[i,1] - abs(s[i,1]))", True),
])
def test_signs(loss, sign):
    found = check(certificate("nonnegative", loss, simplex=True))
    assert found.accepted == sign, found.reason


POINT = {"s": [["0", "0"]], "d": [["1/2", "0"]], "t": [["1/2", "1/2"]], "parameters": {}}
HINGE = "sum(i, sum(j, t[i,j]*sum(k, k != j, max(0, 1 + s[i,k] - s[i,j]))))"


def two(loss=HINGE, **changes):
    point = {k: v for k, v in {**POINT, **changes}.items() if v is not None}
    return check(certificate("two-stationary", loss, sizes={"n": 1, "m": 2}, point=point)).accepted


def test_two_stationary_points():
    assert two()
    assert two(s=None, exp_s=[["1", "1"]]) and two(d=None, exp_d=[["4/3", "1"]])


@pytest.mark.parametrize("changes", [
    {"d": [["1/2", "1/2"]]}, {"d": [["0", "0"]]}, {"d": [["1", "0"]]}, {"d": [["2", "0"]]}, {"t": [["1/3", "2/3"]]},
    {"s": [["1", "0"]]}, {"d": None}, {"s": None}, {"exp_s": [["1", "1"]]}, {"t": [["2", "-1"]]},
    {"d": [["1/2"]]}, {"d": None, "exp_d": [["2", "2"]]},
])
def test_what_is_no_pair_of_stationary_points_is_rejected(changes):
    # A shift, the same point, a kink, beyond the flat piece, other labels, logits given twice or not at all.
    assert not two(**changes)


def test_a_kink_is_not_evaluated_as_a_derivative():
    assert not two("sum(i, sum(j, abs(s[i,j])))")
    assert not two("sum(i, sum(j, abs(s[i,j]) + s[i,j]))")
