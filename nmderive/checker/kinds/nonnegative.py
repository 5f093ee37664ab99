"""nonnegative: the loss is at least zero, for all logits and nonnegative labels.

{"loss", "form" (optional, shown equal to the loss), "shape"}.  The form's structure shows its sign: sums and products
of what is not negative, even powers, exponentials, logarithms of a number of at least one plus such.
"""

from __future__ import annotations

from typing import Any

from .. import setup, signs, words
from ..curvature import curve
from ..forms import loss_and_form
from ..read import read
from ..reject import Reject

KIND = "nonnegative"


def verify(certificate: dict[str, Any]) -> str:
    """The verified statement, or a Reject."""
    cx = setup.context(certificate)
    setup.shape_of(certificate)
    loss, form = loss_and_form(cx, certificate, loss_too=False)
    whole = read(cx, form, {})
    if not signs.at_least_zero(curve(cx, form, {}).sign) and not signs.at_least_zero(signs.sign(cx, whole)):
        raise Reject("the structure does not show that the loss is at least zero")
    claim = f"{words.show(loss)} >= 0 where it is defined{words.also_excluded(cx)}"
    return f"{words.quantifiers(cx, certificate)}: {claim}"
