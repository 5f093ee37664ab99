"""falls: along a direction of the logits the loss tends to minus infinity.

{"loss", "shape", "sizes": all fixed, "point": {"t", "parameters", "arrays", "sets"} as in a witness, "direction": a
table of rationals like s}.  Along s = r d, r to +infinity, every part of the loss is followed by its growth
(``growth``).  The rate of the loss is negative.
"""

from __future__ import annotations

from typing import Any

from .. import setup, words
from ..evaluate import Evaluator
from ..growth import Along
from ..point import read_point, table_rows
from ..reject import Malformed, Reject
from ..values import Arithmetic

KIND = "falls"


def verify(certificate: dict[str, Any]) -> str:
    """The verified statement, or a Reject."""
    loss = setup.expression(certificate, "loss")
    cx = setup.context(certificate)
    shape = setup.shape_of(certificate)
    if not all(r in cx.sizes for r in shape):
        raise Malformed("a direction needs fixed sizes")
    setup.shapes(cx, certificate, [(loss, {})])
    direction = table_rows(cx, "s", certificate.get("direction"))
    evaluator = Evaluator(read_point(cx, certificate, Arithmetic(128)), Arithmetic(128))
    found = Along(evaluator, direction).of(loss, {})
    if found.rate is None or found.rate >= 0:
        raise Reject("the loss is not known to tend to minus infinity along the direction")
    along = str(certificate["direction"])[:400]
    return (
        f"{words.quantifiers(cx, certificate)}: along s = r * d, d = {along}, r to +infinity, "
        f"{words.show(loss)} is {found.rate} r plus something bounded, at {words.point(certificate)}"
    )
