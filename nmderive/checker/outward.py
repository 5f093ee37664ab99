"""Maxima with what does not depend on their index taken outside: c x_k with c > 0, and max(0, x_k).

max_k c x_k = c max_k x_k, and max_k max(0, x_k) = max(0, max_k x_k), for what does not fall leaves the entry the
largest that is; likewise for minima.  A normal form holds a maximum as a limit of logarithms, in which the two sides
differ.
"""

from __future__ import annotations

from typing import Any

from . import maxima, trees
from .context import Context
from .extents import without
from .extrema import HEADS
from .numbers import parse
from .read import Env, read
from .written import contains_s, inside, sign_of

_LEAVES = ("num", "sym", "at", "fn", "dfn", "iverson", "delta")


def outward(cx: Context, node: Any, env: Env) -> Any:
    """The expression with as little under each maximum as is known."""
    head = node[0]
    if head in _LEAVES:
        return node
    if head in ("add", "mul"):
        return [head, [outward(cx, x, env) for x in node[1]]]
    if head not in trees.BINDERS:
        return [head, *(outward(cx, x, env) for x in node[1:])]
    found = [*node[:4], outward(cx, node[4], inside(cx, node, env))]
    return _taken_outside(cx, found, env) if head in HEADS else found


def _taken_outside(cx: Context, node: Any, env: Env) -> Any:
    head, name, size, conds, body = node
    scope = inside(cx, node, env)
    terms = body[1] if body[0] == "add" else [body]
    for x in trees.flat(terms[0]):
        rests = [without(trees.flat(term), [x]) for term in terms]
        is_outer = name not in trees.names(x) and not contains_s(x) and x[0] != "num"
        if None not in rests and is_outer and sign_of(cx, x, env) == "pos":
            inner = ["add", [["mul", rest] for rest in rests]]
            return ["mul", [x, _taken_outside(cx, [head, name, size, conds, inner], env)]]
    numbers = [x for x in trees.flat(body) if x[0] == "num" and parse(x[1]) > 0]
    left = without(trees.flat(body), numbers)
    if numbers and left != [["num", "1"]]:
        return ["mul", [*numbers, _taken_outside(cx, [head, name, size, conds, ["mul", left]], env)]]
    for c, u, others in maxima.absolute_values(body) if body[0] == "add" else ():
        own: Any = ["mul", [c, u]]
        if name not in trees.names(c) and read(cx, ["add", [["num", "0"], *others]], scope) is read(cx, own, scope):
            whole = _taken_outside(cx, [head, name, size, conds, u], env)
            size_ = ["pow", ["pow", whole, ["num", "2"]], ["num", "1/2"]]
            return ["mul", [c, ["add", [whole, size_]]]]
    return node


__all__ = ["outward"]
