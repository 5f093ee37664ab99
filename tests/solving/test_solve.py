"""The search for optima: what must be found, what must not be claimed, and the record of it."""

import json

import mpmath
import numpy as np
import pytest
from sympy import Integer
from today import of_today

import nmderive
from nmderive.budget import in_worker
from nmderive.calculus.specialise import entry_symbol, specialise
from nmderive.calculus.symbols import S, T
from nmderive.checker import check
from nmderive.errors import BudgetExceeded, ClockEnded, UsageError
from nmderive.losses.catalogue import load, names
from nmderive.solve import best_solutions, solve
from nmderive.solving.galois import insolvable
from nmderive.solving.radical_formulas import formula_roots
from nmderive.solving.record import Direction, Outcome
from nmderive.solving.search import search
from nmderive.solving.strategies import radicals, strategies, sympy_solve

pytestmark = pytest.mark.slow

sympy_solve.CLOCK = 0.5  # the baseline solves nothing, so that it changes no outcome

SOLVED = ["loss-3", "cross-entropy", "brier", "temperature-cross-entropy", "label-smoothing", "one-vs-all",
          "pairwise", "quadratic", "multi-label"]


@pytest.fixture
def solution_of(shared):
    def found(name, direction="t"):
        return shared.once(f"solve {name} for {direction}", lambda: solve(load(name), direction))

    return found


@pytest.mark.parametrize("direction", ["t", "s"])
@pytest.mark.parametrize("name", of_today(SOLVED, 3))
def test_known_optima_are_solved_for_all_sizes_and_agree_with_scipy(name, direction, solution_of):
    solved = solution_of(name, direction)
    assert solved.outcome is Outcome.SOLVED
    everywhere = [s for s in best_solutions(solved.record) if not s.sizes]
    assert everywhere and all("all" in s.scope for s in everywhere)
    for _, checked in solved.checks:
        assert checked is not None and checked.failed == 0 and checked.largest < 1e-6
        assert checked.elsewhere <= (checked.runs // 2 if name == "brier" else 0)
    assert str(solved).splitlines()[-1].startswith("SOLVED")


@pytest.mark.parametrize("name", ["loss-3", "cross-entropy", "one-vs-all", "label-smoothing"])
def test_the_labels_found_are_the_only_ones(name, solution_of):
    solutions = best_solutions(solution_of(name).record)
    assert any(s.role == "necessary and sufficient" and s.unique.startswith("the only labels") for s in solutions)


@pytest.mark.parametrize("sizes", [(1, 3), (2, 3), (5, 4)])
def test_loss_3_is_confirmed_by_expansion(sizes, solution_of):
    n, m = sizes
    loss = load("loss-3")
    (solution,) = [s for s in best_solutions(solution_of("loss-3").record) if s.role == "necessary and sufficient"]
    gradient = specialise(loss.gradient.subs({loss.indices[0]: 1, loss.indices[1]: m}), {"n": n, "m": m})
    rng = np.random.default_rng(0)
    entries = [(a, b) for a in range(1, n + 1) for b in range(1, m + 1)]
    values = {entry_symbol(S[e]): Integer(int(rng.integers(-3, 4))) for e in entries}
    labels = {
        entry_symbol(T[a, b]): specialise(solution.link.expr.subs({loss.indices[0]: a, loss.indices[1]: b}),
                                          {"n": n, "m": m}).xreplace(values)
        for a, b in entries
    }
    assert abs(gradient.xreplace(values).xreplace(labels).evalf(40)) < 1e-35


@pytest.fixture(scope="module")
def loss_1(shared):
    return {d: shared.once(f"loss-1 for {d}", lambda d=d: solve(load("loss-1"), d)) for d in ("t", "s")}


def test_loss_1_has_partial_forms(loss_1):
    for direction, left, of in (("t", "n", "n(m-1)"), ("s", "m-1", "nm")):
        solved = loss_1[direction]
        assert solved.outcome is Outcome.PARTIAL
        solutions = best_solutions(solved.record)
        assert any(s.unknowns_left == left and s.unknowns == of for s in solutions)
        assert any(s.sizes == {"m": 2} and "all n" in s.scope for s in solutions)
        assert str(solved).splitlines()[-1].startswith("PARTIAL")


def test_loss_1_in_radicals_or_not(loss_1):
    def lines(direction):
        (finding,) = [f for f in loss_1[direction].record.findings if f.strategy == radicals.TITLE]
        return {line.split(":")[0].removeprefix("(n, m) = "): line for line in finding.data["lines"]}

    labels, logits = lines("t"), lines("s")
    assert all("solvable in radicals" in labels[f"(1, {m})"] for m in (3, 4))
    assert all("NO RADICAL FORMULA" in labels[f"(1, {m})"] for m in (5, 6, 7, 8))
    assert "NO RADICAL FORMULA" in labels["(2, 3)"] and "NO RADICAL FORMULA" in labels["(3, 3)"]
    assert "solvable" in logits["(1, 3)"] and "solvable" in logits["(2, 3)"]
    assert "NO RADICAL FORMULA" in logits["(1, 4)"]


def test_insolvability_is_accepted_by_the_checker(loss_1):
    certificates = [c for d in "ts" for f in loss_1[d].record.findings for c in f.certificates if c.kind == "radicals"]
    assert len(certificates) >= 7
    for certificate in certificates:
        assert check(certificate.as_json()).accepted


@pytest.mark.parametrize(
    ("polynomial", "solvable"),
    [
        ([-1, -1, 0, 0, 0, 1], False), ([-2, 0, 0, 0, 0, 1], True), ([1, 1, 1, 1, 1, 1, 1], True),
        ([-99179645184, 99179645184, -33938530848, 5124321792, -344356893, 8184505], False),
        ([-2] + [0] * 6 + [1], True), ([1, 1] + [0] * 5 + [1], False), ([6, -5, 1], True),
    ],
)
def test_solvable_groups_are_never_called_insolvable(polynomial, solvable):
    proof = insolvable(polynomial)
    assert (proof is None) == solvable


@pytest.mark.parametrize(
    "coefficients", [(6, -5, 1), (-6, 11, -6, 1), (24, -50, 35, -10, 1), (1, -3, 1, 2), (-7, 1, 0, 3, 2)]
)
def test_the_formulas_reproduce_roots(coefficients):
    with mpmath.workdps(50):
        for root in formula_roots(coefficients):
            assert abs(sum(c * root**k for k, c in enumerate(coefficients))) < 1e-20


def test_the_general_form_gives_its_condition():
    (finding,) = [f for f in search(load("loss-2"), Direction.LABELS).findings if f.strategy == "conditions"]
    assert "partial f(s_{i,k})" in finding.found and "s - mean(s) meets it" in finding.found


@pytest.mark.parametrize("text", [
    "sum(j, log(1 + sum(i, t[i,j]*exp(3*mean(k, s[i,k]) - 3*s[i,j]))))",
    "-sum(i, sum(j, t[i,j]*log(softmax(s[i,j])))) + g*sum(i, sum(j, (t[i,j]-softmax(s[i,j]))**2))",
])
def test_losses_outside_the_catalogue_are_solved(text):
    solved = solve(nmderive.loss(text, lets=["g>0"]), "t")
    assert solved.outcome is Outcome.SOLVED


@pytest.mark.parametrize("name", of_today(names(), 6))
def test_every_loss_ends_in_a_correct_line_and_serialises(name, solution_of):
    solved = solution_of(name)
    assert str(solved).splitlines()[-1].split(":")[0].split(" ")[0] in ("SOLVED", "PARTIAL", "NO", "NOT")
    data = json.loads(json.dumps(solved.as_data()))
    assert data["outcome"] == solved.outcome.value and len(data["findings"]) == len(strategies())
    if solved.outcome is Outcome.SOLVED:
        assert all(c is None or c.largest < 1e-5 for _, c in solved.checks)


def _forever():
    while True:
        pass


def _greedy():
    return len(bytearray(1 << 33))


@pytest.mark.parametrize(
    ("work", "error", "words"), [(_forever, ClockEnded, "after 0.3 s"), (_greedy, BudgetExceeded, "MB")])
def test_a_strategy_over_its_budget_is_killed(work, error, words):
    with pytest.raises(error, match=words):
        in_worker(work, seconds=0.3 if work is _forever else 600.0, megabytes=2048)


def test_a_strategy_that_the_clock_ends_is_named_in_the_last_line(monkeypatch):
    from nmderive.solving.strategies import aggregates

    monkeypatch.setattr(aggregates, "CLOCK", 1e-9, raising=False)
    solved = solve(load("loss-1"), "t")
    (finding,) = [f for f in solved.record.findings if f.strategy == "aggregates"]
    assert finding.outcome is Outcome.CLOCK and "more time may find more" in finding.stopped
    assert "ended by the clock: aggregates" in str(solved).splitlines()[-1]


def test_an_unknown_direction_is_refused():
    with pytest.raises(UsageError):
        solve(load("loss-3"), "x")


def test_an_interruption_keeps_what_is_known(monkeypatch):
    from nmderive.solving.strategies import aggregates

    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(aggregates, "search", interrupt)
    solved = solve(load("loss-1"), "t")
    assert solved.record.findings and "interrupted during aggregates" in solved.record.notes[0]


@pytest.mark.parametrize(
    ("name", "degrees"), [("loss-1", [3]), ("loss-3", [1]), ("cross-entropy", [1]), ("pairwise", [1, 6])]
)
def test_elimination_at_one_sample_and_three_classes(name, degrees):
    from nmderive.solving.strategies import polynomial

    (line,) = [x for x in polynomial.search(load(name), Direction.LABELS).data["lines"] if "(1, 3)" in x]
    assert line.endswith(f"degree {degrees}")


def test_singular_s_answers_are_read_strictly():
    from nmderive.errors import UnsupportedError
    from nmderive.solving.strategies.singular import _parsed

    assert _parsed("x0^3-6*x0^2+11*x0-6") == [1, 1, 1] and _parsed("2*x0^2\n-4") == [2]
    for output in ("", "0", "x0*x1-1", "error: ring undefined", "x0; system('ls')"):
        with pytest.raises(UnsupportedError):
            _parsed(output)


def test_a_program_that_hangs_is_stopped(tmp_path, monkeypatch):
    from nmderive.solving.strategies import singular

    fake = tmp_path / "Singular"
    fake.write_text("#!/bin/sh\nsleep 60\n")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setattr(singular, "_EACH", 0.3)
    finding = singular.search(load("cross-entropy"), Direction.LABELS)
    assert finding.outcome is Outcome.NOT_FOUND and all("ended by the clock" in line for line in finding.data["lines"])


WEIGHTED = [
    (r"-\sum_{i,j} w_j t_{ij}\log p_{ij}", r"s_{i,j} = \log t_{i,j} + \log w_j + r_i"),
    (r"-\sum_i\sum_j t_{i,j}\log\frac{w_j e^{s_{i,j}}}{\sum_k w_k e^{s_{i,k}}}",
     r"s_{i,j} = \log t_{i,j} - \log w_j + r_i"),
    (r"-\sum_i\sum_j t_{i,j}\log\frac{e^{s_{i,j}+g\log w_j}}{\sum_k e^{s_{i,k}+g\log w_k}}",
     r"s_{i,j} = \log t_{i,j} - g \log w_j + r_i"),
    (r"-\sum_j w_j^2 t_j \log\frac{e^{2 s_j}}{\sum_k e^{2 s_k}}", r"s_j = \frac{1}{2} \log t_j + \log w_j + r"),
    (r"-\sum_{ij} w_j (t_{ij}+g/m) \log p_{ij}", "+ r_i"),
    (r"-\sum_i (g t_i\log\sigma(s_i)+(1-t_i)\log(1-\sigma(s_i)))", r"\log g"),
    (r"-\sum_i (t_i\log\sigma(s_i - g)+(1-t_i)\log(1-\sigma(s_i - g)))", "g +"),
]


@pytest.mark.parametrize("direction", ["t", "s"])
@pytest.mark.parametrize(("text", "logits"), WEIGHTED)
def test_weights_and_shifts_are_solved_through(text, logits, direction):
    solved = solve(nmderive.loss(text, lets=["w_j>0", "g>0"]), direction)
    assert solved.outcome is Outcome.SOLVED
    assert all(c is None or c.largest < 1e-5 for _, c in solved.checks)
    assert direction == "t" or any(logits in s.formula for s in best_solutions(solved.record))
