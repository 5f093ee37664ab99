"""What holds for hard labels does not hang on the functions that the labels of a row stand in."""

import pytest
from today import rest_slow

import nmderive
from nmderive.checker import check
from nmderive.evidence import Status

FORMS = {
    "a log of a mean": r"-\sum_i \log \sum_j t_{i,j} p_{i,j}",
    "a square of a mean": r"\sum_i (1 - \sum_j t_{i,j} p_{i,j})^2",
    "a quotient": r"-\sum_i \frac{\sum_j t_{i,j} p_{i,j}}{\sqrt{\sum_j p_{i,j}^2} \sqrt{\sum_j t_{i,j}^2}}",
    "a root": r"\sum_i \sqrt{1 - \sum_j t_{i,j} p_{i,j}}",
}


@pytest.mark.parametrize("text", rest_slow(FORMS.values(), 4))
def test_the_target_is_forced_and_the_proof_is_checked(text):
    dossier = nmderive.verify(text, "hard-label-argmax")
    verdict, = dossier.verdicts
    assert verdict.status is Status.PROVED
    assert all(check(c.as_json()).accepted for c in verdict.certificates)
    assert any(c.kind == "odds" or c.data.get("labels") == "hard" for c in verdict.certificates)


@pytest.mark.parametrize("text", rest_slow([
    r"\sum_i (1 + \sum_j t_{i,j} p_{i,j})^2", r"\sum_i \log \sum_j t_{i,j} p_{i,j}",
    r"\sum_i (\sum_j t_{i,j} s_{i,j})^2", r"\sum_i \left(\sum_j t_{i,j}^2 - \sum_j p_{i,j}\right)^2",
], 4))
def test_what_does_not_force_the_target_is_not_proved(text):
    assert nmderive.verify(text, "hard-label-argmax").verdicts[0].status is not Status.PROVED
