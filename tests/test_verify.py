"""Verdicts over the whole catalogue: what the literature says, certificates, side conditions."""

import pytest
from sympy import Sum, exp, log, symbols
from today import of_today

import nmderive
from nmderive.calculus.symbols import M, T
from nmderive.checker import check
from nmderive.claims import claim_names
from nmderive.errors import UsageError
from nmderive.evidence import Status
from nmderive.losses.catalogue import entry, load, names
from nmderive.verify import judge_one, verify

pytestmark = pytest.mark.slow

NAMES = names()


class Verdicts(dict):
    """The verdicts on one loss, each judged when it is asked for."""

    def __init__(self, judged, name):
        super().__init__()
        self.judged, self.name = judged, name

    def __missing__(self, own):
        return self.judged(load(self.name), own)


@pytest.fixture
def verdicts(judged):
    return lambda name: Verdicts(judged, name)


@pytest.mark.parametrize("name", of_today(NAMES, 12))
def test_every_decided_verdict_carries_an_accepted_certificate(verdicts, name):
    for own in claim_names():
        verdict = verdicts(name)[own]
        if verdict.status in (Status.PROVED, Status.REFUTED):
            assert verdict.certificates
            for certificate in verdict.certificates:
                assert check(certificate.as_json()).accepted, (verdict.claim, certificate.kind)


@pytest.mark.parametrize("name", [n for n in NAMES if n != "loss-2"])
def test_the_verdict_agrees_with_the_source(verdicts, name):
    verdict = verdicts(name)["softmax-optimum"]
    link = entry(name).link
    if not load(name).expr.has(T):
        assert verdict.status is Status.NOT_APPLICABLE
    elif link == "softmax" or link == "t = sigmoid(s)" and M not in load(name).shape:
        assert verdict.status is Status.PROVED
        return
    else:
        has_labels = load(name).expr.has(T)  # class sets are labels, but no array that a link could give
        assert verdict.status is (Status.REFUTED if has_labels else Status.NOT_APPLICABLE)
    if link is not None and link.startswith("t = "):
        assert any(f.startswith(link + " is stationary for all") and f.endswith("PROVED") for f in verdict.findings)


CONVEX = ["loss-1", "loss-3", "pairwise", "quadratic", "cross-entropy", "multi-label", "one-vs-all"]


@pytest.mark.parametrize("name", CONVEX)
def test_the_log_sum_exp_family_is_convex_with_a_unique_optimum(verdicts, name):
    found = verdicts(name)
    assert found["convex"].status is Status.PROVED and found["unique-optimum"].status is Status.PROVED


@pytest.mark.parametrize("name", ["brier", "focal", "spherical", "poly-1"])
def test_losses_that_are_not_convex_come_with_a_line(verdicts, name):
    verdict = verdicts(name)["convex"]
    assert verdict.status is Status.REFUTED and verdict.witness["exp_d"]


def test_a_statement_for_every_function_falls_with_one(verdicts):
    verdict = verdicts("loss-2")["softmax-optimum"]
    assert verdict.status is Status.REFUTED and verdict.findings[0].startswith("not for every f")
    assert "nmderive solve" in verdict.findings[-1]


def test_the_four_kinds_of_input_agree():
    n, m, i, j, k = symbols("n m i j k", integer=True, positive=True)
    from sympy import IndexedBase

    s, t = IndexedBase("s"), IndexedBase("t")
    mean = Sum(s[i, k], (k, 1, m)) / m
    plain = Sum(log(1 + Sum(t[i, j] * exp(mean - s[i, j]), (i, 1, n))), (j, 1, m))
    sources = [
        "loss-3", plain, r"\sum_j \log \left(1 + \sum_i t_{i,j}e^{- s_{i,j} + \bar{s}_i}\right)",
        "sum(j, log(1 + sum(i, t[i,j]*exp(mean(k, s[i,k]) - s[i,j]))))",
    ]
    losses = [nmderive.loss(source) for source in sources]
    assert all(loss.expr == losses[0].expr for loss in losses)
    assert losses[1].verify("softmax-optimum").verdicts[0].status is Status.PROVED
    assert losses[0]._repr_latex_().startswith("$\\displaystyle l =")


@pytest.mark.parametrize(
    ("text", "lets", "status"),
    [
        ("-sum(i, sum(j, t[i,j]*log(p[i,j]))) + g*sum(i, sum(j, (t[i,j]-p[i,j])**2))", ["g>0"], "PROVED"),
        ("sum(j, log(1 + sum(i, t[i,j]*exp(2*mean(k, s[i,k]) - 2*s[i,j]))))", [], "REFUTED"),
        ("sum(j, log(1 + sum(i, t[i,j]*exp(mean(k, s[i,k]) - s[i,j])))**2)", [], "PROVED"),
        ("sum(j, w[j]*log(1 + sum(i, t[i,j]*exp(mean(k, s[i,k]) - s[i,j]))))", ["w_j>0"], "REFUTED"),
        ("sum(i, sum(j, tanh(s[i,j]) - t[i,j]))", [], "REFUTED"),
        ("sum(i, (1 - sum(j, sqrt(t[i,j]*softmax(s[i,j])))))", [], "PROVED"),
    ],
)
def test_losses_outside_the_catalogue(text, lets, status):
    verdict = nmderive.loss(text, lets=lets).verify("softmax-optimum").verdicts[0]
    assert verdict.status.value == status


def test_the_clock_ends_a_claim_and_says_so():
    verdict = judge_one(load("quadratic"), "softmax-optimum", {}, 1e-9)
    assert verdict.status is Status.UNDECIDED and "ended by the clock" in verdict.findings[0]


def test_a_loss_of_one_size_is_judged_at_no_other():
    with pytest.raises(UsageError, match="known for m=3 only"):
        verify(load("matching-3"), ["convex"], {"m": 4})
