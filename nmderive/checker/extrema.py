"""Maxima and minima over an index, in normal forms and in sizes.

A normal form holds max_k x_k as log(sum_k e^(b x_k))/b, b a positive letter that no certificate can name; it tends to
the maximum as b tends to infinity, and the derivative e^(b x_k)/sum_h e^(b x_h) to the share 1/c of each of the c
entries that attain it.  What is equal, or at least zero, for every b > 0 is so in the limit, and so is what is convex,
as long as all that is built of it is continuous: logarithms, quotients and powers without a positive number as their
exponent are refused of what holds b, and no sign of it is strict.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from . import close, modulo, powers
from .context import SHARPNESS, Context
from .nodes import Poly
from .reject import Malformed, Reject, Undefined

HEADS = ("max", "min")


def members_left(node: Any) -> int:
    """The size of the range from which on a member is left: one more than are excluded, each one at most."""
    _, name, _, conds, _ = node
    if len(conds) == 1 and conds[0][0] == "cong" and solves(conds[0], name):
        return 1
    if not isinstance(conds, list | tuple) or not all(_excludes_one(c, name) for c in conds):
        raise Reject("a maximum may be over no index: only single indices may be left out")
    return 1 + len(conds)


def _excludes_one(cond: Any, name: Any) -> bool:
    if not isinstance(cond, list | tuple) or len(cond) != 3:
        raise Malformed("a condition has three parts")
    return bool(cond[0] == "ne" and name in cond[1:] or cond[0] == "ncong" and solves(cond, name))


def solves(cond: Any, name: Any) -> bool:
    """Whether exactly one value of an index, for every m, makes a combination 0 modulo m."""
    return abs(modulo.combination(cond[1], cond[2])[0].get(name, 0)) == 1


def require_members(cx: Context, node: Any) -> int:
    """Take an open size to leave a member, and refuse a fixed one that does not; the size that is needed."""
    least, range_name = members_left(node), node[2]
    if cx.sizes.get(range_name, least) < least:
        raise Undefined("a maximum over no index")
    if range_name not in cx.sizes and least > 1:
        cx.at_least[range_name] = max(least, cx.at_least.get(range_name, 1))
    return least


def needed(node: Any) -> Iterator[tuple[str, int]]:
    """The sizes that the maxima in an expression need."""
    if not isinstance(node, list | tuple | dict):
        return
    if isinstance(node, list | tuple) and len(node) == 5 and node[0] in HEADS:
        yield str(node[2]), members_left(node)
    for x in node.values() if isinstance(node, dict) else node:
        yield from needed(x)


def sharpness(cx: Context, head: str) -> Poly:
    """b, for a minimum -b."""
    cx.sharp = True
    return close.scale(cx, cx.single(cx.atom("sym", SHARPNESS)), 1 if head == "max" else -1)


def of_sum(cx: Context, total: Poly, head: str) -> Poly:
    """The logarithm of a sum of e^(b x), divided by b."""
    return close.times(cx, powers.logarithm(cx, total), powers.raised(cx, sharpness(cx, head), -1))


def require_continuous(cx: Context, *arguments: Poly) -> None:
    """Refuse maxima in the argument of what is not continuous everywhere, or has no value at some numbers."""
    if cx.sharp and any(cx.is_sharp(p) for p in arguments):
        raise Reject("a maximum under a logarithm, or under a power whose exponent is not a positive number")
