"""Whether an expression is bounded in the logits, sizes, labels and all other letters being fixed.

Followed from the inside out: what is known of the infimum and of the supremum over all logits.  An index takes finitely
many values, so that what holds for each of them with a bound of its own holds for all with one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from . import extrema, signs, tangents, totals
from .context import Context
from .curvature import curve, taken_apart
from .maxima import is_rooted_square
from .read import Env, read
from .reject import Reject
from .trees import flat
from .written import contains_s, inside, is_even, is_label_of, sign_of

#: What is known of an end, in rising order: nothing, that it is finite, that it is on this side of 0, or apart from 0.
OPEN, FINITE, SIDE, APART = range(4)


@dataclass(frozen=True)
class Extent:
    """What is known of the infimum (SIDE: at least 0, APART: more than 0), and of the supremum the other way round."""

    low: int = OPEN
    high: int = OPEN

    @property
    def turned(self) -> Extent:
        """The extent of the negative."""
        return Extent(self.high, self.low)

    @property
    def is_bounded(self) -> bool:
        """Whether both ends are finite."""
        return min(self.low, self.high) >= FINITE


_SIGNS = {"pos": (APART, FINITE), "nonneg": (SIDE, FINITE), "neg": (FINITE, APART), "nonpos": (FINITE, SIDE),
          "zero": (SIDE, SIDE)}


def extent(cx: Context, node: Any, env: Env) -> Extent:
    """What is known of the ends of an expression over all logits."""
    cx.step()
    if not contains_s(node):
        return Extent(*_SIGNS.get(sign_of(cx, node, env), (FINITE, FINITE)))
    rule = _RULES.get(node[0])
    found = rule(cx, node, env) if rule is not None else Extent()
    if node[0] in ("add", "log") and SIDE > max(found.low, found.high):
        sign = curve(cx, node, env).sign
        if signs.at_least_zero(sign):
            return replace(found, low=SIDE)
        if sign in ("neg", "nonpos"):
            return replace(found, high=SIDE)
    return found


def _at(cx: Context, node: Any, env: Env) -> Extent:
    read(cx, node, env)
    return Extent()


def _add(cx: Context, node: Any, env: Env) -> Extent:
    parts = [extent(cx, x, env) for x in node[1]]
    found = Extent(_total([x.low for x in parts]), _total([x.high for x in parts]))
    found = replace(found, low=max(found.low, _constant(cx, node, env))) if found.low < APART else found
    return replace(found, low=FINITE) if found.low == OPEN and tangents.has_least(cx, node, env) else found


def _total(ends: list[int]) -> int:
    return max(ends) if min(ends) >= SIDE else min(*ends, FINITE)


def _constant(cx: Context, node: Any, env: Env) -> int:
    """What the constant says of the infimum where a sum is one and products of what is not negative."""
    if all(contains_s(x) for x in node[1]):
        return OPEN
    try:
        sign = sign_of(cx, taken_apart(cx, node, env).constant, env)
    except Reject:
        return OPEN
    return {"pos": APART, "nonneg": SIDE, "zero": SIDE}.get(sign, FINITE)


def _mul(cx: Context, node: Any, env: Env) -> Extent:
    factors = flat(node)
    found = times([extent(cx, x, env) for x in factors])
    if not found.is_bounded and (_is_multiple_of_share(cx, factors, env) or _is_beside_its_log(cx, factors, env)):
        return replace(found, low=max(found.low, FINITE), high=max(found.high, FINITE))
    return found


def _is_multiple_of_share(cx: Context, factors: list[Any], env: Env) -> bool:
    """Whether a product is a share of a total, times numbers, the parts of the share times labels of at most one."""
    moving = [x for x in factors if contains_s(x)]
    ways = [factors, moving, [_without_labels(x) for x in moving]]
    return any(is_share(cx, x, env) for x in ways[: 2 + cx.t_at_most_one])


def _without_labels(node: Any) -> Any:
    """A sum without the labels that are factors of its terms."""
    if node[0] != "sum":
        return node
    kept = [x for x in flat(node[4]) if x[0] != "at" or x[1] != "t"]
    return [*node[:4], kept[0] if len(kept) == 1 else ["mul", kept or [["num", "1"]]]]


def times(parts: list[Extent]) -> Extent:
    """The extent of a product."""
    below, sided = 0, []
    for x in parts:
        if x.low < SIDE <= x.high:
            x, below = x.turned, below + 1
        sided.append(x)
    if all(x.low >= SIDE for x in sided):
        high = FINITE if all(x.high >= FINITE for x in sided) else OPEN
        found = Extent(min(x.low for x in sided), high)
    elif all(x.is_bounded for x in sided):
        found = Extent(FINITE, FINITE)
    else:  # what is bounded on one side, times what is not negative, and bounded
        others = [x for x in sided if x.low < SIDE or not x.is_bounded]
        found = others[0] if len(others) == 1 else Extent()
        found = Extent(min(found.low, FINITE), min(found.high, FINITE))
    return found.turned if below % 2 else found


def is_share(cx: Context, factors: list[Any], env: Env) -> bool:
    """Whether a product is one part, or some, of a sum over the whole sum, the parts all having one sign."""

    def not_negative(x: Any, scope: Env) -> bool:
        return extent(cx, x, scope).low >= SIDE

    def not_positive(x: Any, scope: Env) -> bool:
        return extent(cx, x, scope).high >= SIDE

    for one_sign in (not_negative, not_positive):
        if totals.is_share(cx, factors, env, lambda x, scope: inside(cx, x, scope), one_sign):
            return True
    for place, x in enumerate(factors):
        if x[0] == "pow" and x[2] == ["num", "-1"] and x[1][0] == "add":
            rest = factors[:place] + factors[place + 1 :]
            own = read(cx, ["mul", [["num", "1"], *rest]], env)
            if any(read(cx, y, env) is own for y in x[1][1]) and all(not_negative(y, env) for y in x[1][1]):
                return True
    return False


def _is_beside_its_log(cx: Context, factors: list[Any], env: Env) -> bool:
    """Whether a product is x log(c x) and what is bounded, x bounded and not negative, c > 0."""
    for place, one in enumerate(factors):
        if one[0] != "log":
            continue
        argument = [x for x in flat(one[1]) if contains_s(x)]
        scale = [x for x in flat(one[1]) if not contains_s(x)]
        left = without(factors[:place] + factors[place + 1 :], argument)
        if left is None or scale and sign_of(cx, ["mul", scale], env) != "pos":
            continue
        own = extent(cx, ["mul", argument], env)
        if min(own.low, own.high + 1) >= SIDE and times([extent(cx, x, env) for x in left]).is_bounded:
            return True
    return False


def without(factors: list[Any], some: list[Any]) -> list[Any] | None:
    """The factors without those, None where they are not all there."""
    left = list(factors)
    for x in some:
        if x not in left:
            return None
        left.remove(x)
    return left or [["num", "1"]]


def _pow(cx: Context, node: Any, env: Env) -> Extent:
    base = extent(cx, node[1], env)
    if contains_s(node[2]):
        return _exponential(cx, node, env)
    if is_rooted_square(node):
        inner = extent(cx, node[1][1], env)
        apart = APART in (inner.low, inner.high)
        return Extent(APART if apart else SIDE, FINITE if inner.is_bounded else OPEN)
    exponent = read(cx, node[2], env)
    sign, value = signs.sign(cx, exponent), cx.constant(exponent)
    if base.low >= SIDE:
        return _of_positive(base, sign)
    if value is None or value.denominator != 1:
        return Extent()
    if is_even(value):
        size = base.turned if base.high >= SIDE else Extent(SIDE, FINITE if base.is_bounded else OPEN)
        return _of_positive(size, sign)
    if value > 0:
        return Extent(min(base.low, FINITE), base.high)
    return _of_positive(base.turned, sign).turned if base.high >= SIDE else Extent()


def _of_positive(base: Extent, exponent: str) -> Extent:
    """A power of what is not negative."""
    if signs.at_least_zero(exponent):
        return Extent(base.low, min(base.high, FINITE))
    if exponent in ("neg", "nonpos"):
        return Extent(APART if base.high >= FINITE else SIDE, FINITE if base.low == APART else OPEN)
    return Extent(APART, FINITE) if base.low == APART and base.high >= FINITE else Extent(SIDE)


def _exponential(cx: Context, node: Any, env: Env) -> Extent:
    """A positive number to a power with logits."""
    if contains_s(node[1]) or sign_of(cx, node[1], env) != "pos":
        return Extent()
    return Extent(APART, FINITE) if extent(cx, node[2], env).is_bounded else Extent(SIDE)


def _exp(cx: Context, node: Any, env: Env) -> Extent:
    inner = extent(cx, node[1], env)
    return Extent(APART if inner.low >= FINITE else SIDE, FINITE if inner.high >= FINITE else OPEN)


def _log(cx: Context, node: Any, env: Env) -> Extent:
    inner = extent(cx, node[1], env)
    return Extent(FINITE if inner.low == APART else OPEN, FINITE if inner.high >= FINITE else OPEN)


def _tanh(cx: Context, node: Any, env: Env) -> Extent:
    inner = extent(cx, node[1], env)
    return Extent(SIDE if inner.low >= SIDE else FINITE, SIDE if inner.high >= SIDE else FINITE)


def _sum(cx: Context, node: Any, env: Env) -> Extent:
    """A sum, that may have no term; over a whole row of labels, some label is positive."""
    scope = inside(cx, node, env)
    body = extent(cx, node[4], scope)
    if node[3]:
        return Extent(min(body.low, SIDE), min(body.high, SIDE))
    if node[2] == "m" and cx.sum_rule and body.low == SIDE:
        factors = flat(node[4])
        label = next((x for x in factors if is_label_of(x[1] if x[0] == "pow" else x, node[1])
                      and (x[0] != "pow" or sign_of(cx, x[2], scope) == "pos")), None)
        rest = [] if label is None else [x for x in factors if x is not label]
        if rest and times([extent(cx, x, scope) for x in rest]).low == APART:
            return replace(body, low=APART)
    return body


def _prod(cx: Context, node: Any, env: Env) -> Extent:
    body = extent(cx, node[4], inside(cx, node, env))
    if body.low >= SIDE:
        return Extent(body.low, min(body.high, FINITE))
    return Extent(FINITE, FINITE) if body.is_bounded else Extent()


def _extremum(cx: Context, node: Any, env: Env) -> Extent:
    extrema.require_members(cx, node)
    return extent(cx, node[4], inside(cx, node, env))


_RULES: dict[str, Callable[[Context, Any, Env], Extent]] = {
    "at": _at, "add": _add, "mul": _mul, "pow": _pow, "exp": _exp, "log": _log, "tanh": _tanh, "sum": _sum,
    "prod": _prod, "max": _extremum, "min": _extremum,
}

__all__ = ["APART", "FINITE", "OPEN", "SIDE", "Extent", "extent", "is_share", "times", "without"]
