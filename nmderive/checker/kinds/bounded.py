"""bounded: for given sizes, labels and other letters the loss is bounded in the logits, from below or on both sides.

{"loss", "form" (optional, shown equal to the loss), "shape", "sides": "below" or "both"}.  Shown by the structure of
the form (``extents``): sums, products, powers, exponentials and logarithms of what is bounded, logarithms of what stays
apart from zero, shares of totals, and x log x.  The bounds may depend on all but the logits.
"""

from __future__ import annotations

from typing import Any

from .. import setup, words
from ..extents import FINITE, extent
from ..forms import loss_and_form
from ..reject import Malformed, Reject

KIND = "bounded"


def verify(certificate: dict[str, Any]) -> str:
    """The verified statement, or a Reject."""
    sides = certificate.get("sides")
    if sides not in ("below", "both"):
        raise Malformed('"sides" is below or both')
    cx = setup.context(certificate)
    setup.shape_of(certificate)
    loss, form = loss_and_form(cx, certificate, loss_too=False)
    found = extent(cx, form, {})
    if found.low < FINITE or sides == "both" and found.high < FINITE:
        raise Reject("the structure does not show that the loss is bounded")
    return (
        f"{words.quantifiers(cx, certificate)}: for given labels {words.show(loss)} is bounded "
        f"{'below ' if sides == 'below' else ''}in s, where it is defined{words.also_excluded(cx)}"
    )


__all__ = ["KIND", "verify"]
