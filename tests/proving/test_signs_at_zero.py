"""The sign of what may be 0, and points at the edges: labels, weights and parameters that are 0, sets, far logits."""

import pytest

import nmderive
from nmderive.checker.headline import headline
from nmderive.evidence import Status
from nmderive.losses.reading import read
from nmderive.verify import judge_one

P, R = Status.PROVED, Status.REFUTED
EQUATIONS = [
    # a label, a weight or a parameter may be 0, and its sign is 0 there
    (r"\sum_i\sum_j [t_{ij}>0](-\log p_{ij})", r"-\sum_i\sum_j\log p_{ij}", (), R),
    (r"\sum_i [t_i>0]s_i", r"\sum_i s_i", (), R),
    (r"\sum_j [w_j>0]s_j", r"\sum_j s_j", ("w_j>=0",), R),
    (r"\sum_j [w_j>0]s_j", r"\sum_j s_j", ("w_j>0",), P),
    (r"\sum_j \operatorname{sign}(g)s_j", r"\sum_j s_j", ("g>=0",), R),
    (r"\sum_j \operatorname{sign}(g)s_j", r"\sum_j s_j", ("g>0",), P),
    (r"\sum_i\sum_j t_{ij}[t_{ij}>0] s_{ij}", r"\sum_i\sum_j t_{ij} s_{ij}", (), None),
    (r"\sum_{i,j,k} [t_{ij}>t_{ik}] s_{ij}", r"\sum_{i,j,k} [t_{ik}<t_{ij}] s_{ij}", (), P),
    # labels, weights and class sets that cancel from the difference stand in the sides
    (r"\sum_{i,j} s_{ij}^2 + \sum_{ij} t_{ij}s_{ij}", r"\sum_{ij} t_{ij}s_{ij}", (), R),
    (r"n+\sum_{ij} t_{ij}s_{ij}", r"\sum_{ij} t_{ij}s_{ij}", (), R),
    (r"\sum_{i,j} w_j + \sum_{ij} t_{ij}s_{ij}", r"\sum_{ij} t_{ij}s_{ij}", ("w_j>0",), R),
    (r"\sum_{i,j} s_{ij}^2+\sum_i\sum_{j\in P} s_{ij}", r"\sum_i\sum_{j\in P} s_{ij}", (), R),
    (r"\sum_i\sum_{j\in P} s_{ij}", r"2\sum_i\sum_{j\in P} s_{ij}", (), R),
    # far logits, negative parameters
    (r"-\sum_{ij} t_{ij}\log(\max(p_{ij},10^{-8}))", r"-\sum_{ij} t_{ij}\log p_{ij}", (), R),
    (r"\sum_i\max_k g s_{ik}", r"g\sum_i\max_k s_{ik}", ("g",), R),
]


@pytest.mark.parametrize(("left", "right", "lets", "status"), EQUATIONS)
def test_an_equation_is_judged_with_what_may_be_zero(left, right, lets, status):
    (verdict,) = nmderive.equal(left, right, lets=list(lets)).verdicts
    assert verdict.status is status or status is None and verdict.status is not R, verdict.findings
    assert not any("words" in text for text in verdict.findings), verdict.findings


CLAIMS = [
    (r"\sum_i\sum_j(1-[t_{ij}>0])s_{ij}", "nonnegative", R), (r"\sum_i\sum_j(1-[t_{ij}>0])s_{ij}", "bounded", R),
    (r"\sum_i\sum_j(1-[t_{ij}>0])s_{ij}", "softmax-optimum", None),
    (r"\sum_i\sum_j [t_{ij}>0](-\log p_{ij})", "degenerates-n1", P),
    (r"\sum_i\sum_j [t_{ij}>0](-\log p_{ij})", "hard-label-argmax", P),
    (r"\sum_i\sum_j [t_{ij}>0](-\log p_{ij})", "nonnegative", P),
    (r"\sum_{j,k}[t_j>t_k]\log(1+e^{s_k-s_j})", "convex", P),
    (r"\sum_{j,k}[t_j>t_k]\log(1+e^{s_k-s_j})", "shift-invariant", P),
    (r"\sum_{j,k}[t_j>t_k]\log(1+e^{s_k-s_j})", "permutation-invariant", P),
    (r"\sum_{j,k}\operatorname{sign}(t_j-t_k)\log(1+e^{s_k-s_j})", "nonnegative", R),
]


@pytest.mark.parametrize(("formula", "claim", "status"), CLAIMS)
def test_indicators_of_labels_are_judged_as_they_are_read(formula, claim, status):
    verdict = judge_one(read(formula, []), claim, {}, 1000)
    assert verdict.status is status or status is None and verdict.status is not P, verdict.findings


@pytest.mark.parametrize(("formula", "claim"), [
    (r"-\sum_i\sum_j t_{i,j}\log p_{i,j} + \sum_i\sum_{j\in P} s_{i,j}^2", "saturating"),
    (r"\sum_i\sum_j p_{i,j} - \sum_i\sum_j\sum_{d=1}^{m-1} t_{i,j}e^{s_{i,j+d}-s_{i,j}}", "hard-label-argmax"),
])
def test_nothing_fails_at_sets_and_shifts(formula, claim):
    verdict = judge_one(read(formula, []), claim, {}, 1000)
    assert not any("fault" in text for text in verdict.findings)


def test_hard_labels_have_one_positive_label_a_row():
    (verdict,) = nmderive.equal(r"\sum_i\sum_j [t_{ij}>0]", "n", hard_labels=True).verdicts
    assert verdict.status is P


def test_a_small_number_that_scales_all_of_a_side_says_nothing():
    (verdict,) = nmderive.equal(r"10^{-8}\sum_{ij} s_{ij}t_{ij}", r"10^{-8}\sum_{ij} s_{ij}^2").verdicts
    assert verdict.status is R and not any("is 0" in text for text in verdict.findings)


def test_what_is_known_more_exactly_is_derived_from_the_certificates():
    loss = read(r"-\sum_{i,j} t_{ij}\log p_{ij}", [])
    verdict = judge_one(loss, "lipschitz", {}, 1000)
    from nmderive.proving.certificates import reading_of

    own = [c.as_json() for c in verdict.certificates]
    assert verdict.statement == headline(reading_of(loss), "lipschitz", "PROVED", own).statement
    assert verdict.statement.endswith("L = 2*n")
