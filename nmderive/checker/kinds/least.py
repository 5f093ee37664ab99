"""least: a point at which the loss has its least value, for given labels.

{"loss", "shape", "sizes" (all fixed), "point": logits "s", labels, parameters, arrays and sets, everything rational,
"shares": a list of rationals}.  The shares say which affine function lies below the loss (``minorants``): it is a
number, and the loss has that value at the point.  So no point has a smaller value.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from .. import defined, setup, words
from ..evaluate import Evaluator
from ..minorants import constant_below
from ..point import read_point
from ..reject import Malformed, Reject
from ..values import Arithmetic

KIND = "least"


def verify(certificate: dict[str, Any]) -> str:
    """The verified statement, or a Reject."""
    loss = setup.expression(certificate, "loss")
    shape = setup.shape_of(certificate)
    cx = setup.context(certificate)
    setup.shapes(cx, certificate, [(loss, {})])
    shares = certificate.get("shares")
    if not all(r in cx.sizes for r in shape) or not isinstance(shares, list | tuple) or len(shares) > 1000:
        raise Malformed("fixed sizes and a list of shares are needed")
    if "s" not in setup.mapping(certificate, "point"):
        raise Malformed("the point needs the logits")
    defined.require(cx, loss, {})
    arithmetic = Arithmetic(128)
    evaluator = Evaluator(read_point(cx, certificate, arithmetic), arithmetic)
    bound = constant_below(evaluator, loss, list(shares))
    if evaluator.dual(loss, {})[0].rational != Fraction(bound):
        raise Reject("the loss has a larger value at the point")
    return (
        f"{words.quantifiers(cx, certificate)}: {words.show(loss)} is nowhere less than {bound}, its value at "
        f"{words.point(certificate)}"
    )
