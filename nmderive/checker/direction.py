"""Linear parts of exponents: how they change along a direction d of the logits."""

from __future__ import annotations

from typing import Any

from . import close
from .context import Context
from .nodes import Poly
from .read import Env, read

DIRECTION = "d"


def with_direction(node: Any, direction: bool) -> Any:
    """The expression with d (or zero) in place of s."""
    if not isinstance(node, list | tuple):
        return node
    if len(node) == 3 and node[0] == "at" and node[1] == "s":
        return ["at", DIRECTION, node[2]] if direction else ["num", "0"]
    return [with_direction(x, direction) for x in node]


def linear_part(cx: Context, parts: tuple[Any, ...], env: Env) -> Poly:
    """The linear part, in the direction, of an exponent that is the sum of ``parts``."""
    found = []
    for node in parts:
        found.append((read(cx, with_direction(node, True), env), 1))
        found.append((read(cx, with_direction(node, False), env), -1))
    return close.total(cx, found)
