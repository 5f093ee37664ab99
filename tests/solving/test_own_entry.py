"""Optima that are found entry by entry, with sums over the row named: the formula, its proof, and SciPy's roots."""

import pytest

from nmderive.losses.reading import read
from nmderive.proving.symbolic import prove_logits
from nmderive.solve import best_solutions, solve
from nmderive.solving.record import Outcome
from nmderive.solving.strategies import own_entry
from nmderive.solving.strategies.own_entry import search

pytestmark = pytest.mark.slow

OPTIMA = [
    (r"\sum_i (h_i-\frac{1}{2b})^2", ["h: logits", "b>0"], r"s_i = \frac{1}{2 b}"),
    (r"-\sum_i((1-c)\log\sigma(b h_i)+c\log\sigma(-b h_i))", ["h: logits", "b>0", "0<c<1"],
     r"s_i = \frac{\log \left(\frac{1 - c}{c}\right)}{b}"),
    (r"\sum_i\sum_j(s_{ij}-t_{ij})^2", [], "s_{i,j} = t_{i,j}"),
    (r"\sum_i\sum_j(e^{s_{ij}}-t_{ij}s_{ij})", [], r"s_{i,j} = \log t_{i,j}"),
    (r"\sum_i(e^{s_i}-(1+t_i)s_i)", [], r"s_i = \log \left(1 + t_i\right)"),
    (r"-\sum_i\sum_j (a t_{ij}+(1-a)q_{ij})\log p_{ij}", ["0<a<1", "q_{ij}>0"],
     r"s_{i,j} = \log \left(a t_{i,j} + q_{i,j} - a q_{i,j}\right) + r_i"),
    (r"-\sum_i\sum_j w_j t_{ij}\log p_{ij}", ["w_j>0"], r"s_{i,j} = \log \left(t_{i,j} w_j\right) + r_i"),
    (r"-\sum_i\left((1-c)\log\sigma(b(s_{i,1}-s_{i,2}-r_i))+c\log\sigma(-b(s_{i,1}-s_{i,2}-r_i))\right)",
     ["b>0", "r_i", "0<c<1"],
     r"s_{i,j} = \delta_{1,j} \left(r_i + \frac{\log \left(\frac{1 - c}{c}\right)}{b}\right) + u_i"),
]


@pytest.mark.parametrize(("formula", "lets", "found"), OPTIMA, ids=[row[0] for row in OPTIMA])
def test_the_optimum_is_found_and_proved(formula, lets, found):
    loss = read(formula, lets)
    finding = search(loss, own_entry.Direction.LOGITS)
    assert finding.outcome is Outcome.SOLVED and finding.found == found
    assert prove_logits(loss, finding.solutions[0].logits).proved


@pytest.mark.parametrize("row", [OPTIMA[0], OPTIMA[1], OPTIMA[5]], ids=["squares", "preference", "mixture"])
def test_the_optimum_is_where_scipy_ends(row):
    solved = solve(read(row[0], row[1]), "s", baselines=False)
    assert solved.outcome is Outcome.SOLVED and best_solutions(solved.record)
    for _, checked in solved.checks:
        assert checked is not None and checked.failed == 0 and checked.largest < 1e-5


@pytest.mark.parametrize(("formula", "lets"), [
    (r"-\sum_i\sum_j t_{ij}\log p_{ij}+\frac{a}{2}\sum_i\sum_j s_{ij}^2", ["a>0"]),  # no closed form
    (r"\sum_i (s_i - e^{s_i})", []),  # a maximum is stationary, too, but none is claimed to be the minimum
    (r"\sum_i (s_i + t_i)", []),
    (r"\sum_i (e^{s_i} + e^{-2 s_i} + s_i^2)", []),
    (r"\sum_j\log(1+\sum_i t_{ij}e^{-s_{ij}})", []),
])
def test_nothing_is_claimed_that_is_not_so(formula, lets):
    finding = search(read(formula, lets), own_entry.Direction.LOGITS)
    for solution in finding.solutions:
        assert solution.role == "sufficient" and prove_logits(read(formula, lets), solution.logits).proved


def test_weights_that_are_normalised_over_the_batch_move_no_optimum():
    loss = read(r"-\frac{\sum_i\sum_j w_j t_{ij}\log p_{ij}}{\sum_i\sum_j w_j t_{ij}}", ["w_j>0"])
    for direction in ("t", "s"):
        assert solve(loss, direction, baselines=False).outcome is Outcome.SOLVED


@pytest.mark.parametrize(("formula", "lets", "wanted"), [
    (r"\sum_i\sum_j(s_{ij}-t_{ij})^2", [], ("negative", "sum to one")),
    (r"\sum_i (s_i-t_i)^2", [], ("negative", "at most one")),
    (r"-\sum_i\sum_j ((1-c)t_{ij}+\frac{c}{m})\log p_{ij}", ["0<c<1"], ("negative",)),
    (r"-\sum_i\sum_j w_j t_{ij}\log p_{ij}", ["w_j>0"], ()),
])
def test_what_a_link_needs_to_be_labels_is_said(formula, lets, wanted):
    solved = solve(read(formula, lets), "t", baselines=False)
    given = [text for s in best_solutions(solved.record) for text in s.conditions]
    said = [text for text in given if text.startswith("where these labels")]
    assert len(said) == len(wanted) and all(any(word in text for text in said) for word in wanted)


def test_what_no_certificate_carries_is_not_called_re_checked():
    loss = read(r"\sum_i (h_i-1)^2", ["h: logits"])
    assert str(solve(loss, "s", baselines=False)).splitlines()[-1].endswith("back-substituted exactly")
