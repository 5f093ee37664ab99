"""smooth: for given sizes, labels and other letters the gradient of the loss is Lipschitz: the Hessian is bounded.

{"loss", "form" (optional, shown equal to the loss), "shape"}.  Shown by the structure of the form (``steepness``); the
bound may depend on all but the logits.
"""

from __future__ import annotations

from typing import Any

from .. import setup, words
from ..forms import loss_and_form
from ..reject import Reject
from ..steepness import is_smooth

KIND = "smooth"


def verify(certificate: dict[str, Any]) -> str:
    """The verified statement, or a Reject."""
    cx = setup.context(certificate)
    setup.shape_of(certificate)
    loss, form = loss_and_form(cx, certificate, loss_too=False)
    if not is_smooth(cx, form, {}):
        raise Reject("the structure does not show that the Hessian of the loss is bounded")
    return (
        f"{words.quantifiers(cx, certificate)}: for given labels the Hessian of {words.show(loss)} by s is bounded, "
        f"where the loss is defined{words.also_excluded(cx)}"
    )


__all__ = ["KIND", "verify"]
