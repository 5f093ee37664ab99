"""Diagonals that majorise the Hessian: those that are known, those that are too small, and dossiers about them."""

import json

import pytest

import nmderive
from nmderive.checking import check_text
from nmderive.errors import NmderiveError
from nmderive.losses.catalogue import load
from nmderive.report import render
from nmderive.verify import judge_one

from .oracle import contradiction

CLAIM = "diagonal-majorant"
#: Loss, declarations, the diagonal (None: twice the Hessian's own), the verdict.
TABLE = [
    ("cross-entropy", (), None, "PROVED"),
    ("cross-entropy", (), "2 p_{ij} (1 - p_{ij})", "PROVED"),  # of boosting by trees
    ("cross-entropy", (), "1/2", "PROVED"),  # Boehning (1992)
    ("cross-entropy", (), "p_{ij}", "PROVED"),
    ("cross-entropy", (), "2*p[i,j] - p[i,j]**2", "PROVED"),
    ("cross-entropy", (), "p_{ij} (1 - p_{ij})", "REFUTED"),
    ("cross-entropy", (), "1/5", "REFUTED"),
    ("one-vs-all", (), "1/4", "PROVED"),
    ("one-vs-all", (), "1/5", "REFUTED"),
    ("stable-binary-cross-entropy", (), None, "PROVED"),
    ("multi-label", (), None, "PROVED"),
    ("label-smoothing", (), None, "PROVED"),
    ("temperature-cross-entropy", (), None, "PROVED"),
    ("comment-4-5", (), None, "PROVED"),
    ("comment-4-8", (), None, "PROVED"),
    ("brier", (), None, "REFUTED"),
    ("focal", (), None, "REFUTED"),
    ("loss-3", (), None, "REFUTED"),
    ("cyclic", (), None, "REFUTED"),
    ("crammer-singer", (), None, "REFUTED"),
    (r"\sum_{i,j} (s_{ij}-t_{ij})^2", (), "2", "PROVED"),
    (r"\sum_{i,j} (s_{ij}-t_{ij})^2", (), "19/10", "REFUTED"),
    (r"\frac{b}{2}\sum_{i,j} s_{ij}^2 - \sum_{i,j} t_{ij} \log p_{ij}", ("b>0",), r"b + \frac12", "PROVED"),
    (r"-\sum_{i,j} w_j t_{ij} \log p_{ij}", ("w_j>0",), r"2 p_{ij}(1-p_{ij}) \sum_k w_k t_{ik}", "PROVED"),
    (r"-\sum_{i,j} w_j t_{ij} \log p_{ij}", ("w_j>0",), r"2 w_j p_{ij}(1-p_{ij})", "REFUTED"),
    (r"\log\left(1+\sum_i\sum_j e^{s_{ij}}\right)", (), None, "PROVED"),
]


def read(formula, lets):
    return nmderive.loss(load(formula) if "\\" not in formula else formula, lets=lets)


@pytest.mark.slow
@pytest.mark.parametrize(("formula", "lets", "diagonal", "status"), TABLE)
def test_known_majorants(formula, lets, diagonal, status):
    loss = read(formula, lets)
    dossier = loss.verify(CLAIM, diagonal=diagonal)
    verdict = dossier.verdicts[0]
    assert verdict.status.value == status, verdict.findings
    assert all(result.accepted for result in check_text(render(dossier, "json"))), diagonal
    assert ("twice" if diagonal is None else "D[") in verdict.statement
    if diagonal is None:
        assert contradiction(loss, verdict) == ""


def test_a_dossier_of_another_diagonal_is_rejected():
    text = render(load_verified("2 p_{ij} (1 - p_{ij})"), "json")
    other = json.loads(render(load_verified("1/2"), "json"))
    data = json.loads(text)
    data["reading"]["diagonal"] = other["reading"]["diagonal"]
    assert not all(result.accepted for result in check_text(json.dumps(data)))
    data["verdicts"][0]["statement"] = other["verdicts"][0]["statement"]
    assert not any(result.accepted for result in check_text(json.dumps(data)) if "PROVED" in result.statement)


def load_verified(diagonal):
    return nmderive.loss("cross-entropy").verify(CLAIM, diagonal=diagonal)


@pytest.mark.parametrize("diagonal", ["p_j", "p_{ik}", "2 q_{ij}", "p_{ij} = 1/2", "p_{ab}"])
def test_what_is_no_diagonal_is_refused(diagonal):
    with pytest.raises(NmderiveError) as error:
        nmderive.loss("cross-entropy").verify(CLAIM, diagonal=diagonal)
    assert error.value.hint


def test_the_default_is_decided_for_what_is_read_in_one_row():
    loss = nmderive.loss(r"-\sum_j y_j \log p_j")
    assert judge_one(loss, CLAIM, {}, 1000).status.value == "PROVED"


@pytest.mark.slow
@pytest.mark.parametrize(("formula", "least"), [
    ("cross-entropy", "1/2"), ("label-smoothing", "1/2"), ("one-vs-all", "1/4"), ("stable-binary-cross-entropy", "1/4"),
    (r"\sum_{i,j} (s_{ij}-t_{ij})^2", "2"), ("cyclic", None), ("brier", None),
])
def test_the_largest_curvature_is_stated(formula, least):
    verdict = read(formula, ()).verify("smooth").verdicts[0]
    assert verdict.status.value == "PROVED"
    assert ("with L =" in verdict.statement) is (least is not None)
    assert least is None or f"with L = {least}," in verdict.statement
