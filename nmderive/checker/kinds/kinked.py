"""kinked: a piecewise affine loss has a kink, at which its gradient jumps.

{"loss", "shape", "sizes": all fixed, "point": {"t", "parameters", "arrays", "sets"}, "direction": a table of rationals
like s}.  The loss is made of sums, multiples, absolute values and maxima of affine functions of the logits, so that
along s = r d it is a continuous piecewise affine function of r.  Its slopes far out on both sides (``growth``) differ.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from .. import extrema, setup, words
from ..evaluate import Evaluator
from ..given import loss_at_point
from ..growth import Along
from ..maxima import is_rooted_square
from ..point import read_point, table_rows
from ..reject import Reject
from ..values import Arithmetic
from ..written import contains_s

KIND = "kinked"


def verify(certificate: dict[str, Any]) -> str:
    """The verified statement, or a Reject."""
    if not is_piecewise_affine(setup.expression(certificate, "loss")):
        raise Reject("the loss is not made of sums, absolute values and maxima of affine functions")
    cx, loss = loss_at_point(certificate)
    up, down = (_rate(certificate, loss, side) for side in (1, -1))
    if up + down == 0:
        raise Reject("the loss has the same slope at both ends of the line")
    return (
        f"{words.quantifiers(cx, certificate)}, at {words.point(certificate)}: along s = r * d, "
        f"d = {str(certificate['direction'])[:400]}, {words.show(loss)} is piecewise affine, with the slopes "
        f"{-down} and {up} at its ends{words.also_excluded(cx)}"
    )


def is_piecewise_affine(node: Any) -> bool:
    """Whether an expression is made of sums, multiples, absolute values and maxima of logits."""
    if not contains_s(node) or node[0] == "at":
        return True
    if node[0] == "add":
        return all(map(is_piecewise_affine, node[1]))
    if node[0] == "mul":
        return sum(map(contains_s, node[1])) == 1 and all(map(is_piecewise_affine, node[1]))
    if node[0] == "sum" or node[0] in extrema.HEADS:
        return is_piecewise_affine(node[4])
    return bool(node[0] == "pow" and is_rooted_square(node) and is_piecewise_affine(node[1][1]))


def _rate(certificate: dict[str, Any], loss: Any, side: int) -> Fraction:
    cx = setup.context(certificate)
    setup.shapes(cx, certificate, [(loss, {})])
    direction = {k: side * q for k, q in table_rows(cx, "s", certificate.get("direction")).items()}
    evaluator = Evaluator(read_point(cx, certificate, Arithmetic(128)), Arithmetic(128))
    found = Along(evaluator, direction).of(loss, {})
    if found.rate is None:
        raise Reject("the slope of the loss is not known")
    return found.rate


__all__ = ["KIND", "verify"]
