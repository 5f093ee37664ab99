"""lipschitz: for given sizes, labels and other letters the loss is Lipschitz in the logits: its gradient is bounded.

{"loss", "form" (optional, shown equal to the loss), "shape", "constant" (optional): AST without s}.  Shown by the
structure of the form (``steepness``).  It is a statement about values, so that kinks are no exception; the bound may
depend on all but the logits.  With "constant" L, |loss(s) - loss(s')| <= L max |s_ij - s'_ij|, for a constant of the
form (``steepest``) is at most L.
"""

from __future__ import annotations

from typing import Any

from .. import defined, setup, signs, trees, words, zero
from ..context import Context
from ..forms import loss_and_form
from ..read import read
from ..reject import Malformed, Reject
from ..steepest import constant
from ..steepness import steepness
from ..written import contains_s

KIND = "lipschitz"


def verify(certificate: dict[str, Any]) -> str:
    """The verified statement, or a Reject."""
    cx = setup.context(certificate)
    setup.shape_of(certificate)
    loss, form = loss_and_form(cx, certificate, loss_too=False)
    if not steepness(cx, form, {}).plain:
        raise Reject("the structure does not show that the gradient of the loss is bounded")
    known = f"for given labels {words.show(loss)} is Lipschitz in s"
    if "constant" in certificate:
        _require_constant(cx, certificate, form)
        known += f", with the constant {words.show(certificate['constant'])} by the largest change of a logit"
    return (
        f"{words.quantifiers(cx, certificate)}: {known}, where it is defined{words.also_excluded(cx)}"
    )


def _require_constant(cx: Context, certificate: dict[str, Any], form: Any) -> None:
    """Refuse a constant that is not known to be as large as that of the form."""
    stated = setup.expression(certificate, "constant")
    if contains_s(stated):
        raise Malformed("the constant holds logits")
    setup.shapes(cx, certificate, [(form, {}), (stated, {})])
    defined.require(cx, stated, {})
    left = read(cx, trees.minus(stated, constant(cx, form, {})), {})
    if not zero.is_zero(cx, left) and not signs.at_least_zero(signs.sign(cx, left)):
        raise Reject("the constant is not known to be as large as that of the form")


__all__ = ["KIND", "verify"]
