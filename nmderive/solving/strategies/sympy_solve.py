"""SymPy's own ``solve`` on the written-out equations: the baseline that the article's user would have tried."""

from __future__ import annotations

from sympy import Integer, solve

from nmderive.calculus.specialise import entry_symbol, specialise
from nmderive.calculus.symbols import M, N, S, T
from nmderive.losses.loss import Loss
from nmderive.proving.points import entries_of
from nmderive.solving.record import Direction, Finding, Outcome

TITLE = "sympy solve"
COST = 9
STEPS = 1_000
#: What SymPy does has no steps; as this baseline never solves anything, the clock may end it.
CLOCK = 20.0
BASELINE = True
WORKER = True


def search(loss: Loss, direction: Direction) -> Finding:
    """Write the gradient out at n = 1, m = 3 (n = 1 for binary tasks) and call ``solve``."""
    sizes = {"n": 1, "m": 3 if M in loss.shape else 2}
    assumed = "n = 1, m = 3, written out" if loss.shape != (N,) else "n = 1, written out"
    if loss.has_undefined_functions or loss.class_sets:
        return Finding(TITLE, assumed, Outcome.NOT_FOUND, "undefined functions or class sets cannot be written out")
    entries = entries_of(loss, sizes)
    base = T if direction is Direction.LABELS else S
    unknowns = [entry_symbol(base[e]) for e in entries]
    equations = [
        specialise(loss.gradient.xreplace(dict(zip(loss.indices, map(Integer, e), strict=True))), sizes)
        for e in entries
    ]
    if direction is Direction.LABELS and M in loss.shape:
        equations.append(sum(unknowns) - 1)
    found = solve(equations, unknowns, dict=True)
    text = f"{len(found)} solution(s), not judged" if found else "no solution"
    return Finding(TITLE, assumed, Outcome.NOT_FOUND, text)
