"""approaches: for given labels the loss is at least a number, to which it tends along a direction of the logits.

{"loss", "shape", "sizes": all fixed, "point": {"t", "parameters", "arrays", "sets"}, "direction": a table of rationals
like s, "bound": a rational B, "strict": true or false}.  All letters but the logits are put in as numbers.  The loss
minus B has a sign, by its structure or its normal form: at least zero at all logits, with "strict" greater than zero.
Along s = r d, r to +infinity, the loss tends to B, by its normal form (``limits``), or to B = 0 as it is written
(``growth``).  So B is the infimum; with "strict" not attained.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from .. import close, defined, signs, trees, words
from ..context import Context
from ..evaluate import Evaluator
from ..given import loss_at_point
from ..growth import Along
from ..limits import leading
from ..nodes import Poly
from ..numbers import parse, rat
from ..point import read_point, table_rows
from ..read import read
from ..reject import Malformed, Reject
from ..values import Arithmetic

KIND = "approaches"


def verify(certificate: dict[str, Any]) -> str:
    """The verified statement, or a Reject."""
    cx, loss = loss_at_point(certificate)
    bound, strict = Fraction(parse(certificate.get("bound"))), certificate.get("strict")
    if strict not in (True, False):
        raise Malformed("strict must be true or false")
    form = read(cx, loss, {})
    above = signs.sign(cx, close.plus(cx, form, cx.number(rat(-bound))))
    if above == "unknown":
        above = defined.strong_sign(cx, trees.total(loss, ["num", str(-bound)]) if bound else loss, {})
    if above != "pos" and (strict or not signs.at_least_zero(above)):
        raise Reject("the loss is not known to stay above the bound")
    if not _tends(cx, certificate, loss, form, bound):
        raise Reject("the loss does not tend to the bound along the direction")
    return (
        f"{words.quantifiers(cx, certificate)}, at {words.point(certificate)}: {words.show(loss)} is "
        f"{'greater than' if strict else 'at least'} {bound}, and tends to it along s = r * d, "
        f"d = {str(certificate['direction'])[:400]}, r to +infinity{words.also_excluded(cx)}"
    )


def _tends(cx: Context, certificate: dict[str, Any], loss: Any, form: Poly, bound: Fraction) -> bool:
    """Whether the loss tends to the bound, by its normal form; or to zero, by how it is written."""
    direction = table_rows(cx, "s", certificate.get("direction"))
    try:
        found = leading(cx, form, direction)
    except Reject:
        if bound:
            raise
        evaluator = Evaluator(read_point(cx, certificate, Arithmetic(128)), Arithmetic(128))
        return Along(evaluator, direction).vanishes(loss, {})
    return (Fraction(0) if found is None else found.limit) == bound


__all__ = ["KIND", "verify"]
