"""level: where all logits tend to an end together, the loss tends to a value, by a closed form of the labels.

{"loss", "form" (optional, shown equal to the loss), "shape", "side": "1" or "-1", "there": AST in the number x,
"value": AST without x}.

Labels are nonnegative, x > 0.  With side log x for every logit the loss is shown equal to "there", which holds no
logits and no sign of x, and is shown defined for all x >= 0; with x = 0 it is shown equal to value, which is shown
defined.  Sums, products, powers, logarithms and maxima are continuous where they are defined, so that "there", and the
loss, tend to the value as x tends to 0.
"""

from __future__ import annotations

from typing import Any

from .. import close, defined, setup, trees, words, zero
from ..context import Context
from ..forms import loss_and_form
from ..read import read
from ..reject import Malformed, Reject
from ..written import contains_s

KIND = "level"
_X = "x"


def verify(certificate: dict[str, Any]) -> str:
    """The verified statement, or a Reject."""
    there, value = (setup.expression(certificate, key) for key in ("there", "value"))
    setup.shape_of(certificate)
    if certificate.get("side") not in ("1", "-1"):
        raise Malformed("the side is 1 or -1")
    cx = setup.context(certificate)
    if _X in cx.arrays or _X in cx.parameters or contains_s(there) or contains_s(value):
        raise Malformed("the name x is used for the number, or the value holds logits")
    loss, form = loss_and_form(cx, certificate, loss_too=False)
    if "sign" in trees.names(there):
        raise Reject("a sign jumps")
    if trees.binds(there, _X):
        raise Malformed("an index has the name of the number")
    if _X in trees.names([loss, form, value]):
        raise Malformed("the name x is used for the number")
    setup.shapes(cx, certificate, [(loss, {}), (form, {}), (there, {}), (value, {})])
    least = cx.least_m
    end = trees.product(["num", certificate["side"]], ["log", ["sym", _X]])
    cx.parameters[_X] = "positive"
    _require_equal(cx, trees.replaced(form, "s", lambda _: end), there)
    del cx.parameters[_X]
    fresh = setup.context(certificate)  # nothing that was found of a positive x is kept
    setup.shapes(fresh, certificate, [(loss, {}), (there, {}), (value, {})])
    fresh.parameters[_X] = "nonnegative"
    defined.require(fresh, there, {}, least)
    defined.require(fresh, value, {}, least)
    _require_equal(fresh, _at_zero(there), value)
    del fresh.parameters[_X]
    end = "minus infinity" if certificate["side"] == "1" else "infinity"
    return (
        f"{words.quantifiers(cx, certificate)}: {words.show(loss)} tends to {words.show(value)} where all logits tend "
        f"to {end} together, wherever it is defined"
    )


def _require_equal(cx: Context, left: Any, right: Any) -> None:
    if not zero.is_zero(cx, close.total(cx, ((read(cx, left, {}), 1), (read(cx, right, {}), -1)))):
        raise Reject("the loss is not shown to be what is stated of it")


def _at_zero(node: Any) -> Any:
    """The expression at x = 0."""
    if not isinstance(node, list | tuple):
        return node
    if list(node) == ["sym", _X]:
        return ["num", "0"]
    return [_at_zero(x) for x in node]


__all__ = ["KIND", "verify"]
