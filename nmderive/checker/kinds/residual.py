"""residual: the derivative by s_ij is a positive multiple of F_ij - t_ij, F a formula of the logits.

{"loss", "shape", "labels": F, "factor": c, both AST in the free indices of "shape" (i over n, j over m)}.  Labels of a
row of classes sum to one.  Shown is that the derivative of the loss by s_ij is c (F_ij - t_ij), where it exists, that F
holds no labels, and that c is positive.  So the gradient vanishes at s for the labels t_ij = F_ij, and for no others.
"""

from __future__ import annotations

from typing import Any

from .. import close, defined, setup, trees, words, zero
from ..read import read
from ..reject import Malformed, Reject
from ..stationarity import loss_derivative

KIND = "residual"


def verify(certificate: dict[str, Any]) -> str:
    """The verified statement, or a Reject."""
    loss, labels, factor = (setup.expression(certificate, key) for key in ("loss", "labels", "factor"))
    shape = setup.shape_of(certificate)
    free = setup.free_of_shape(shape)
    if trees.mentions(labels, "t"):
        raise Malformed("the labels are a formula that holds labels")
    cx = setup.context({**certificate, "simplex": True})
    setup.shapes(cx, certificate, [(loss, {}), (labels, free), (factor, free)])
    wanted = trees.product(factor, trees.minus(labels, ["at", "t", list(free)]))
    for env in setup.free_environments(cx, free):
        defined.require(cx, labels, env, cx.least_m)
        if defined.strong_sign(cx, factor, env, cx.least_m) != "pos":
            raise Reject("the factor is not known to be positive")
        difference = close.total(cx, ((loss_derivative(cx, loss, free, env), 1), (read(cx, wanted, env), -1)))
        if not zero.is_zero(cx, difference):
            raise Reject("the derivative was not found to be a multiple of the formula less the label")
    entry = f"[{','.join(free)}]"
    text = f"the gradient of {words.show(loss)} by s vanishes exactly where t{entry} = {words.show(labels)}"
    return words.wherever(cx, f"{words.quantifiers(cx, certificate)}: {text}")


__all__ = ["KIND", "verify"]
