"""Maxima over an index in certificates: what is shown of them, what is not, and which kinds may speak of them."""

import json
from copy import deepcopy

import pytest

import nmderive
from nmderive.checker import check
from nmderive.checker.api import _WITH_EXTREMA, verifiers
from nmderive.notation import parse
from nmderive.notation.ast import to_ast
from nmderive.proving.least_at import least_at
from nmderive.proving.orders import wrong_on_top

TOP, OTHERS = "max(k, s[i,k])", "max(k, k != j, s[i,k])"
CRAMMER_SINGER = r"\sum_i \sum_j t_{ij}\max(0, 1 + \max_{k\neq j} s_{ik} - s_{ij})"
WESTON_WATKINS = r"\sum_i \sum_j t_{ij}\sum_{k\neq j}\max(0, 1 + s_{ik} - s_{ij})"


def node(text):
    return to_ast(parse(text, form="text").sides[0])


def certificate(kind, loss, **more):
    return {"schema": "nmderive-certificate/1", "kind": kind, "loss": node(loss), "shape": ["n", "m"],
            "parameters": {}, "arrays": {}, "simplex": True, **more}


def identity(left, right, **more):
    return check({"schema": "nmderive-certificate/1", "kind": "identity", "left": node(left), "right": node(right),
                  "free": {}, "parameters": {}, "arrays": {}, "shape": ["n", "m"], **more})


@pytest.mark.parametrize("left, right, holds", [
    ("max(k, s[i,k] - s[i,j])", f"{TOP} - s[i,j]", True), ("max(k, k != j, 1 + s[i,k])", f"1 + {OTHERS}", True),
    ("min(k, s[i,k])", "-max(k, -s[i,k])", True), (f"{TOP}*max(h, s[i,h])", f"{TOP}^2", True),
    ("max(0, max(k, s[i,k] - s[i,j]) + 1)", f"max(0, 1 + {TOP} - s[i,j])", True),
    ("exp(max(k, s[i,k] + s[i,j]))", f"exp({TOP})*exp(s[i,j])", True),
    (TOP, OTHERS, False), (TOP, "min(k, s[i,k])", False), (TOP, "log(sum(k, exp(s[i,k])))", False),
    (TOP, "sum(k, s[i,k])/m", False), ("max(k, 2*s[i,k])", TOP, False), (TOP, "max(k, t[i,k])", False),
    # What is strict of log-sum-exp is not of a maximum: these would be true of the former.
    (f"sign({TOP} - s[i,j])", "1 + 0*s[i,j]", False),
    (f"log({TOP} - s[i,j]) + s[i,j]", "log(max(k, s[i,k] - s[i,j])) + s[i,j]", False),
    (f"1/(1 + {TOP} - s[i,j])", "1/(1 + max(k, s[i,k] - s[i,j]))", False),
])
def test_identities(left, right, holds):
    found = identity(f"sum(i, sum(j, {left}))", f"sum(i, sum(j, {right}))")
    assert found.accepted == holds, found.reason


def test_what_a_maximum_divides_does_not_cancel():
    above = node(f"sum(i, sum(j, {TOP} - s[i,j]))")[4][4]
    quotient = ["mul", [above, ["pow", above, ["num", "-1"]]]]
    data = {**certificate("identity", "s[1,1]"), "right": ["num", "1"], "free": {"i": "n", "j": "m"}}
    found = check({**data, "left": quotient})
    assert not found.accepted and "maximum" in found.reason


def test_a_maximum_that_leaves_classes_out_speaks_of_sizes_that_have_others():
    left, right = (f"sum(i, sum(j, {x}))" for x in ("max(k, k != j, 1 + s[i,k])", f"1 + {OTHERS}"))
    assert identity(left, right).at_least == {"m": 2}
    assert not identity(left, right, sizes={"m": 1}).accepted and identity(left, right, sizes={"m": 2}).accepted
    over_none = node(left)
    over_none[4][4][3] = [["lt", "k", "j"]]
    assert "no index" in check({**certificate("convex", left), "loss": over_none}).reason


@pytest.mark.parametrize("loss, kind, holds", [
    (f"sum(i, {TOP} - s[i,1])", "nonnegative", True), (f"sum(i, s[i,1] - {TOP})", "nonnegative", False),
    ("sum(i, s[i,1] - min(k, s[i,k]))", "nonnegative", True), (f"sum(i, {TOP})", "nonnegative", False),
    ("sum(i, max(k, t[i,k]))", "nonnegative", True), ("sum(i, max(k, k != 1, s[i,k]) - s[i,1])", "nonnegative", False),
    ("sum(i, max(k, abs(s[i,k])) - min(k, abs(s[i,k])))", "nonnegative", False),
    (f"sum(i, {TOP})", "convex", True), ("sum(i, min(k, s[i,k]))", "convex", False),
    ("sum(i, -min(k, s[i,k]))", "convex", True), ("sum(i, max(k, s[i,k]^2))", "convex", True),
    ("sum(i, max(k, -s[i,k]^2))", "convex", False), (f"sum(i, {TOP}^2)", "convex", False),
    ("sum(i, max(k, abs(s[i,k]))^2)", "convex", True), ("sum(i, log(1 + max(k, exp(s[i,k]))))", "convex", False),
    (f"sum(i, {TOP} - s[i,1]*s[i,2])", "convex", False), (f"sum(i, -{TOP})", "convex", False),
])
def test_signs_and_curvature(loss, kind, holds):
    assert check(certificate(kind, loss)).accepted == holds


def test_an_entry_of_a_maximum_is_not_captured():
    """max_k sum_h (s_ik - s_ih) is not above sum_h (s_ih - s_ih), where h is bound outside, too."""
    inner = ["sum", "h", "m", [], ["add", [["at", "s", ["i", "k"]], ["mul", [["num", "-2"], ["at", "s", ["i", "h"]]]]]]]
    captured = ["sum", "h", "m", [], ["at", "s", ["i", "h"]]]  # minus the body with h for k
    body = ["add", [["max", "k", "m", [], inner], captured]]
    loss = ["sum", "i", "n", [], ["sum", "h", "m", [], body]]
    assert not check({**certificate("nonnegative", "s[1,1]"), "loss": loss}).accepted
    named = ["add", [["max", "t", "m", [], ["mul", [["at", "t", ["i", "t"]], ["at", "s", ["i", "t"]]]]],
                     ["mul", [["num", "-1"], ["at", "t", ["i", "j"]], ["at", "s", ["i", "j"]]]]]]
    loss = ["sum", "i", "n", [], ["sum", "j", "m", [], named]]
    found = check({**certificate("nonnegative", "s[1,1]"), "loss": loss})  # the index has an array's name
    assert "structure does not show" in found.reason


@pytest.mark.parametrize("loss", [
    f"sum(i, log({TOP} - s[i,1]))", f"sum(i, 1/({TOP} - s[i,1]))", f"sum(i, ({TOP} - s[i,1])^(-1/2))",
])
def test_what_may_vanish_is_not_defined_because_log_sum_exp_does_not(loss):
    assert not check(certificate("convex", loss)).accepted and not check(certificate("nonnegative", loss)).accepted


@pytest.mark.parametrize("kind", sorted(set(verifiers()) - _WITH_EXTREMA))
def test_kinds_that_do_not_pass_to_limits_refuse_maxima(kind):
    found = check(certificate(kind, f"sum(i, {TOP})", form=node(f"sum(i, {TOP})"), link=node("p[i,j]")))
    assert not found.accepted and "maximum" in found.reason


def at(s, t, kind="witness-gradient", **more):
    return certificate(kind, "sum(i, sum(j, t[i,j]*(max(k, s[i,k]) - s[i,j])))", link=node("t[i,j]"),
                       sizes={"n": 1, "m": 3}, point={"s": [s], "t": [t], "parameters": {}}, **more)


def test_there_is_no_derivative_where_entries_tie():
    data = at(["0", "0", "1"], ["1/2", "1/4", "1/4"], "stationary-at")
    assert not check(data).accepted and "exactly zero" in check(data).reason
    tied = check(at(["1", "1", "0"], ["1/2", "1/2", "0"], "stationary-at"))
    assert not tied.accepted and "several" in tied.reason


@pytest.mark.parametrize("latex", [CRAMMER_SINGER, WESTON_WATKINS])
def test_a_least_value_and_edits_of_its_certificate(latex):
    data = least_at(nmderive.loss(latex), {}, wrong_on_top).as_json()
    assert check(data).accepted
    shares = [k for k in range(len(data["shares"])) if data["shares"][k] != "0"]
    for k in shares:
        for other in ("0", "-1/7", "2"):
            edited = deepcopy(data)
            edited["shares"][k] = other
            assert not check(edited).accepted
    moved = deepcopy(data)
    moved["point"]["s"][0][0] = "5"
    fewer, more = ({**data, "shares": x} for x in (data["shares"][:-1], [*data["shares"], "0"]))
    labels = deepcopy(data)
    labels["point"]["t"][0] = ["4/5", "1/10", "1/10"]
    turned = json.loads(json.dumps(data).replace('"1/2"', '"-1/2"', 1))
    assert not any(check(x).accepted for x in (moved, fewer, more, labels, turned))


@pytest.mark.parametrize("loss, shares", [
    ("sum(i, sum(j, -abs(s[i,j])))", ["0"] * 3), ("sum(i, min(k, s[i,k]))", ["1/3"] * 3),
    ("sum(i, -max(k, s[i,k]))", ["-1/3"] * 3), ("sum(i, s[i,1]^2)", []), ("sum(i, max(k, s[i,k]))", ["1", "0", "0"]),
])
def test_what_has_no_least_value_has_no_certificate(loss, shares):
    data = certificate("least", loss, sizes={"n": 1, "m": 3}, shares=shares,
                       point={"s": [["0"] * 3], "t": [["1/3"] * 3], "parameters": {}})
    assert not check(data).accepted


def test_the_largest_of_absolute_values_is_least_at_zero():
    data = certificate("least", "sum(i, max(k, abs(s[i,k])))", sizes={"n": 1, "m": 2},
                       shares=["1/2", "1/2", "0", "0"],
                       point={"s": [["0", "0"]], "t": [["1/2", "1/2"]], "parameters": {}})
    assert check(data).accepted and "nowhere less than 0" in check(data).statement
