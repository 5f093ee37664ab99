"""convex: the loss is convex in the logits, for all sizes and all nonnegative labels."""

from __future__ import annotations

from typing import Any

from .. import setup, words
from ..context import Context
from ..curvature import curve
from ..forms import loss_and_form
from ..reject import Reject

KIND = "convex"


def verify(certificate: dict[str, Any]) -> str:
    """The verified statement, or a Reject."""
    cx = setup.context(certificate)
    loss, _ = convex_form(cx, certificate)
    claim = f"{words.show(loss)} is convex in s{words.also_excluded(cx)}"
    return f"{words.quantifiers(cx, certificate)}: {claim}"


def convex_form(cx: Context, certificate: dict[str, Any]) -> tuple[Any, Any]:
    """The loss, and an equal expression whose structure shows that it is convex."""
    setup.shape_of(certificate)
    loss, form = loss_and_form(cx, certificate)
    if not curve(cx, form, {}).convex:
        raise Reject("the structure does not show that the loss is convex")
    return loss, form
