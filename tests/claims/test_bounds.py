"""Bounded, bounded below, Lipschitz, saturating, smooth: verdicts of the literature, and values of losses far out."""

import pytest

from nmderive.losses.catalogue import load
from nmderive.losses.reading import read
from nmderive.verify import judge_one

from .oracle import contradiction

CLAIMS = ("bounded", "bounded-below", "lipschitz", "saturating", "smooth")
P, R, NONE = "PROVED", "REFUTED", "NOT APPLICABLE"
#: A loss, declarations, and the verdicts in the order of CLAIMS; None where a verdict is open or not looked at.
TABLE = [
    ("cross-entropy", (), (R, P, P, R, P)),
    ("brier", (), (P, P, P, P, P)),
    ("spherical", (), (P, P, P, P, P)),
    ("generalised-cross-entropy", (), (P, P, P, P, P)),
    ("focal", (), (R, P, P, R, P)),
    ("renyi", (), (R, P, P, R, P)),  # with a hard label it is cross-entropy
    ("reverse-kl", (), (P, P, P, None, P)),
    ("symmetric-cross-entropy", (), (R, P, P, R, P)),
    ("crammer-singer", (), (R, P, P, R, R)),
    ("cyclic", (), (R, P, P, R, P)),
    # Mean absolute error: Ghosh, Kumar and Sastry (2017).
    (r"\sum_i\sum_j |t_{ij}-p_{ij}|", (), (P, P, P, P, None)),
    # Normalised cross-entropy: Ma et al. (2020).
    (r"\sum_i \frac{\sum_j t_{ij}\log p_{ij}}{\sum_k \log p_{ik}}", (), (P, P, None, None, None)),
    # Unhinged: van Rooyen, Menon and Williamson (2015).
    (r"\sum_i\sum_j t_{ij}\left(\frac{1}{m}\sum_k s_{ik}-s_{ij}\right)", (), (R, R, P, R, P)),
    (r"\sum_i\sum_j (s_{ij}-t_{ij})^2", (), (R, P, R, R, P)),
    (r"\sum_i\sum_j t_{ij} e^{-s_{ij}}", (), (R, P, R, R, R)),
    (r"\sum_i\sum_j t_{ij}\sum_{k\neq j}\max(0, 1+s_{ik}-s_{ij})^2", (), (R, P, R, R, None)),
    (r"\sum_i\sum_j \log p_{ij}", (), (R, R, P, NONE, P)),
    (r"-\sum_i\sum_j p_{ij}\log p_{ij}", (), (P, P, P, NONE, P)),
    (r"1 - \frac{2\sum_i t_i\sigma(s_i)}{\sum_i t_i + \sum_i \sigma(s_i)}", (), (P, P, P, NONE, P)),
    (r"\sum_i\sum_j t_{ij} p_{ij}^{-q}", ("q>0",), (R, P, R, R, R)),
    (r"\sum_i\sum_j t_{ij} \sqrt{1-p_{ij}}", (), (P, P, P, P, P)),
    (r"\sum_i \tanh(s_i^2)", (), (P, P, None, NONE, None)),
    (r"-\frac{1}{N}\sum_{i=1}^N \log\frac{e^{s_{i,i}}}{\sum_{k=1}^N e^{s_{i,k}}}", (), (R, P, P, NONE, P)),
    (r"\sum_i b s_i", ("b",), (R, R, P, NONE, P)),
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


@pytest.mark.parametrize(("name", "constant"), [
    ("cross-entropy", "2*n"), ("temperature-cross-entropy", "2*n/T"), ("label-smoothing", "2*n"), ("loss-3", "2*m"),
    ("mutual", "2"), ("pairwise", "m**2 - m"), ("crammer-singer", "2*n"), ("multi-label", "2"),
])
def test_the_constant_is_that_of_the_formula(judged, name, constant):
    verdict = judged(load(name), "lipschitz")
    assert verdict.statement.endswith(f"with L = {constant}")
    assert "constant" in verdict.certificates[0].data


def test_a_loss_that_falls_for_soft_labels_only_is_not_bounded_below():
    verdict = judge_one(read(r"-\sum_i\sum_j t_{ij}(1-t_{ij})e^{s_{ij}}", ()), "bounded-below", {}, 1000)
    assert verdict.status.value == R
    assert [c.data["to"] for c in verdict.certificates] == ["-"]
