"""Linear in the labels, symmetric, calibrated, order-preserving: the verdicts of the literature, and the oracle's."""

import pytest

from nmderive import cli
from nmderive.evidence import Status
from nmderive.losses.catalogue import load
from nmderive.losses.reading import read
from nmderive.verify import judge_one

from .oracle import contradiction

CLAIMS = ("label-linear", "symmetric", "order-preserving", "calibrated")
P, R, NONE = "PROVED", "REFUTED", 3 * ("NOT APPLICABLE",)
#: A loss, declarations, and the verdicts in the order of CLAIMS; None where a verdict is open or not looked at.
TABLE = [
    ("cross-entropy", (), (P, R, P, P)),
    ("brier", (), (P, R, P, P)),
    ("spherical", (), (P, R, P, P)),
    ("one-vs-all", (), (P, R, P, P)),
    ("generalised-cross-entropy", (), (P, R, P, P)),
    ("focal", (), (P, R, P, P)),
    ("label-smoothing", (), (P, R, P, P)),
    ("poly-1", (), (P, R, P, P)),
    ("mean-absolute-error", (), (P, P, R, P)),
    ("crammer-singer", (), (P, R, R, R)),
    ("weston-watkins", (), (P, R, R, R)),
    ("lee-lin-wahba", (), (P, R, R, P)),
    ("stable-binary-cross-entropy", (), (P, *NONE)),
    ("loss-1", (), (R, R, None, None)),
    ("loss-3", (), (R, R, P, P)),
    (r"-\sum_j y_j \log p_j", (), (P, R, P, P)),
    # Mean absolute error with hard labels; its constant is m - 1 for 1 - p_y.
    (r"\sum_i\sum_j t_{ij} (1-p_{ij})", (), (P, P, R, P)),
    # Normalised cross-entropy: the sum is one.
    (r"\sum_i \frac{\sum_j t_{ij}\log p_{ij}}{\sum_k \log p_{ik}}", (), (P, P, None, None)),
    # Unhinged, centred: the sum is zero, and it tends to minus infinity.
    (r"\sum_i\sum_j t_{ij}\left(\frac{1}{m}\sum_k s_{ik}-s_{ij}\right)", (), (P, P, R, R)),
    # The positive left out of the denominator.
    (r"\sum_i\sum_j t_{ij}\log\sum_{k\neq j}e^{s_{ik}-s_{ij}}", (), (P, R, R, R)),
    (r"\sum_i\sum_j t_{ij} p_{ij}", (), (P, P, R, R)),
    (r"\frac{1}{n}\sum_i\sum_j (s_{ij}-t_{ij})^2", (), (P, R, None, None)),
    (r"-\sum_i \log\left(\sum_j t_{ij} p_{ij}\right)", (), (R, R, None, None)),
    (r"\sum_i \left(t_i \log(1+e^{-s_i}) + (1-t_i)\log(1+e^{s_i})\right)", (), (P, *NONE)),
    (r"\sum_i (t_i - \sigma(s_i))^2", (), (P, *NONE)),
    (r"\sum_i (t_i - \sigma(s_i))^4", (), (R, *NONE)),
]


@pytest.mark.slow
@pytest.mark.parametrize(("formula", "lets", "expected"), TABLE, ids=[row[0] for row in TABLE])
def test_the_verdicts_are_those_known(judged, formula, lets, expected):
    loss = read(formula, lets) if "\\" in formula else load(formula)
    for name, status in zip(CLAIMS, expected, strict=True):
        verdict = judged(loss, name)
        if status is not None:
            assert verdict.status.value == status, (name, verdict.findings)
        assert contradiction(loss, verdict) == "", name
        assert not any("words" in text or "fault" in text for text in verdict.findings), (name, verdict.findings)


@pytest.mark.slow
@pytest.mark.parametrize(("formula", "lets"), [
    (r"-\sum_i\sum_j w_j t_{ij}\log p_{ij}", ["w_j>0"]),
    (r"-\sum_i\sum_j t_{ij}\log\frac{\pi_j e^{s_{ij}}}{\sum_k\pi_k e^{s_{ik}}}", [r"\pi_j>0"]),
    (r"-\sum_i (2 t_{i,1}\log p_{i,1} + \sum_{j\neq 1} t_{ij}\log p_{ij})", []),
])
def test_weights_and_priors_move_the_optimum_out_of_the_order_of_the_labels(formula, lets):
    for name in ("calibrated", "order-preserving"):
        verdict = judge_one(read(formula, lets), name, {}, 1000)
        assert verdict.status is Status.REFUTED and verdict.scope == "at n=1, m=2"
        assert [c.kind for c in verdict.certificates] == ["stationary-at", "convex"]


def test_a_ridge_leaves_the_order_open_or_kept():
    verdict = judge_one(read(r"\sum_i\sum_j (s_{ij}^2 - t_{ij}\log p_{ij})", ()), "order-preserving", {}, 1000)
    assert verdict.status is not Status.REFUTED


@pytest.mark.parametrize(("formula", "constant"), [
    (r"\sum_i\sum_j t_{ij} (1-p_{ij})", "m - 1"),
    (r"2\sum_i\sum_j t_{ij} (1-p_{ij})", "2*m - 2"),
    (r"\sum_i \frac{\sum_j t_{ij}\log p_{ij}}{\sum_k \log p_{ik}}", "1"),
    (r"\sum_i\sum_j t_{ij}\left(\frac{1}{m}\sum_k s_{ik}-s_{ij}\right)", "0"),
])
def test_the_constant_of_a_symmetric_loss(formula, constant):
    verdict = judge_one(read(formula, ()), "symmetric", {}, 1000)
    assert verdict.status is Status.PROVED and f"sum_y l(s, e_y) = {constant}" in verdict.findings


def test_what_is_not_symmetric_has_a_witness_without_labels():
    verdict = judge_one(load("cross-entropy"), "symmetric", {}, 1000)
    assert verdict.status is Status.REFUTED and verdict.scope == "at n=1, m=2"
    assert "t" not in verdict.certificates[0].data["point"]


def test_the_command_line_prints_the_statement_and_the_ray(capsys):
    source = r"\sum_i\sum_j t_{ij}\log\sum_{k\neq j}e^{s_{ik}-s_{ij}}"
    assert cli.main(["verify", source, "--claim", "calibrated"]) == 1
    out = capsys.readouterr().out
    assert "has the largest logits of a row at its largest labels" in out and "minus infinity along s = r" in out
