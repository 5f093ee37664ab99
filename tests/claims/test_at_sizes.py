"""What is shown for all sizes is shown at each of them, however large; what is refuted is looked for there, too."""

import json

import pytest
from today import of_today

import nmderive
from nmderive.calculus.symbols import M
from nmderive.checker.headline import covers
from nmderive.checking import check_text
from nmderive.losses.catalogue import load, names
from nmderive.report.json import as_data
from nmderive.solving.record import Direction, Outcome
from nmderive.solving.strategies import link_ansatz

CLAIMS = (
    "softmax-optimum", "convex", "hard-label-argmax", "shift-invariant", "degenerates-n1", "bounded", "saturating",
)
FAST = ("loss-3", "cross-entropy")
REST = of_today([name for name in names() if name not in FAST and M in load(name).shape], 5)


@pytest.mark.parametrize(("name", "m"), [
    *((name, 4) for name in FAST), ("cross-entropy", 10),
    *(pytest.param(name, m, marks=pytest.mark.slow) for name in REST for m in (2, 5)),
])
def test_what_holds_for_all_sizes_holds_at_one(name, m):
    loss = nmderive.loss(name)
    general, at_one = (loss.verify(*CLAIMS, sizes=sizes) for sizes in ({}, {"m": m}))
    for one, other in zip(general.verdicts, at_one.verdicts, strict=True):
        assert (other.status.value == "NOT APPLICABLE") is (one.status.value == "NOT APPLICABLE"), one.claim
        if one.status.value == "PROVED" and covers(one.scope, "m", m):
            assert other.status.value == "PROVED" and covers(other.scope, "m", m), one.claim
        if other.status.value == "REFUTED":
            assert covers(other.scope, "m", m), one.claim
    assert all(r.accepted for r in check_text(json.dumps(as_data(at_one))))


def test_a_counterexample_is_found_at_the_size_that_is_asked():
    found = nmderive.loss("cross-entropy").verify("bounded", "saturating", sizes={"m": 4}).verdicts
    assert [(v.status.value, v.scope) for v in found] == [("REFUTED", "at n=1, m=4")] * 2


def test_sizes_below_those_that_a_formula_names_are_not_tried():
    verdict = nmderive.loss("sum(i, t[i,6]*log(1+exp(s[i,5]-s[i,6])))").verify("softmax-optimum").verdicts[0]
    assert (verdict.status.value, verdict.scope) == ("REFUTED", "at n=1, m=6")
    verdict = nmderive.loss("matching-3").verify("hard-label-argmax").verdicts[0]
    assert (verdict.status.value, verdict.scope) == ("PROVED", "for m=3 and all n")
    assert "m >= 3" not in verdict.conditions  # the scope says it


@pytest.mark.slow
@pytest.mark.parametrize("direction", Direction)
def test_a_loss_of_one_size_is_solved_there(direction):
    found = link_ansatz.search(load("matching-3"), direction)
    assert (found.outcome, [x.scope for x in found.solutions]) == (Outcome.SOLVED, ["for m=3 and all n"])
