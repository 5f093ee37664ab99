"""Absolute values and maxima in sums, |u| being the square root of u^2 and 2 max(a, b) being a + b + |a - b|."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import prod
from typing import Any

from . import extrema, signs, trees
from .context import Context
from .numbers import parse
from .read import Env, condition, read

#: Names that mean something else in an expression.
_WORDS = frozenset(
    "num sym at add mul pow exp log tanh sum prod max min fn dfn iverson delta ne lt le eq in cong ncong Omega_pos "
    "Omega_neg".split())


def absolute_values(node: Any) -> Iterator[tuple[Any, Any, list[Any]]]:
    """The parts c |u| of a sum, c a positive number, as (c, u, the other parts)."""
    for k, x in enumerate(node[1]):
        factors = x[1] if x[0] == "mul" else [x]
        roots = [f for f in factors if f[0] == "pow" and is_rooted_square(f)]
        numbers = [f for f in factors if f[0] == "num"]
        if len(roots) == 1 and len(numbers) + 1 == len(factors) and all(parse(f[1]) > 0 for f in numbers):
            yield ["mul", [*numbers, ["num", "1"]]], roots[0][1][1], [y for h, y in enumerate(node[1]) if h != k]


def is_above(cx: Context, node: Any, env: Env) -> bool:
    """Whether a sum is c |u| + c u + r or c |u| - c u + r, c a positive number, r not negative: as max(0, u) is."""
    for c, u, others in absolute_values(node):
        for side in ("1", "-1"):
            left = read(cx, ["add", [*others, ["mul", [["num", side], c, u]]]], env)
            if signs.at_least_zero(signs.sign(cx, left)):
                return True
    return False


def is_above_entry(cx: Context, node: Any, env: Env) -> bool:
    """Whether a sum is c max_k x_k - c x_h + r, c > 0 a number and h among the k, r not negative; c < 0 for minima."""
    for k, part in enumerate(node[1]):
        factors = part[1] if part[0] == "mul" else [part]
        found = [f for f in factors if f[0] in extrema.HEADS]
        numbers = [f for f in factors if f[0] == "num"]
        if len(found) != 1 or len(numbers) + 1 != len(factors):
            continue
        side = 1 if found[0][0] == "max" else -1
        if prod(parse(f[1]) for f in numbers) * side <= 0:
            continue
        others = [y for h, y in enumerate(node[1]) if h != k]
        for entry in _entries(cx, found[0], env):
            left = read(cx, ["add", [*others, ["mul", [*numbers, entry]]]], env)
            if signs.at_least_zero(signs.sign(cx, left)):
                return True
    return False


def _entries(cx: Context, node: Any, env: Env) -> Iterator[Any]:
    """The body of a maximum at the indices in scope, and at the numbers in it, that its conditions allow."""
    _, name, range_name, conds, body = node
    extrema.require_members(cx, node)
    names = [x for x in env if env.get("range of " + x, ("", ""))[1] == range_name]
    known = max(cx.at_least.get(range_name, 1), cx.sizes.get(range_name, 1))
    places: list[Any] = [*names, *(k for k in (1, 2, 3) if k <= known)]
    if name in _WORDS or name in cx.arrays or name in cx.parameters:
        return  # a replacement by name would change more than the index
    for place in places:
        if trees.binds(body, place):
            continue  # it would be captured
        if all(condition(cx, trees.with_index(c, name, place), env) is cx.one for c in conds):
            yield trees.with_index(body, name, place)


def is_convex(cx: Context, node: Any, env: Env, convex: Callable[[Any], bool]) -> bool:
    """Whether a sum is c |a - b| + c a + c b + r = 2 c max(a, b) + r with a, b, r convex, as ``convex`` tells."""
    for c, u, others in absolute_values(node):
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
