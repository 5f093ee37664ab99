"""Absolute values and maxima in sums, |u| being the square root of u^2 and 2 max(a, b) being a + b + |a - b|."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from . import signs
from .context import Context
from .numbers import parse
from .read import Env, read


def _absolute_values(node: Any) -> Iterator[tuple[Any, Any, list[Any]]]:
    """The parts c |u| of a sum, c a positive number, as (c, u, the other parts)."""
    for k, x in enumerate(node[1]):
        factors = x[1] if x[0] == "mul" else [x]
        roots = [f for f in factors if f[0] == "pow" and is_rooted_square(f)]
        numbers = [f for f in factors if f[0] == "num"]
        if len(roots) == 1 and len(numbers) + 1 == len(factors) and all(parse(f[1]) > 0 for f in numbers):
            yield ["mul", [*numbers, ["num", "1"]]], roots[0][1][1], [y for h, y in enumerate(node[1]) if h != k]


def is_above(cx: Context, node: Any, env: Env) -> bool:
    """Whether a sum is c |u| + c u + r or c |u| - c u + r, c a positive number, r not negative: as max(0, u) is."""
    for c, u, others in _absolute_values(node):
        for side in ("1", "-1"):
            left = read(cx, ["add", [*others, ["mul", [["num", side], c, u]]]], env)
            if signs.at_least_zero(signs.sign(cx, left)):
                return True
    return False


def is_convex(cx: Context, node: Any, env: Env, convex: Callable[[Any], bool]) -> bool:
    """Whether a sum is c |a - b| + c a + c b + r = 2 c max(a, b) + r with a, b, r convex, as ``convex`` tells."""
    for c, u, others in _absolute_values(node):
        rest, zero = list(others), ["num", "0"]
        sides: dict[str, list[Any]] = {"1": [zero], "-1": [zero]}
        for x in u[1] if u[0] == "add" else [u]:
            for side, own in sides.items():
                wanted = read(cx, ["mul", [["num", side], c, x]], env)
                same = next((y for y in rest if read(cx, y, env) is wanted), None)
                if same is not None:
                    rest.remove(same)
                    own.append(["mul", [["num", side], x]])
                    break
            else:
                rest.append(["mul", [["num", "-1"], c, x]])
                sides["1"].append(x)
        if all(convex(["add", [zero, *parts]]) for parts in (rest, *sides.values())):
            return True
    return False


def is_rooted_square(node: Any) -> bool:
    """Whether a power is the square root of a square, an absolute value."""
    return bool(node[2] == ["num", "1/2"] and node[1][0] == "pow" and node[1][2] == ["num", "2"])
