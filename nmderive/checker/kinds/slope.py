"""slope: for given labels, the derivative along a direction of the logits has one strict sign at all logits.

{"loss", "shape", "sizes": all fixed, "point": {"t": labels, "parameters", "arrays", "sets"}, "direction": a table of
rationals like s}.  All letters but the logits are put in as numbers; the sum of d_e times the derivative of the loss by
s_e has, in normal form, a strict sign.  So the loss has no stationary point for these labels.
"""

from __future__ import annotations

from typing import Any

from .. import calculus, close, signs, words
from ..context import Context
from ..given import loss_at_point
from ..nodes import Poly
from ..numbers import Num, rat
from ..point import table_rows
from ..read import read
from ..reject import Reject

KIND = "slope"


def verify(certificate: dict[str, Any]) -> str:
    """The verified statement, or a Reject."""
    cx, loss = loss_at_point(certificate)
    if signs.sign(cx, _along(cx, loss, certificate)) not in ("pos", "neg"):
        raise Reject("the derivative along the direction has no known strict sign")
    return (
        f"{words.quantifiers(cx, certificate)}, at {words.point(certificate)}: the derivative of {words.show(loss)} "
        f"along d = {str(certificate['direction'])[:400]} is nowhere zero, so it has no stationary point"
        f"{words.also_excluded(cx)}"
    )


def _along(cx: Context, loss: Any, certificate: dict[str, Any]) -> Poly:
    form = read(cx, loss, {})
    parts: list[tuple[Poly, Num]] = []
    for idx, q in table_rows(cx, "s", certificate.get("direction")).items():
        if q:
            parts.append((calculus.derivative(cx, form, ("s", tuple(("L", k) for k in idx))), rat(q)))
    return close.total(cx, parts)


__all__ = ["KIND", "verify"]
