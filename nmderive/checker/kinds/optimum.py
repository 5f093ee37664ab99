"""optimum: for labels strictly between 0 and 1 the gradient vanishes at logits that are a formula of the labels.

{"loss", "form" (optional, shown equal to the loss), "shape", "logits": AST in the free indices of a logit, "value"
(optional): AST}.

Neither logits nor value hold s; both are shown defined for all such labels, rows of classes summing to one.  These are
t_ij = y_ij / sum_k y_ik with y positive, and for binary tasks t_i = y_i / (1 + y_i).  With the logits put in, the
derivative of the loss by each logit, labels fixed, is shown to be zero; and, with "value", the loss to be that.
"""

from __future__ import annotations

from typing import Any

from .. import calculus, close, defined, setup, trees, words, zero
from ..context import Context
from ..forms import loss_and_form
from ..nodes import Poly
from ..read import read
from ..reject import Malformed, Reject
from ..stationarity import Link, loss_derivative
from ..written import contains_s

KIND = "optimum"
_Y = "y"


def verify(certificate: dict[str, Any]) -> str:
    """The verified statement, or a Reject."""
    logits = setup.expression(certificate, "logits")
    value = setup.expression(certificate, "value") if "value" in certificate else ["num", "0"]
    shape = setup.shape_of(certificate)
    free = setup.free_of_shape(shape)
    cx = setup.context(certificate)
    if contains_s(logits) or contains_s(value):
        raise Malformed("the optimum holds logits")
    if _Y in cx.arrays or _Y in cx.parameters or trees.mentions([logits, value], _Y):
        raise Malformed("the name y is used for labels")
    loss, form = loss_and_form(cx, certificate, loss_too=False)
    setup.shapes(cx, certificate, [(loss, {}), (form, {}), (logits, free), (value, {})])
    cx.arrays["t"], cx.t_below_one = "positive", True
    if "m" in shape and "m" not in cx.sizes:
        cx.least_m = cx.at_least["m"] = max(2, cx.at_least.get("m", 1))
    least = 2 if "m" in shape else 1
    for node, scope in ((logits, free), (value, {})):
        for env in setup.free_environments(cx, scope):
            defined.require(cx, node, env, least)
    cx.arrays[_Y], cx.array_spans[_Y] = "positive", shape
    at = _AtLogits(cx, logits, free)
    for env in setup.free_environments(cx, free):
        if not zero.is_zero(cx, at(loss_derivative(cx, form, free, env))):
            raise Reject("the gradient at these logits was not found to vanish")
    if "value" in certificate and not zero.is_zero(cx, at(close.total(cx, ((read(cx, form, {}), 1),
                                                                           (read(cx, value, {}), -1))))):
        raise Reject("the loss at these logits was not found to have the value")
    del cx.arrays[_Y]
    here = f"s[{','.join(free)}] = {words.show(logits)}"
    more = f", and the loss is {words.show(value)} there" if "value" in certificate else ""
    claim = f"the gradient of {words.show(loss)} by s, labels fixed, vanishes at {here}{more}"
    return words.wherever(cx, f"{words.quantifiers(cx, certificate)}: {claim}")


class _AtLogits:
    """Puts logits and labels into normal forms, all written in y."""

    def __init__(self, cx: Context, logits: Any, free: dict[str, str]) -> None:
        names = list(free)
        own: Any = ["at", _Y, names]
        whole: Any = trees.total(["num", "1"], own)
        if "m" in free.values():
            whole = ["sum", "class_of_row", "m", [], ["at", _Y, [*names[:-1], "class_of_row"]]]
        self.cx = cx
        self.labels = Link(cx, trees.product(own, ["pow", whole, ["num", "-1"]]), free)
        self.logits = Link(cx, logits, free)

    def __call__(self, p: Poly) -> Poly:
        """The normal form at the logits."""
        there = calculus.replaced(self.cx, p, "s", self.logits)
        return calculus.replaced(self.cx, there, "t", self.labels)


__all__ = ["KIND", "verify"]
