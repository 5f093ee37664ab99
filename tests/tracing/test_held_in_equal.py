"""Equations between formulas and code that fixes its number of classes, or has arrays under other names."""

import pytest

from nmderive.equal import equal
from nmderive.errors import UsageError

CODE = """import numpy as np
from scipy.special import log_softmax

def smoothed(logits, y, k=10):
    return -((0.9 * np.eye(k)[y] + 0.1 / k) * log_softmax(logits, axis=1)).sum()

def weighted(logits, y, weights):
    return -(weights[y] * log_softmax(logits, axis=1)[np.arange(y.shape[0]), y]).sum()
"""
SMOOTHED = r"-\sum_i\sum_j (0.9 t_{ij}+0.1/m)\log p_{ij}"


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    path = tmp_path_factory.mktemp("code") / "fixed.py"
    path.write_text(CODE, encoding="utf-8")
    return str(path)


def test_code_of_one_number_of_classes_is_compared_there_alone(file):
    verdict = equal(f"{file}:smoothed", SMOOTHED).verdicts[0]
    assert verdict.status.value == "PROVED" and "m=10" in verdict.scope
    with pytest.raises(UsageError, match="the code is of m = 10 alone"):
        equal(f"{file}:smoothed", SMOOTHED, sizes={"m": 3})


def test_arrays_of_other_names_are_other_numbers_and_the_note_says_how_to_match_them(file):
    other = equal(f"{file}:weighted", r"-\sum_i w_{y_i}\log p_{i,y_i}", lets=["weights_j>0"])
    assert other.verdicts[0].status.value == "REFUTED"
    assert any("write the formula with weights" in said for said in other.read_as)
    same = equal(f"{file}:weighted", r"-\sum_i weights_{y_i}\log p_{i,y_i}", lets=["weights_j>0"])
    assert same.verdicts[0].status.value == "PROVED"
    assert not any("write the formula with" in said for said in same.read_as)
