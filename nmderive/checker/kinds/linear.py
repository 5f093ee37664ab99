"""linear: along a direction of the logits the loss is a multiple of r, plus something bounded.

{"loss", "shape", "sizes": all fixed, "point": {"t", "parameters", "arrays", "sets"} as in a witness, "direction": a
table of rationals like s}.  Along s = r d, r to +infinity, every part of the loss is followed by its growth
(``growth``).  The loss has a rate.
"""

from __future__ import annotations

from typing import Any

from .. import words
from ..growth import rate_along

KIND = "linear"


def verify(certificate: dict[str, Any]) -> str:
    """The verified statement, or a Reject."""
    cx, loss, rate = rate_along(certificate)
    return (
        f"{words.quantifiers(cx, certificate)}: along s = r * d, d = {str(certificate['direction'])[:400]}, "
        f"r to +infinity, {words.show(loss)} is {rate} r plus something bounded, at {words.point(certificate)}"
    )


__all__ = ["KIND", "verify"]
