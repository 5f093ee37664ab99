"""Losses whose gradient names the labels: ridges, Fenchel-Young losses, terms in the logits alone."""

import pytest

import nmderive
from nmderive.checker import check
from nmderive.solving.record import Outcome

LINK = r"-\sum_i\sum_j t_{ij}\log p_{ij}+\frac{b}{2}\sum_i\sum_j s_{ij}^2"
TABLE = [
    (LINK, "t_{i,j} = b s_{i,j} + \\frac{e^{s_{i,j}}}{\\sum_k e^{s_{i,k}}}", True),
    (r"\sum_i (e^{s_i} - t_i s_i)+\frac{b}{2}\sum_i s_i^2", "t_i = b s_i + e^{s_i}", True),
    (r"\frac{1}{n}\sum_i\left(\frac{b}{2}\sum_j s_{ij}^2 - \sum_j t_{ij} s_{ij}\right)", "t_{i,j} = b s_{i,j}", True),
    (r"\sum_i\sum_j (1-p_{ij})^2 t_{ij}", None, False),
]


@pytest.mark.slow
@pytest.mark.parametrize(("formula", "labels", "is_linked"), TABLE)
def test_the_labels_are_those_that_the_gradient_names(formula, labels, is_linked):
    loss = nmderive.loss(formula, lets=["b>0"])
    solved = loss.solve("t")
    found = [s.formula for f in solved.record.findings if f.outcome is Outcome.SOLVED for s in f.solutions]
    if labels is not None:
        assert labels in found, found
        assert all(c.largest < 1e-8 and c.elsewhere == 0 for _, c in solved.checks if c is not None)
    if is_linked:
        assert loss.verify("link").verdicts[0].status.value == "PROVED"


@pytest.mark.parametrize("change", [
    {"labels": ["at", "s", ["i"]]}, {"factor": ["num", "-1"]}, {"factor": ["num", "2"]}, {"factor": ["at", "s", ["i"]]},
    {"labels": ["add", [["exp", ["at", "s", ["i"]]], ["at", "t", ["i"]]]]},
])
def test_what_the_gradient_does_not_say_is_refused(change):
    s, t = ["at", "s", ["i"]], ["at", "t", ["i"]]
    body = ["add", [["exp", s], ["mul", [["num", "-1"], t, s]]]]
    true = {"kind": "residual", "loss": ["sum", "i", "n", [], body], "shape": ["n"], "labels": ["exp", s],
            "factor": ["num", "1"]}
    assert check(true).accepted
    assert not check({**true, **change}).accepted
