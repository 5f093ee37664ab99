"""The claims over the catalogue and over mutants, against an oracle that only takes values of the loss."""

import random

import pytest
from campaign import mutants
from shared import SECONDS
from today import of_today

from nmderive.checker import check
from nmderive.claims import claim, claim_names
from nmderive.errors import NmderiveError
from nmderive.evidence import Status, Verdict
from nmderive.losses.catalogue import load, names
from nmderive.verify import judge_one

from .oracle import contradiction

pytestmark = pytest.mark.slow

CLAIMS = [c for c in claim_names() if c != "softmax-optimum"]
CHEAP = ["shift-invariant", "permutation-invariant", "balance", "hard-label-argmax"]


@pytest.mark.parametrize("name", of_today([n for n in names() if n != "loss-2"], 10))
def test_no_verdict_on_the_catalogue_is_contradicted_by_values(name, judged):
    for own in CLAIMS:
        loss = load(name)
        assert contradiction(loss, judged(loss, own), seeds=(0,)) == ""


@pytest.mark.parametrize("name", of_today([n for n in names() if n != "loss-2"], 20))
def test_no_verdict_on_mutants_is_contradicted_by_values(name):
    mutant = next(mutants(load(name), random.Random(f"claims {name}")))
    for own in CHEAP:
        try:
            verdict = judge_one(mutant, own, {}, SECONDS)
        except NmderiveError:
            continue
        assert contradiction(mutant, verdict, seeds=(0,)) == "", str(mutant.expr)
        if verdict.status in (Status.PROVED, Status.REFUTED):
            assert verdict.certificates and all(check(c.as_json()).accepted for c in verdict.certificates)


def test_every_claim_says_what_it_states():
    for name in claim_names():
        module = claim(name)
        assert module.__doc__ and module.TITLE and module.STATEMENT and module.NAME == name
        assert "Source:" in module.__doc__ and "Definition:" in module.__doc__


EXPECTED = {
    "loss-1": {"balance": "PROVED", "decoupled": "REFUTED", "hard-label-argmax": "PROVED", "unique-optimum": "PROVED"},
    "loss-3": {"decoupled": "PROVED", "hard-label-argmax": "REFUTED", "degenerates-n1": "REFUTED"},
    "cross-entropy": {"balance": "REFUTED", "hard-label-argmax": "PROVED", "degenerates-n1": "PROVED"},
    "comment-4-6": {"unique-optimum": "REFUTED", "decoupled": "REFUTED", "shift-invariant": "REFUTED"},
    "brier": {"unique-optimum": "PROVED", "hard-label-argmax": "PROVED", "balance": "REFUTED"},
    "generalised-cross-entropy": {"unique-optimum": "PROVED"},
}


@pytest.mark.parametrize("name", EXPECTED)
def test_known_verdicts(name, judged):
    for own, status in EXPECTED[name].items():
        assert judged(load(name), own).status.value == status, own


def test_the_ray_of_loss_3_is_that_of_the_source(judged):
    verdict = judged(load("loss-3"), "hard-label-argmax")
    assert verdict.certificates[0].data["direction"] == [["1", "2", "-3"]]


def test_of_an_undefined_function_only_its_values_are_known(judged):
    for own in CLAIMS:
        verdict = judged(load("loss-2"), own)
        assert (verdict.status is Status.PROVED) is (own in ("nonnegative", "bounded-below")), own
        if verdict.status is Status.PROVED:  # log(1 + something positive), whatever f is
            assert verdict.findings == ("whatever the values of f are",)
        if verdict.status is Status.REFUTED:
            assert verdict.findings[0].startswith("not for every f")


@pytest.mark.parametrize(
    ("text", "lets", "claim_name", "status"),
    [
        ("sum(j, w[j]*log(1 + sum(i, t[i,j]*exp(-s[i,j]))))", ["w_j>0"], "permutation-invariant", "REFUTED"),
        ("sum(i, sum(j, t[i,j]*log(1 + exp(-s[i,j])))) + log(1 + sum(i, exp(s[i,1])))", [], "decoupled", "UNDECIDED"),
        ("sum(i, sum(h, sum(j, t[i,j]*s[i,j] + t[h,j]*s[h,j])))", ["h in n"], "decoupled", "PROVED"),
        ("exp(sum(i, sum(j, t[i,j]*s[i,j])))", [], "decoupled", "PROVED"),
        ("exp(sum(i, t[i,1]*s[i,1])) + exp(sum(i, t[i,2]*s[i,2]))", [], "decoupled", "REFUTED"),
        ("log(1 + sum(i, sum(j, t[i,j]*exp(mean(k, s[i,k]) - s[i,j]))))", [], "balance", "REFUTED"),
        ("log(1 + sum(i, sum(j, t[i,j]*exp(-s[i,j])))) + sum(i, sum(j, t[i,j]**2))", [], "balance", "UNDECIDED"),
        ("sum(i, sum(j, t[i,j]*log(1 + sum(k, exp(s[i,k] - s[i,j])))))", [], "balance", "REFUTED"),
        ("sum(j, log(1 + sum(i, t[i,j]*exp(2*mean(k, s[i,k]) - 2*s[i,j]))))", [], "decoupled", "PROVED"),
        ("-sum(i, log(sum(j, (t[i,j]*p[i,j])**(1/2))))", [], "nonnegative", "PROVED"),
        ("-sum(i, log(sum(j, (t[i,j]*p[i,j])**(1/2)))) - 1", [], "nonnegative", "REFUTED"),
        ("-sum(i, log(sum(j, (t[i,j]*p[i,j])**(1/2))))", [], "order-preserving", "PROVED"),
        ("sum(i, log(sum(j, (t[i,j]*p[i,j])**(1/2))))", [], "order-preserving", "UNDECIDED"),
        ("-sum(i, (2-i)*log(sum(j, (t[i,j]*p[i,j])**(1/2))))", [], "calibrated", "UNDECIDED"),
    ],
)
def test_losses_that_nobody_has_seen(text, lets, claim_name, status):
    import nmderive

    verdict = judge_one(nmderive.loss(text, lets=lets), claim_name, {}, SECONDS)
    assert verdict.status.value == status, verdict


DIVERGENCES = [
    "(t[i,j] - p[i,j])*log(t[i,j]/p[i,j])", "(t[i,j] - p[i,j])**2/(t[i,j] + p[i,j])", "(t[i,j] - p[i,j])**2/p[i,j]",
    "t[i,j]*log(2*t[i,j]/(t[i,j] + p[i,j])) + p[i,j]*log(2*p[i,j]/(t[i,j] + p[i,j]))",
    "(sqrt(t[i,j]) - sqrt(p[i,j]))**2", "p[i,j]*log(p[i,j]/t[i,j])", "t[i,j]**2/p[i,j]", "p[i,j]**2 - 2*p[i,j]*t[i,j]",
]


@pytest.mark.parametrize("body", DIVERGENCES)
def test_divergences_have_softmax_as_their_only_optimum(body):
    import nmderive

    loss = nmderive.loss(f"sum(i, sum(j, {body}))")
    for own in ("softmax-optimum", "unique-optimum", "nonnegative"):
        verdict = judge_one(loss, own, {}, SECONDS)
        expected = "REFUTED" if own == "nonnegative" and "- 2*" in body else "PROVED"
        assert verdict.status.value == expected, (own, verdict)
        assert all(check(c.as_json()).accepted for c in verdict.certificates)
        assert contradiction(loss, verdict, seeds=(0,)) == ""


FALSE = [
    ("cross-entropy", "balance", "PROVED"), ("loss-1", "balance", "REFUTED"), ("comment-4-11", "balance", "PROVED"),
    ("comment-4-6", "shift-invariant", "PROVED"), ("comment-4-8", "permutation-invariant", "PROVED"),
    ("comment-4-6", "hard-label-argmax", "PROVED"), ("brier", "convex", "PROVED"),
    ("spherical", "nonnegative", "PROVED"), ("loss-1", "degenerates-m2", "REFUTED"),
    ("quadratic", "degenerates-m2", "PROVED"),
    ("quadratic", "degenerates-n1", "REFUTED"), ("loss-3", "degenerates-n1", "PROVED"),
]


@pytest.mark.parametrize(("name", "own", "status"), FALSE)
def test_the_oracle_sees_false_verdicts(name, own, status):
    assert contradiction(load(name), Verdict(own, Status(status), "", ""))


def test_existence_is_not_taken_for_granted():
    # Row shifts make this convex loss as small as one likes.
    import nmderive

    loss = nmderive.loss("-sum(i, sum(j, t[i,j]*log(exp(s[i,j]/2)/sum(k, exp(s[i,k])))))")
    assert judge_one(loss, "unique-optimum", {}, SECONDS).status is not Status.PROVED


@pytest.mark.parametrize(
    ("text", "lets", "own"),
    [
        (r"\sum_j\log(1+\sum_i t_{i,j}e^{\bar{s}_i-s_{i,j}})-\sum_i\sum_j(e^{s_{i,j}}+1)^{-g}", ["0<=g<=1"],
         "hard-label-argmax"),  # refuted at g = 0, where the second part is a constant
        (r"\sum_i\sum_j (s_{i,j}-t_{i,j})^2 + \sum_i\sum_j t_{i,j}\log t_{i,j}", [], "degenerates-n1"),  # 0 log 0 is 0
        (r"\log\sum_k e^{s_k}-\sum_j t_j s_j+(g-1)\sum_j s_j^2", ["g in {1,2}"], "degenerates-n1"),  # holds at g = 1
    ],
)
def test_the_oracle_looks_where_the_counterexample_is(text, lets, own):
    import nmderive

    loss = nmderive.loss(text, lets=lets)
    verdict = judge_one(loss, own, {}, SECONDS)
    assert verdict.status is Status.REFUTED and all(check(c.as_json()).accepted for c in verdict.certificates)
    assert contradiction(loss, verdict) == ""
