"""lipschitz: for given sizes, labels and other letters the loss is Lipschitz in the logits: its gradient is bounded.

{"loss", "form" (optional, shown equal to the loss), "shape"}.  Shown by the structure of the form (``steepness``).  It
is a statement about values, so that kinks are no exception; the bound may depend on all but the logits.
"""

from __future__ import annotations

from typing import Any

from .. import setup, words
from ..forms import loss_and_form
from ..reject import Reject
from ..steepness import steepness

KIND = "lipschitz"


def verify(certificate: dict[str, Any]) -> str:
    """The verified statement, or a Reject."""
    cx = setup.context(certificate)
    setup.shape_of(certificate)
    loss, form = loss_and_form(cx, certificate, loss_too=False)
    if not steepness(cx, form, {}).plain:
        raise Reject("the structure does not show that the gradient of the loss is bounded")
    return (
        f"{words.quantifiers(cx, certificate)}: for given labels {words.show(loss)} is Lipschitz in s, where it is "
        f"defined{words.also_excluded(cx)}"
    )


__all__ = ["KIND", "verify"]
