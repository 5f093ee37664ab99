"""Claims of closed forms: what is stated more exactly is the checker's own, and other certificates do not carry it."""

import json

import pytest

from nmderive.checker.headline import headline
from nmderive.checker.reject import Reject
from nmderive.losses.reading import read
from nmderive.proving.certificates import reading_of
from nmderive.verify import judge_one

CROSS_ENTROPY = r"-\sum_i\sum_j t_{i,j}\log p_{i,j}"
RIDGE = r"\sum_i\sum_j (s_{i,j}-t_{i,j})^2"


def made(formula, claim):
    loss = read(formula, [])
    verdict = judge_one(loss, claim, {}, 1000)
    return reading_of(loss), verdict, [json.loads(json.dumps(c.as_json())) for c in verdict.certificates]


@pytest.mark.parametrize(("formula", "claim"), [
    (CROSS_ENTROPY, "link"), (CROSS_ENTROPY, "bayes-risk"), (CROSS_ENTROPY, "lipschitz"), (RIDGE, "strongly-convex"),
    (r"-\sum_i\sum_j t_{i,j}(1-p_{i,j})^2\log p_{i,j}", "link"), (r"-\sum_i\sum_j t_{i,j}p_{i,j}", "bayes-risk"),
])
def test_the_statement_is_that_of_the_certificates(formula, claim):
    reading, verdict, own = made(formula, claim)
    assert verdict.statement == headline(reading, claim, "PROVED", own).statement and ": " in verdict.statement


@pytest.mark.parametrize(("formula", "claim", "kind", "key", "value"), [
    (CROSS_ENTROPY, "link", "optimum", "logits", ["num", "0"]),
    (CROSS_ENTROPY, "bayes-risk", "optimum", "value", ["num", "0"]),
    (CROSS_ENTROPY, "lipschitz", "lipschitz", "constant", ["num", "1"]),
    (RIDGE, "strongly-convex", "convex", "modulus", ["num", "3"]),
    (RIDGE, "strongly-convex", "convex", "modulus", ["num", "-1"]),
    (r"-\sum_i\sum_j t_{i,j}(1-p_{i,j})^2\log p_{i,j}", "link", "separable", "labels", ["at", "p", ["i", "j"]]),
    (r"-\sum_i\sum_j t_{i,j}p_{i,j}", "bayes-risk", "apportioned", "total", ["num", "2"]),
    (r"\sum_i\log(1+\sum_j t_{i,j}e^{s_{i,j}})", "bayes-risk", "level", "value", ["num", "-1"]),
])
def test_another_value_is_refused(formula, claim, kind, key, value):
    reading, _, own = made(formula, claim)
    (changed,) = [c for c in own if c["kind"] == kind]
    changed[key] = value
    with pytest.raises(Reject):
        headline(reading, claim, "PROVED", own)


def test_one_class_refutes_no_strong_convexity():
    reading, verdict, own = made(CROSS_ENTROPY, "strongly-convex")
    assert verdict.status.value == "REFUTED"
    own[0]["sizes"] = {"m": 1}
    with pytest.raises(Reject):
        headline(reading, "strongly-convex", "REFUTED", own)


def test_an_index_does_not_capture_the_number_of_a_level():
    reading, _, own = made(r"\sum_i\sum_j t_{i,j}(e^{s_{i,j}}+j)", "bayes-risk")
    (level,) = [c for c in own if c["kind"] == "level"]
    level["value"] = ["num", "0"]
    level["there"] = ["add", [
        ["sum", "i", "n", [], ["sum", "x", "m", [], ["mul", [["sym", "x"], ["at", "t", ["i", "x"]]]]]],
        ["sum", "i", "n", [], ["sum", "j", "m", [], ["mul", [["sym", "x"], ["at", "t", ["i", "j"]]]]]],
    ]]
    with pytest.raises(Reject):
        headline(reading, "bayes-risk", "PROVED", own)


def test_certificates_of_different_sizes_carry_nothing_together():
    reading, verdict, own = made(r"\sum_i\sum_j t_{i,j}e^{s_{i,j}}+n(m-2)", "bayes-risk")
    loss = reading["loss"]
    for certificate in own:
        certificate["sizes"] = {"m": 2 if certificate["kind"] == "level" else 3}
        if certificate["kind"] == "level":
            certificate["value"] = ["num", "0"]
        else:
            certificate["loss"] = ["add", [loss, ["mul", [["num", "-1"], ["num", "0"]]]]]
    with pytest.raises(Reject, match="different sizes|certificate"):
        headline({**reading, "fixed": {"m": 3}}, "bayes-risk", "PROVED", own)
