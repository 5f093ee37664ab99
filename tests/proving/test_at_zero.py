"""What stable code adds: sides that differ by small numbers are said to be equal where those are zero, if they are."""

import numpy as np
import pytest
from scipy.special import softmax

import nmderive
from nmderive.checking import check_text
from nmderive.proving.at_zero import with_small_numbers_at_zero
from nmderive.proving.equality import judge_equal
from nmderive.report import render

CE = r"-\sum_i \sum_j t_{i,j} \log p_{i,j}"


def added(s, t, eps=1e-8):
    return -(t * np.log(softmax(s, axis=1) + eps)).sum()


def clipped(s, t):
    return -(t * np.log(np.clip(softmax(s, axis=1), 1e-7, 1 - 1e-7))).sum()


def halved(s, t):
    return -(t * np.log(softmax(s, axis=1) + 1e-8)).sum() / 2


@pytest.mark.parametrize(("left", "lets", "words"), [
    (added, [], "1e-08 is 0"), (clipped, [], "1e-07 is 0"), (halved, [], ""),
    (r"-\sum_i \sum_j t_{i,j} \log (p_{i,j} + \epsilon)", [r"\epsilon>0"], "epsilon = 0"),
    (r"-\sum_i \sum_j t_{i,j} (1-p_{i,j})^g \log p_{i,j}", ["g>=0"], "g = 0"),
    (r"-\sum_i \sum_j t_{i,j} (1-p_{i,j})^g \log p_{i,j}", ["g>=1"], ""),
    (r"-\sum_i \sum_j t_{i,j} \log (p_{i,j} + 1/100)", [], ""),
], ids=range(7))
def test_equal_where_small_numbers_are_zero(left, lets, words):
    if callable(left):
        loss, paper = nmderive.loss(left, lets=lets), nmderive.loss(CE)
        verdict = judge_equal(loss.expr, paper.expr, loss, {})
        verdict = with_small_numbers_at_zero(verdict, (loss.expr, paper.expr), loss, {}, False)
    else:
        dossier = nmderive.equal(left, CE, lets=lets)
        verdict = dossier.verdicts[0]
        assert all(r.accepted for r in check_text(render(dossier, "json")))
    assert verdict.status is nmderive.Status.REFUTED
    said = [f for f in verdict.findings if "they are equal" in f]
    assert said == ([f"where {words} they are equal: PROVED"] if words else [])
