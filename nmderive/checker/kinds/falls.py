"""falls: along a direction of the logits the loss tends to minus infinity.

{"loss", "shape", "sizes": all fixed, "point": {"t", "parameters", "arrays", "sets"} as in a witness, "direction": a
table of rationals like s}.  Along s = r d, r to +infinity, every part of the loss is followed by its growth
(``growth``).  The rate of the loss is negative.
"""

from __future__ import annotations

from typing import Any

from .. import words
from ..growth import rate_along
from ..reject import Reject

KIND = "falls"


def verify(certificate: dict[str, Any]) -> str:
    """The verified statement, or a Reject."""
    cx, loss, rate = rate_along(certificate)
    if rate >= 0:
        raise Reject("the loss is not known to tend to minus infinity along the direction")
    along = str(certificate["direction"])[:400]
    return (
        f"{words.quantifiers(cx, certificate)}: along s = r * d, d = {along}, r to +infinity, "
        f"{words.show(loss)} is {rate} r plus something bounded, at {words.point(certificate)}"
    )
