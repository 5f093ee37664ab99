"""separable: labels, by a formula of the logits, at which the gradient of a sum of functions of one p_ij each vanishes.

{"loss", "shape": ["n","m"], "body", "rest", "scale": as for the kind "simplex", "labels": AST in the free indices i and
j, "multiplier": AST in i}.  Labels and multiplier hold p, in the labels p[i,j], and in both sums over classes of the
row, and letters; m >= 2.

loss = rest + sum_i sum_j body with p_ij = softmax(c s)_ij is shown as there.  With the labels put in, the derivative of
the body by p_ij, labels fixed, is shown to be the multiplier, for all positive p: the same number for all classes of a
row.  As the p_ij of a row sum to one, their derivatives by a logit sum to zero, and the gradient of the loss vanishes.
The labels are shown positive, and those of a row to sum to one: they are labels strictly between 0 and 1.
"""

from __future__ import annotations

from typing import Any

from .. import calculus, close, defined, setup, trees, words, zero
from ..context import Context
from ..entries import P, X, above, at_odds, entry, environments, forget, loss_and_body
from ..read import read
from ..reject import Malformed, Reject
from ..stationarity import Link
from ..written import contains_s

KIND = "separable"
_FREE = {"i": "n", "j": "m"}


def verify(certificate: dict[str, Any]) -> str:
    """The verified statement, or a Reject."""
    labels, multiplier = (setup.expression(certificate, key) for key in ("labels", "multiplier"))
    shape = setup.shape_of(certificate)
    if shape != ("n", "m") or setup.sizes_of(certificate):
        raise Malformed("rows and classes are needed, and open sizes")
    for node in (labels, multiplier):
        if contains_s(node) or trees.mentions(node, "t") or trees.mentions(node, X):
            raise Malformed("the labels or the multiplier hold logits, labels or odds")
    if "j" in trees.names(multiplier):
        raise Malformed("the multiplier holds a class")
    cx = setup.context(certificate)
    cx.least_m = cx.at_least["m"] = 2
    cx.arrays["t"], cx.t_below_one = "positive", True
    loss, body = loss_and_body(cx, certificate, shape)
    setup.shapes(cx, certificate, [(loss, {}), (body, _FREE), (labels, _FREE), (multiplier, {"i": "n"})])
    at, row = (_in_odds(cx, node) for node in (labels, multiplier))
    _are_labels(cx, at)
    formula = Link(cx, at, _FREE)
    for env in environments(cx):
        slope = calculus.derivative(cx, read(cx, at_odds(cx, body), env), (X, entry(cx, env)))
        slope = close.times(cx, slope, read(cx, ["mul", [["num", "-1"], ["pow", above(cx), ["num", "2"]]]], env))
        left = calculus.replaced(cx, slope, "t", formula)
        if not zero.is_zero(cx, close.total(cx, ((left, 1), (read(cx, row, env), -1)))):
            raise Reject("the derivative by p at these labels was not found to be the multiplier")
    forget(cx)
    scale = words.show(certificate.get("scale", ["num", "1"]))
    return (
        f"{words.quantifiers(cx, certificate)}: the gradient of {words.show(loss)} by s, labels fixed, vanishes at "
        f"t[i,j] = {words.show(labels)}, p = softmax({scale} s), which are "
        f"positive and sum to one in each row, wherever the loss is defined"
    )


def _in_odds(cx: Context, node: Any) -> Any:
    """The expression with 1/(1 + x) for each entry of p, and x/(1 + x) for 1 less that."""
    if not isinstance(node, list | tuple):
        return node
    if len(node) == 2 and node[0] == "add" and len(node[1]) == 2 and ["num", "1"] in node[1]:
        other = next((x for x in node[1] if x != ["num", "1"]), None)
        if other is not None and other[0] == "mul" and len(other[1]) == 2 and ["num", "-1"] in other[1]:
            own = next((x for x in other[1] if x[0] == "at" and x[1] == P), None)
            if own is not None:
                return trees.product(["at", X, own[2]], _inverse(own[2]))
    if len(node) == 3 and node[0] == "at" and node[1] == P:
        return _inverse(node[2])
    return [_in_odds(cx, x) for x in node]


def _inverse(place: Any) -> Any:
    return ["pow", trees.total(["num", "1"], ["at", X, place]), ["num", "-1"]]


def _are_labels(cx: Context, at: Any) -> None:
    """Refuse what is not positive, or does not sum to one in each row."""
    for env in environments(cx):
        defined.require(cx, at, env, 2)
        if defined.strong_sign(cx, at, env, 2) != "pos":
            raise Reject("the labels are not known to be positive")
    for env in setup.free_environments(cx, {"i": "n"}):
        whole = read(cx, ["sum", "j", "m", [], at], env)
        if not zero.is_zero(cx, close.total(cx, ((whole, 1), (cx.one, -1)))):
            raise Reject("the labels of a row are not shown to sum to one")


__all__ = ["KIND", "verify"]
