"""residual: the derivative by s_ij is a positive multiple of F_ij - t_ij, F a formula of the logits.

{"loss", "shape", "labels": F, "factor": c, both AST in the free indices of "shape" (i over n, j over m), "between"
(optional): a positive number r}.  Labels of a row of classes sum to one.  Shown is that the derivative of the loss by
s_ij is c (F_ij - t_ij), where it exists, that F holds no labels, and that c is positive.  So the gradient vanishes at s
for the labels t_ij = F_ij, and for no others.  With "between", that neither F_ij nor c holds another logit than s_ij,
so that the loss is a sum of functions of one logit and its label each, and that 0 < F_ij < 1 at s_ij = log r.
"""

from __future__ import annotations

from typing import Any

from .. import close, defined, setup, signs, trees, words, zero
from ..context import Context
from ..numbers import parse
from ..read import Env, read
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
        if "between" in certificate:
            _require_between(cx, certificate, env)
    entry = f"[{','.join(free)}]"
    text = f"the gradient of {words.show(loss)} by s vanishes exactly where t{entry} = {words.show(labels)}"
    return words.wherever(cx, f"{words.quantifiers(cx, certificate)}: {text}")


def is_entrywise(data: dict[str, Any]) -> bool:
    """Whether the labels and the factor of a certificate hold no other logit than that of their entry."""
    own = list(setup.free_of_shape(setup.shape_of(data)))
    nodes = [data["labels"], data["factor"]]
    if any(trees.binds(nodes, name) for name in own):
        return False
    left = trees.replaced(nodes, "s", lambda at: ["num", "0"] if list(at) == own else ["at", "s", at])
    return not trees.mentions(left, "s") and not trees.names(left) & {"fn", "dfn"}


def _require_between(cx: Context, certificate: dict[str, Any], env: Env) -> None:
    """Refuse labels of more than one logit, or that are not known to lie between 0 and 1 at the place."""
    if not is_entrywise(certificate) or parse(certificate["between"]) <= 0:
        raise Reject("labels between 0 and 1 are those of one logit, at the logarithm of a positive number")
    place: Any = ["log", ["num", certificate["between"]]]
    here = read(cx, trees.replaced(certificate["labels"], "s", lambda at: place), env)
    for p in (here, close.total(cx, ((cx.one, 1), (here, -1)))):
        if signs.sign(cx, p) != "pos":
            raise Reject("the labels at the place are not known to lie between 0 and 1")


__all__ = ["KIND", "is_entrywise", "verify"]
