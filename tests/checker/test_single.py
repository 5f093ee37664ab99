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
