"""A loss and the form in which a certificate reads it: equal, and both defined wherever the claim speaks."""

from __future__ import annotations

from typing import Any

from . import defined, setup
from .context import Context
from .equality import require_equal
from .read import read


def loss_and_form(
    cx: Context, certificate: dict[str, Any], least_m: int = 1, loss_too: bool = True, hard: bool = False
) -> tuple[Any, Any]:
    """The loss and its form (the loss itself where none is given), shown equal and defined.

    Structure says something of the loss only where the form is defined.  Without ``loss_too`` the loss need not be
    defined everywhere: for statements about where it is, which may be where all labels are positive.  ``hard``
    labels are at most one.
    """
    least_m = max(least_m, cx.least_m)
    loss = setup.expression(certificate, "loss")
    form = setup.expression(certificate, "form") if "form" in certificate else loss
    setup.shapes(cx, certificate, [(loss, {}), (form, {})])
    if not loss_too and defined.needs_positive_labels(loss):
        cx.arrays["t"] = "positive"
    cx.t_at_most_one = cx.t_at_most_one or hard
    read(cx, form, {})
    if form is not loss:
        require_equal(cx, loss, form, {})
        defined.require(cx, form, {}, least_m)
    if loss_too:
        defined.require(cx, loss, {}, least_m)
    return loss, form
