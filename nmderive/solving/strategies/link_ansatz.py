"""Try t = softmax(c s) and t = sigmoid(c s), the scale c solved for at the smallest size; and their inverses."""

from __future__ import annotations

from sympy import Expr, log

from nmderive.calculus.symbols import M
from nmderive.evidence import Verdict
from nmderive.losses.links import Link
from nmderive.losses.loss import Loss
from nmderive.solving.judged import label_solution, logit_solution
from nmderive.solving.link_search import guess_links
from nmderive.solving.record import Direction, Finding, Outcome, Solution

TITLE = "link ansatz"
COST = 1
STEPS = 30_000
WORKER = False
_ASSUMED = "t = softmax(c s) or t = sigmoid(c s), c unknown"


def search(loss: Loss, direction: Direction) -> Finding:
    """Solve for c numerically, then have the link, or its inverse, judged for all sizes and for m = 2."""
    if loss.has_undefined_functions:
        return Finding(TITLE, _ASSUMED, Outcome.NOT_FOUND, "the loss holds an undefined function")
    links = list(guess_links(loss))
    solutions, verdicts = [], []
    for link in links:
        for sizes in _choices(loss):
            solution, verdict = _judged(loss, link, direction, sizes)
            verdicts.extend(verdict)
            if solution is not None:
                solutions.append(solution)
                break
    if not solutions:
        tried = ", ".join(link.text for link in links) or "no scale fits at the smallest size"
        return Finding(TITLE, _ASSUMED, Outcome.NOT_FOUND, tried, verdicts=tuple(verdicts))
    everywhere = any(not s.sizes for s in solutions)
    found = "; ".join(f"{s.formula} ({s.scope})" for s in solutions)
    outcome = Outcome.SOLVED if everywhere else Outcome.PARTIAL
    certificates = tuple(c for v in verdicts for c in v.certificates if v.status.value == "PROVED")
    return Finding(TITLE, _ASSUMED, outcome, found, solutions=tuple(solutions), certificates=certificates,
                   verdicts=tuple(verdicts))


def _choices(loss: Loss) -> list[dict[str, int]]:
    return [{}, {"m": 2}] if M in loss.shape and "m" not in dict(loss.sizes) else [{}]


def _judged(
    loss: Loss, link: Link, direction: Direction, sizes: dict[str, int]
) -> tuple[Solution | None, list[Verdict]]:
    if direction is Direction.LABELS:
        solution, verdict = label_solution(loss, link, sizes)
        return solution, [verdict]
    return logit_solution(loss, _inverse(loss, link), sizes), []


def _inverse(loss: Loss, link: Link) -> Expr:
    odds = loss.label if link.family == "softmax" else loss.label / (1 - loss.label)
    return log(odds) / link.scale
