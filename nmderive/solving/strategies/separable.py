"""Solve a loss whose rows are sums of functions of one probability each, linear in its label, for the labels."""

from __future__ import annotations

from sympy import Expr

from nmderive.calculus.symbols import M
from nmderive.losses.links import Link
from nmderive.losses.loss import Loss
from nmderive.proving.separable import SeparableLabels, separable_certificate, separable_labels
from nmderive.solving.judged import ONLY_LABELS, given
from nmderive.solving.record import Direction, Finding, Outcome, Solution
from nmderive.structure.canonical import P
from nmderive.structure.margins import by_softmax

TITLE = "separable rows"
COST = 5
STEPS = 30_000
WORKER = False
_ASSUMED = "l is a sum of functions of one p_ij each, linear in t_ij; one multiplier a row"


def search(loss: Loss, direction: Direction) -> Finding:
    """Solve for the labels; the checker judges them."""
    if direction is not Direction.LABELS or loss.has_undefined_functions or M not in loss.shape:
        return Finding(TITLE, _ASSUMED, Outcome.NOT_FOUND, "it solves for the labels of classes")
    tried = []
    for found in separable_labels(loss):
        link = _link(loss, found)
        certificate = separable_certificate(loss, found)
        if certificate is not None:
            solution = Solution(link.latex, "for all n, m", "necessary and sufficient", ONLY_LABELS,
                                given(loss), link=link)
            return Finding(TITLE, _ASSUMED, Outcome.SOLVED, link.latex, solutions=(solution,),
                           certificates=(certificate,))
        tried.append(link.latex)
    return Finding(TITLE, _ASSUMED, Outcome.NOT_FOUND, "; ".join(tried) or "l is no such sum")


def _link(loss: Loss, found: SeparableLabels) -> Link:
    """Return the labels as a function of the logits, written in p with what p is."""
    rank = len(loss.shape)
    in_p: Expr = found.labels.replace(lambda e: getattr(e, "base", None) == P, lambda e: P[e.indices[-rank:]])
    in_p = in_p.xreplace(dict(zip(found.letters[-rank:], loss.indices, strict=True)))
    entry = P[loss.indices]
    where = rf"{loss.written(entry)} = {loss.written(by_softmax(entry, loss, found.form.scale))}"
    latex = rf"{loss.written(loss.label)} = {loss.written(in_p)},\quad {where}"
    return Link(f"t = {in_p}", latex, by_softmax(in_p, loss, found.form.scale))
