"""Sums of an exponential and a line: a e^(k w) - b w, a > 0, with w an expression in the logits.

e^u >= e u for all u, so that it is at least zero where 0 <= b <= e a k, or both signs are turned; and it is bounded
below where b k >= 0, for e^u rises faster than any line to the one side, and the line rises to the other.
"""

from __future__ import annotations

from typing import Any

from . import signs
from .context import Context
from .read import Env, read
from .trees import flat
from .written import contains_s, sign_of

#: Below Euler's number.
_E = ["num", "27/10"]
_MINUS = ["num", "-1"]


def is_above_line(cx: Context, node: Any, env: Env) -> bool:
    """Whether a sum is a e^(k w) - b w, 0 <= b <= e a k, or the same with -w, and what is not negative."""
    found = _parts(cx, node, env)
    if found is None:
        return False
    scale, rate, slope, others = found
    for side in ([], [_MINUS]):
        own, line = ["mul", [*side, *rate]], ["mul", [*side, *slope]]
        room = ["add", [["mul", [_E, *scale, own]], ["mul", [_MINUS, line]]]]
        if all(map(lambda x: _at_least_zero(cx, x, env), (own, line, room, *others))):
            return True
    return False


def has_least(cx: Context, node: Any, env: Env) -> bool:
    """Whether a sum is a e^(k w) - b w, b k >= 0 and k not 0, and constants: it is bounded below."""
    found = _parts(cx, node, env)
    rises = found is not None and sign_of(cx, ["mul", found[1]], env) in ("pos", "neg")
    return found is not None and rises and _at_least_zero(cx, ["mul", [*found[1], *found[2]]], env)


def _parts(cx: Context, node: Any, env: Env) -> tuple[list[Any], list[Any], list[Any], list[Any]] | None:
    """The factors of a, k and b, and the terms without logits."""
    others = [x for x in node[1] if not contains_s(x)]
    moving = [x for x in node[1] if contains_s(x)]
    for one, line in (moving, moving[::-1]) if len(moving) == 2 else ():
        powers, scale = _apart(one)
        if len(powers) != 1 or powers[0][0] != "exp" or sign_of(cx, ["mul", [["num", "1"], *scale]], env) != "pos":
            continue
        (inner, rate), (own, slope) = _apart(powers[0][1]), _apart(line)
        if inner and own and read(cx, ["mul", inner], env) is read(cx, ["mul", own], env):
            return scale, [["num", "1"], *rate], [_MINUS, *slope], others
    return None


def _apart(node: Any) -> tuple[list[Any], list[Any]]:
    """The factors with logits, and the others."""
    factors = flat(node)
    return [x for x in factors if contains_s(x)], [x for x in factors if not contains_s(x)]


def _at_least_zero(cx: Context, node: Any, env: Env) -> bool:
    return signs.at_least_zero(sign_of(cx, node, env))


__all__ = ["has_least", "is_above_line"]
