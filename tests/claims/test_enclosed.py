"""Between which numbers a bounded loss lies: those of the literature, and a dossier that says more."""

import json

import pytest

import nmderive
from nmderive.checker.headline import headline
from nmderive.checking import check_text
from nmderive.report import render


@pytest.mark.slow
@pytest.mark.parametrize(("formula", "lets", "said"), [
    ("brier", (), "0 <= l <= 2*n"), ("mean-absolute-error", (), "0 <= l <= 2*n"), ("spherical", (), "-n <= l <= 0"),
    ("generalised-cross-entropy", (), "0 <= l <= n/q"), (r"\sum_j y_j (1-p_j)", (), "0 <= l <= 1"),
    (r"\frac1n\sum_{i,j}(p_{ij}-t_{ij})^2", (), "0 <= l <= 2"), ("tsallis", (), None),
])
def test_a_bounded_loss_says_between_which_numbers_it_lies(formula, lets, said):
    found = nmderive.loss(formula, lets=lets)
    dossier = found.verify("bounded")
    verdict = dossier.verdicts[0]
    assert verdict.status.value == "PROVED"
    assert said is None or verdict.statement.endswith(said), verdict.statement
    assert all(result.accepted for result in check_text(render(dossier, "json")))
    if said is None:
        return
    data = json.loads(render(dossier, "json"))
    one = next(c for c in data["verdicts"][0]["certificates"] if c["kind"] == "bounded")
    one["high"] = ["num", "1/2"]
    found = headline(data["reading"], "bounded", "PROVED", data["verdicts"][0]["certificates"])
    assert "<=" not in found.statement
