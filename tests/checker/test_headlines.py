"""Headlines from certificates made by hand: each certificate is true, and the statement beside it is false."""

import re
from pathlib import Path

import pytest

from nmderive import checker
from nmderive.checker.case import RESERVED
from nmderive.checker.headline import headline
from nmderive.checker.reject import Reject

from .build import add, exp, log, mul, neg, num, power, s, sub, sym, t, total

SCHEMA = "nmderive-certificate/1"


def said(loss, claim, status, *certificates, **reading):
    own = {"loss": loss, "shape": ["n", "m"], "parameters": {}, "arrays": {}, **reading}
    declared = {k: own[k] for k in ("shape", "parameters", "arrays")}
    return headline(own, claim, status, [{"schema": SCHEMA, **declared, **c} for c in certificates])


def whole(body):
    return total("i", "n", total("j", "m", body))


S, T = s("i", "j"), t("i", "j")
ROOT, AGAIN = power(power(S, "1/2"), 2), exp(log(sub(1, power(S, 2))))
G = power(power(sym("g"), "1/2"), 2)
ENTROPY = neg(whole(mul(T, log(mul(exp(S), power(total("k", "m", exp(s("i", "k"))), -1))))))


@pytest.mark.parametrize(("loss", "claim", "certificate", "parameters"), [
    (whole(S), "nonnegative", {"kind": "nonnegative", "loss": whole(ROOT)}, {}),
    (whole(S), "bounded-below", {"kind": "nonnegative", "loss": whole(ROOT)}, {}),
    (whole(S), "bounded-below", {"kind": "bounded", "sides": "below", "loss": whole(ROOT)}, {}),
    (whole(sub(1, power(S, 2))), "bounded", {"kind": "bounded", "sides": "both", "loss": whole(AGAIN)}, {}),
    (whole(mul(sym("g"), exp(S))), "nonnegative", {"kind": "nonnegative", "loss": whole(mul(G, exp(S)))},
     {"g": "real"}),
    (whole(mul(sym("g"), S)), "lipschitz", {"kind": "lipschitz", "loss": whole(mul(G, S))}, {"g": "real"}),
])
def test_an_equal_loss_that_is_defined_on_less_carries_nothing(loss, claim, certificate, parameters):
    """Two formulas are equal where both have values: the root of s squared is s, and has none at -1."""
    with pytest.raises(Reject):
        said(loss, claim, "PROVED", {**certificate, "parameters": parameters}, parameters=parameters)


@pytest.mark.parametrize(("claim", "certificate"), [
    ("bounded", {"kind": "bounded", "sides": "both"}), ("nonnegative", {"kind": "nonnegative"}),
    ("convex", {"kind": "convex"}), ("lipschitz", {"kind": "lipschitz"}),
])
def test_what_is_equal_from_some_size_on_says_so(claim, certificate):
    """The bracket is 0 from m = 3 on, and 1 for m = 1 and 2, where no class is left out."""
    bracket = add(total("k", "m", num(1), ["ne", "k", 3]), neg(sym("m")), 1)
    loss = neg(whole(mul(exp(S), bracket)))
    found = said(loss, claim, "PROVED", {**certificate, "loss": num(0)})
    assert "m >= 3" in found.conditions
    with pytest.raises(Reject, match="m >= 3, not for m=2"):
        said(loss, claim, "PROVED", {**certificate, "loss": num(0)}, fixed={"m": 2})


@pytest.mark.parametrize("claim", ["unique-optimum", "link"])
def test_one_class_refutes_nothing(claim):
    with pytest.raises(Reject, match="no meaning"):
        said(ENTROPY, claim, "REFUTED", {"kind": "gradient", "loss": ENTROPY, "gradient": num(0), "sizes": {"m": 1}})


@pytest.mark.parametrize(("claim", "name", "certificate"), [
    ("degenerates-n1", "target_y", {"scale": num(1), "sizes": {"n": 1}}), ("symmetric", "drawn_class", {}),
    ("label-linear", "to_class", {}),
])
def test_a_name_that_a_claim_binds_is_not_caught(claim, name, certificate):
    one = total("i", "n", mul(sub(sym("m"), total(name, "m", t("i", name))), exp(s("i", 1))))
    with pytest.raises(Reject, match="kept"):
        said(add(ENTROPY, one), claim, "PROVED", {"kind": "identity", "left": num(0), "right": num(0), **certificate})


def test_the_largest_curvature_is_a_number():
    """D_ij = 2/j majorises the Hessian of sum s_ij^2 / j, and is no number."""
    loss, diagonal = whole(mul(power(S, 2), power(sym("j"), -1))), mul(2, power(sym("j"), -1))
    majorant = {"kind": "majorant", "loss": loss, "diagonal": diagonal, "own": diagonal, "row": [num(0), num(0)],
                "across": [num(0), num(0)], "rest": num(0)}
    found = said(loss, "smooth", "PROVED", {"kind": "smooth", "loss": loss}, {"kind": "convex", "loss": loss}, majorant)
    assert "L =" not in found.statement


def test_every_name_that_claims_put_in_is_kept():
    """A claim that needs a name of its own says it in a constant, and no loss may have it."""
    house = Path(checker.__file__).parent
    files = [*(house / "claims").glob("*.py"), *(house / f"{x}.py" for x in ("case", "hard", "label_steps", "minima"))]
    named = re.compile(r'^[A-Z_, ]+ = ((?:"[a-z]+(?:_[a-z]+)+"(?:, )?)+)$', re.MULTILINE)
    found = {name for f in files for m in named.finditer(f.read_text()) for name in re.findall(r'"(\w+)"', m[1])}
    assert len(found) > 8 and found <= RESERVED


@pytest.mark.parametrize(("positive", "is_carried"), [([1], True), ([1, 2], False)])
def test_with_hard_labels_class_sets_have_one_positive(positive, is_carried):
    """s_1^2 is no sum of s_j over the one positive class, and a set of two positives refutes nothing there."""
    left = total("j", "m", power(s("j"), 2), ("in", "j", "Omega_pos"))
    right = total("j", "m", s("j"), ("in", "j", "Omega_pos"))
    sides = {"left": left, "right": right, "free": {}, "shape": ["m"], "parameters": {}, "arrays": {}}
    point = {"exp_s": ["2", "3"], "parameters": {}, "sets": {"Omega_pos": positive}}
    witness = {"schema": SCHEMA, "kind": "witness-values", **sides, "sizes": {"m": 2}, "point": point}
    reading = {**sides, "labels": "hard"}
    if is_carried:
        assert headline(reading, "equal", "REFUTED", [witness]).scope == "at m=2"
    else:
        with pytest.raises(Reject):
            headline(reading, "equal", "REFUTED", [witness])
