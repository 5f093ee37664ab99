"""stationary-at: a point at which the gradient by the logits is exactly zero.

{"loss", "shape", "sizes" (all fixed), "point": labels, parameters, arrays and sets, and the logits as "exp_s" or "s"}.
Everything is rational.  At the point the loss has a derivative by every logit, labels held fixed, which is zero.
"""

from __future__ import annotations

from typing import Any

from .. import setup, words
from ..exactly import require_stationary
from ..reject import Malformed

KIND = "stationary-at"


def verify(certificate: dict[str, Any]) -> str:
    """The verified statement, or a Reject."""
    loss = setup.expression(certificate, "loss")
    setup.shape_of(certificate)
    cx = setup.context(certificate)
    setup.shapes(cx, certificate, [(loss, {})])
    given = setup.mapping(certificate, "point")
    if ("exp_s" in given) + ("s" in given) != 1:
        raise Malformed("the point needs the logits, once")
    require_stationary(cx, certificate, loss, ("s",))
    return (
        f"{words.quantifiers(cx, certificate)}: the gradient of {words.show(loss)}, labels held fixed, is zero at "
        f"{words.point(certificate)}"
    )
