"""Constants: by how much an expression changes at most, for one unit of the largest change of a logit.

|f(s) - f(s')| <= L max |s_ij - s'_ij|, L an expression without logits: 1 for a logit, the sum for a sum, |c| L for c f,
for an exponential and its logarithm the constant of the exponent, for a product of such the sum, for a sum of positive
ones the largest, |e| K for a power, K the constant of the logarithm of its base.  So 2 for log(e^s_j / sum_k e^s_k).
"""

from __future__ import annotations

from typing import Any

from . import signs, trees
from .context import Context
from .extrema import HEADS
from .maxima import is_rooted_square
from .nodes import Poly
from .numbers import Num
from .read import Env, read
from .reject import Reject
from .trees import flat
from .written import contains_s, inside, sign_of

_ZERO, _ONE = ["num", "0"], ["num", "1"]


def constant(cx: Context, node: Any, env: Env) -> Any:
    """The constant of an expression, or a Reject."""
    cx.step()
    head = node[0]
    if not contains_s(node):
        return _ZERO
    if head == "at":
        return _ONE
    if head == "add":
        return ["add", [constant(cx, x, env) for x in node[1] if contains_s(x)]]
    if head == "sum":
        return [*node[:4], constant(cx, node[4], inside(cx, node, env))]
    if head in HEADS:
        return _of_all(cx, node, constant(cx, node[4], inside(cx, node, env)), env)
    if head == "tanh":
        return constant(cx, node[1], env)
    if head == "log":
        return relative(cx, node[1], env)
    if head == "pow" and is_rooted_square(node):
        return constant(cx, node[1][1], env)
    if head == "mul":
        moving = [x for x in flat(node) if contains_s(x)]
        if len(moving) == 1:
            weights = [_size(cx, x, env) for x in flat(node) if not contains_s(x)]
            return ["mul", [*weights, constant(cx, moving[0], env)]]
    raise Reject("no constant is known")


def relative(cx: Context, node: Any, env: Env) -> Any:
    """The constant of the logarithm of a positive expression, or a Reject."""
    cx.step()
    head = node[0]
    if not contains_s(node):
        if signs.at_least_zero(sign_of(cx, node, env)):
            return _ZERO
        raise Reject("a part may be negative")
    if head == "exp":
        return constant(cx, node[1], env)
    if head == "mul":
        return ["add", [relative(cx, x, env) for x in node[1]]]
    if head == "prod":
        return ["sum", *node[1:4], relative(cx, node[4], inside(cx, node, env))]
    if head == "pow" and not contains_s(node[2]):
        return ["mul", [_size(cx, node[2], env), relative(cx, node[1], env)]]
    if head == "add":
        return _largest(cx, [relative(cx, x, env) for x in node[1] if not _is_negligible(cx, x, env)], env)
    if head == "sum":
        return _of_all(cx, node, relative(cx, node[4], inside(cx, node, env)), env)
    raise Reject("no constant of the logarithm is known")


def _is_negligible(cx: Context, node: Any, env: Env) -> bool:
    """Whether a part of a sum is a constant that is not negative."""
    return not contains_s(node) and signs.at_least_zero(sign_of(cx, node, env))


def _largest(cx: Context, found: list[Any], env: Env) -> Any:
    """The largest of several constants: the same one, or numbers."""
    values = [read(cx, x, env) for x in found]
    return found[0] if len(set(values)) == 1 else ["num", str(max(_number(cx, x) for x in values))]


def _of_all(cx: Context, node: Any, found: Any, env: Env) -> Any:
    """The constant of a body for all values of its index: one that does not hold it, or a number."""
    if node[1] not in trees.names(found):
        return found
    return ["num", str(_number(cx, read(cx, found, inside(cx, node, env))))]


def _number(cx: Context, p: Poly) -> Num:
    value = cx.constant(p)
    if value is None:
        raise Reject("the largest of several constants is not known")
    return value


def _size(cx: Context, node: Any, env: Env) -> Any:
    """The absolute value of what has a sign."""
    sign = sign_of(cx, node, env)
    if signs.at_least_zero(sign):
        return node
    if sign in ("neg", "nonpos"):
        return ["mul", [["num", "-1"], node]]
    raise Reject("the sign of a factor is not known")


__all__ = ["constant"]
