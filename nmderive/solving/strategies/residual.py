"""Solve a loss whose gradient is a multiple of a formula of the logits less the label, for the labels."""

from __future__ import annotations

from sympy import Expr

from nmderive.calculus.normal_form import normal_form, reduced, to_expression
from nmderive.calculus.sums import IndexSum
from nmderive.calculus.symbols import M, index
from nmderive.losses.links import Link
from nmderive.losses.loss import Loss
from nmderive.notation import to_text
from nmderive.proving.residual import residual_certificate, residual_labels
from nmderive.solving.judged import ONLY_LABELS, given
from nmderive.solving.record import Direction, Finding, Outcome, Solution

TITLE = "label by label"
COST = 5
STEPS = 20_000
WORKER = False
_ASSUMED = "dl/ds_ij is c (F_ij - t_ij), with F and c formulas of the logits; rows of labels sum to one"


def search(loss: Loss, direction: Direction) -> Finding:
    """Take the labels that the gradient names; the checker judges them."""
    found = residual_labels(loss) if direction is Direction.LABELS else None
    certificate = None if found is None else residual_certificate(loss)
    if found is None or certificate is None:
        said = "it solves for labels" if direction is not Direction.LABELS else "the gradient is no such difference"
        return Finding(TITLE, _ASSUMED, Outcome.NOT_FOUND, said)
    latex = f"{loss.written(loss.label)} = {loss.written(found[0])}"
    link = Link(f"t = {to_text(found[0])}", latex, found[0])
    sums = () if _sums_to_one(loss, found[0]) else ("where these labels sum to one in each row",)
    solution = Solution(latex, _scope(loss), "necessary and sufficient", ONLY_LABELS, (*given(loss), *sums), link=link)
    return Finding(TITLE, _ASSUMED, Outcome.SOLVED, latex, solutions=(solution,), certificates=(certificate,))


def _sums_to_one(loss: Loss, labels: Expr) -> bool:
    """Tell whether the labels of a row sum to one for all logits."""
    if M not in loss.shape:
        return True
    letter = index("z")
    whole = IndexSum(labels.xreplace({loss.indices[-1]: letter}), letter, M)
    return bool(to_expression(reduced(normal_form(whole - 1))) == 0)


def _scope(loss: Loss) -> str:
    return "for all " + ", ".join(size.name for size in loss.shape)
