"""Whether an expression does not fall where a real letter in it rises: by its derivative, or across absolute values."""

from __future__ import annotations

from typing import Any

from . import calculus, maxima, signs, trees
from .context import Context
from .read import Env, read
from .reject import Reject
from .written import sign_of


def rises(cx: Context, node: Any, letter: str, env: Env) -> bool:
    """Whether an expression that is defined for all values of the letter is known not to fall where it rises."""
    if letter not in trees.names(node):
        return True
    if node[0] == "mul":
        moving = [x for x in node[1] if letter in trees.names(x)]
        others = [x for x in node[1] if letter not in trees.names(x)]
        if len(moving) == 1 and all(_at_least_zero(cx, x, env) for x in others):
            return rises(cx, moving[0], letter, env)
    if node[0] == "add" and (_across_a_kink(cx, node, letter, env) or all(rises(cx, x, letter, env) for x in node[1])):
        return True
    return _has_rising_slope(cx, node, letter, env)


def _at_least_zero(cx: Context, node: Any, env: Env) -> bool:
    try:
        return signs.at_least_zero(sign_of(cx, node, env))
    except Reject:
        return False


def _has_rising_slope(cx: Context, node: Any, letter: str, env: Env) -> bool:
    """Whether the derivative exists, and is at least zero."""
    try:
        return signs.at_least_zero(signs.sign(cx, calculus.derivative(cx, read(cx, node, env), (letter, ()))))
    except Reject:
        return False


def _across_a_kink(cx: Context, node: Any, letter: str, env: Env) -> bool:
    """Whether a sum is c |u| + c u + r or c |u| - c u + r, c > 0, and r rises, as u or -u does."""
    for c, u, others in maxima.absolute_values(node):
        for side in ("1", "-1"):
            own = ["mul", [["num", side], u]]
            rest = ["add", [*others, ["mul", [["num", "-1"], c, own]]]]
            if _has_rising_slope(cx, own, letter, env) and _has_rising_slope(cx, rest, letter, env):
                return True
    return False


__all__ = ["rises"]
