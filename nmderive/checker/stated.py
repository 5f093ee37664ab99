"""Forms of a polynomial that a certificate states so that their sign can be read off, and the link p = softmax(c s).

What is written is only worth its sign where it is defined: (y^(1/2))^2 is at least zero as it is written, and y as the
normal form reads it.  So a stated form is shown defined wherever its letters may go, before it is compared.
"""

from __future__ import annotations

from typing import Any

from . import close, defined, trees, zero
from .context import Context
from .nodes import Poly
from .read import Env, measure, read
from .reject import Malformed, Reject
from .written import contains_s, sign_of


def stated_sign(cx: Context, p: Poly, stated: Any, env: Env, least_m: int) -> str:
    """The sign of the stated form, which is shown defined, and equal to p."""
    defined.require(cx, stated, env, least_m)
    if not zero.is_zero(cx, close.total(cx, ((p, 1), (read(cx, stated, env), -1)))):
        raise Reject("a derivative was not found to be as stated")
    return sign_of(cx, stated, env)


def scale(cx: Context, certificate: dict[str, Any]) -> Any:
    """The number by which the logits are multiplied: defined, positive, without indices, arrays and logits."""
    found = certificate.get("scale", ["num", "1"])
    measure(found)
    if contains_s(found) or any(trees.mentions(found, a) for a in cx.arrays):
        raise Malformed("the scale holds what it must not")
    defined.require(cx, found, {})
    if defined.strong_sign(cx, found, {}) != "pos":
        raise Reject("the scale is not known to be positive")
    return found


def softmax(factor: Any, at: list[Any]) -> Any:
    """The entry of softmax(c s)."""
    row, place = at
    own, other = (["exp", trees.product(factor, ["at", "s", [row, k]])] for k in (place, "softmax_k"))
    return trees.product(own, ["pow", ["sum", "softmax_k", "m", [], other], ["num", "-1"]])


__all__ = ["scale", "softmax", "stated_sign"]
