"""Shares of classes weighed by their labels: the largest logit comes to a largest label; else it is refused."""

import json

import pytest

from nmderive.checker import check
from nmderive.losses.catalogue import find
from nmderive.notation.ast import to_ast
from nmderive.proving.apportioned_form import apportioned_certificate

from .build import num, s
from .truth import holds

CALIBRATED = {
    "in p": r"\sum_i\sum_j t_{i,j}(2-2p_{i,j})",
    "unbounded weights": r"-\sum_i\sum_j t_{i,j} p_{i,j}",
    "temperature": r"-\sum_i\sum_j t_{i,j} \frac{e^{c s_{i,j}}}{\sum_k e^{c s_{i,k}}}",
    "curved weights": r"\sum_i\sum_j (1-t_{i,j})^2 p_{i,j}",
    "hinge": r"\sum_i\sum_j (1-t_{i,j})\max(0, 1+s_{i,j}-\bar{s}_i)",
    "margin of m": r"\sum_i\sum_j (1-t_{i,j})\max\left(0, \frac{1}{m-1}+s_{i,j}-\bar{s}_i\right)",
    "margin": r"\sum_i\sum_j (1-t_{i,j})\max(0, c+s_{i,j}-\bar{s}_i)",
    "one sample": r"\sum_j (3-t_j)\max(0, 1+s_j-\bar{s})",
}
#: The largest logit may stay at another class, or nothing is known of it.
NOT = {
    "weights that rise": r"\sum_i\sum_j t_{i,j} p_{i,j}",
    "weights that rise, hinge": r"\sum_i\sum_j t_{i,j}\max(0, 1+s_{i,j}-\bar{s}_i)",
    "no margin": r"\sum_i\sum_j (1-t_{i,j})\max(0, s_{i,j}-\bar{s}_i)",
    "falls with its logit": r"\sum_i\sum_j (1-t_{i,j})\max(0, 1-s_{i,j}+\bar{s}_i)",
    "negative weights": r"\sum_i\sum_j (-t_{i,j})\max(0, 1+s_{i,j}-\bar{s}_i)",
    "own weights": r"-\sum_i\sum_j w_j t_{i,j} p_{i,j}",
    "positions": r"\sum_i\sum_j (1-t_{i,j})\max(0, j+s_{i,j}-\bar{s}_i)",
    "not centred": r"\sum_i\sum_j (1-t_{i,j})\max(0, 1+s_{i,j})",
    "squares": r"\sum_i\sum_j (1-t_{i,j})\max(0, 1+s_{i,j}-\bar{s}_i)^2",
    "mean of all rows": r"\sum_i\sum_j (1-t_{i,j})\max\left(0, 1+s_{i,j}-\frac{1}{nm}\sum_{h=1}^n\sum_k s_{h,k}\right)",
}


def certificate(latex, labels="positive"):
    found = apportioned_certificate(find(latex, ["c>0", "w_j>0"] if "w_j" in latex else ["c>0"] * ("c" in latex), None),
                                    labels)
    return None if found is None else json.loads(json.dumps(found.as_json()))


@pytest.mark.parametrize("labels", ["positive", "hard"])
@pytest.mark.parametrize("name", CALIBRATED)
def test_the_largest_logit_comes_to_a_largest_label(name, labels):
    found = certificate(CALIBRATED[name], labels)
    assert check(found).accepted and all(holds(found, seed) is not False for seed in range(12))


@pytest.mark.parametrize("labels", ["positive", "hard"])
@pytest.mark.parametrize("name", NOT)
def test_other_losses_are_refused(name, labels):
    assert certificate(NOT[name], labels) is None


def test_labels_that_weigh_alike_at_zero_and_one_are_told_from_those_between():
    latex = r"\sum_i\sum_j (t_{i,j}^2-t_{i,j}) p_{i,j}"
    assert certificate(latex, "hard") is None and certificate(latex, "positive") is None


@pytest.mark.parametrize("change", [
    {"total": num(2)}, {"total": num(0)}, {"above": num(1)}, {"slack": num(0)}, {"at": [num(0), num(0)]},
    {"at": [num(1)]}, {"weight": num(1)}, {"share": num(0)}, {"rest": s("i", 1)}, {"labels": "soft"}, {"labels": None},
    {"shape": ["m"]}, {"shape": ["n"]}, {"sizes": {"m": 2}}, {"parameters": {"r": "positive"}},
])
def test_other_statements_are_refused(change):
    assert not check({**certificate(CALIBRATED["in p"]), **change}).accepted


def test_the_truth_test_finds_what_is_not_so():
    rising = to_ast(find(NOT["weights that rise"], [], None).expr)
    wrong = {**certificate(CALIBRATED["in p"]), "loss": json.loads(json.dumps(rising))}
    assert not check(wrong).accepted and any(holds(wrong, seed) is False for seed in range(12))
