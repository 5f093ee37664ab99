"""Whether an expression, and its gradient, is Lipschitz in the logits, sizes, labels and all other letters being fixed.

Two properties are followed from the inside out:

- plain: it is Lipschitz, and at order 2 its Hessian is bounded, too;
- relative: it is zero for all logits, or positive with a logarithm that is plain, so that its gradient, and at order 2
  its Hessian, is at most a multiple of itself.

Sums, maxima, products and powers of what is relative are relative, and so is exp of what is plain; log of what is
relative is plain, and what is relative is plain where it is bounded.  Of products: R B with R relative, B plain is
plain where R and R B are bounded, for its gradient is R grad B + B grad R, and |B grad R| <= C |R B|.

(1 - x)^a log x, a >= 0, x = X/(X + Y) with X, Y relative: the gradient of log(1 - x) is x times that of log(Y/X), so
that of the product is at most a multiple of (1 - x)^a (1 + x |log x|), which is bounded; and so is the Hessian, for
that of log(1 - x) is at most a multiple of x, too.

What is smooth has a bounded Hessian: what is plain at order 2, products of two that are affine, and sums of such.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from . import close, extrema, signs
from .context import Context
from .curvature import curve, taken_apart
from .extents import APART, FINITE, SIDE, Extent, extent, is_share, without
from .maxima import is_rooted_square
from .nodes import Poly
from .numbers import parse
from .read import Env, read
from .reject import Reject
from .trees import flat
from .written import contains_s, inside, sign_of


@dataclass(frozen=True)
class Steepness:
    """Whether an expression is Lipschitz, and whether its logarithm is."""

    plain: bool = False
    relative: bool = False


_NEITHER = Steepness()


@dataclass(frozen=True)
class Look:
    """Where letters are declared, and up to which order derivatives are looked at: 1, or 2 for the Hessian, too."""

    cx: Context
    order: int


def steepness(cx: Context, node: Any, env: Env, order: int = 1) -> Steepness:
    """What is known of the gradient of an expression, and up to order 2 of its Hessian."""
    return _of(Look(cx, order), node, env)


def _of(look: Look, node: Any, env: Env) -> Steepness:
    cx = look.cx
    cx.step()
    if not contains_s(node):
        return Steepness(True, signs.at_least_zero(sign_of(cx, node, env)))
    rule = _RULES.get(node[0])
    found = rule(look, node, env) if rule is not None else _NEITHER
    if found.relative and not found.plain and extent(look.cx, node, env).high >= FINITE:
        return Steepness(True, True)
    return found


def _at(look: Look, node: Any, env: Env) -> Steepness:
    read(look.cx, node, env)
    return Steepness(True)


def _both(parts: list[Steepness]) -> Steepness:
    return Steepness(all(x.plain for x in parts), all(x.relative for x in parts))


def _add(look: Look, node: Any, env: Env) -> Steepness:
    found = _both([_of(look, x, env) for x in node[1]])
    return found if found.relative else replace(found, relative=_is_relative_sum(look, node, env))


def _is_relative_sum(look: Look, node: Any, env: Env) -> bool:
    """Whether a sum is a constant that is not negative, and products of what is relative; or one less a share."""
    if _share_of_complement(look, node, env) is not None:
        return True
    try:
        apart = taken_apart(look.cx, node, env)
    except Reject:
        return False
    return signs.at_least_zero(sign_of(look.cx, apart.constant, env)) and all(
        _of(look, x.node, x.env).relative for x in apart.parts)


def _share_of_complement(look: Look, node: Any, env: Env) -> list[Any] | None:
    """The factors of x where a node is 1 - x, x = X/(X + Y) with X and Y relative; else None."""
    if node[0] != "add" or len(node[1]) != 2 or ["num", "1"] not in node[1]:
        return None
    factors = flat(next((x for x in node[1] if x != ["num", "1"]), ["num", "1"]))
    rest = without(factors, [["num", "-1"]])
    if rest is None or len(rest) == len(factors):
        return None
    return rest if _is_relative_share(look, rest, env) else None


def _is_relative_share(look: Look, factors: list[Any], env: Env) -> bool:
    """Whether a product is X/(X + Y), X and Y relative."""
    over = [x[1] for x in factors if x[0] == "pow" and x[2] == ["num", "-1"]]
    if len(over) != 1 or over[0][0] not in ("sum", "add"):
        return False
    whole = over[0]
    if len(factors) == 1 and whole[0] == "add" and ["num", "1"] in whole[1]:  # 1/(1 + Y)
        return all(_of(look, x, env).relative for x in whole[1])
    if not is_share(look.cx, factors, env):
        return False
    parts = [(x, env) for x in whole[1]] if whole[0] == "add" else [(whole[4], inside(look.cx, whole, env))]
    return all(_of(look, x, scope).relative for x, scope in parts)


def _mul(look: Look, node: Any, env: Env) -> Steepness:
    factors = flat(node)
    parts = [_of(look, x, env) for x in factors]
    relative = all(x.relative for x in parts)
    moving = [k for k, x in enumerate(factors) if contains_s(x)]
    if len(moving) == 1 and parts[moving[0]].plain:
        return Steepness(True, relative)
    return Steepness(_is_plain_product(look, factors, parts, env) or _is_focal(look, factors, env), relative)


def _is_plain_product(look: Look, factors: list[Any], parts: list[Steepness], env: Env) -> bool:
    """Whether all factors are plain and bounded; or but for one that is plain they are relative, all is bounded."""
    extents = [extent(look.cx, x, env) for x in factors]
    if all(p.plain and x.is_bounded for p, x in zip(parts, extents, strict=True)):
        return True
    for k, part in enumerate(parts):
        others = [h for h in range(len(parts)) if h != k and contains_s(factors[h])]
        if part.plain and others and all(parts[h].relative for h in others):
            kept = [factors[h] for h in others]
            bounded = extent(look.cx, ["mul", kept], env).is_bounded
            if bounded and extent(look.cx, ["mul", [factors[k], *kept]], env).is_bounded:
                return True
    return False


def _is_focal(look: Look, factors: list[Any], env: Env) -> bool:
    """Whether a product is (1 - x)^a log x, or log(1/x), a not negative, x a share, and numbers."""
    moving = [x for x in factors if contains_s(x)]
    if len(moving) != 2:
        return False
    for power, other in (moving, moving[::-1]):
        for base, exponent in _as_powers(power) if other[0] == "log" else ():
            if contains_s(exponent) or not signs.at_least_zero(sign_of(look.cx, exponent, env)):
                continue
            if _are_complements(look, base, other[1], env):
                return True
    return False


def _as_powers(node: Any) -> list[tuple[Any, Any]]:
    """A node as powers: as it is, to the exponent 1, and of the base, of 1 - x for x - 1 if even, or of one over it."""
    if node[0] != "pow":
        return [(node, ["num", "1"])]
    base, exponent = node[1:]
    found = [(base, exponent), (["pow", base, ["num", "-1"]], ["mul", [["num", "-1"], exponent]])]
    is_even = exponent[0] == "num" and parse(exponent[1]) % 2 == 0
    if is_even and base[0] == "add" and len(base[1]) == 2 and ["num", "-1"] in base[1]:
        other = next((x for x in base[1] if x != ["num", "-1"]), ["num", "-1"])
        found.append((["add", [["num", "1"], ["mul", [["num", "-1"], other]]]], exponent))
    return found


def _are_complements(look: Look, one: Any, other: Any, env: Env) -> bool:
    """Whether two nodes are 1 - x and x, or 1/x, or x and 1 - x, x = X/(X + Y) with X and Y relative."""
    share = _share_of_complement(look, one, env)
    if share is not None:
        wanted = ["mul", share]
        inverse = ["pow", wanted, ["num", "-1"]]
        return read(look.cx, other, env) in (read(look.cx, wanted, env), read(look.cx, inverse, env))
    share = _share_of_complement(look, other, env)
    return share is not None and read(look.cx, one, env) is read(look.cx, ["mul", share], env)


def _pow(look: Look, node: Any, env: Env) -> Steepness:
    if contains_s(node[2]):
        positive = not contains_s(node[1]) and sign_of(look.cx, node[1], env) == "pos"
        return Steepness(False, positive and _of(look, node[2], env).plain)
    base = _of(look, node[1], env)
    if is_rooted_square(node):
        found = extent(look.cx, node[1][1], env)
        return Steepness(_of(look, node[1][1], env).plain and (look.order == 1 or max(found.low, found.high) >= SIDE))
    exponent = read(look.cx, node[2], env)
    if not base.plain:
        return Steepness(False, base.relative)
    return Steepness(_is_plain_power(look, extent(look.cx, node[1], env), exponent), base.relative)


def _is_plain_power(look: Look, base: Extent, exponent: Poly) -> bool:
    """Whether the derivatives e x^(e - 1), and e (e - 1) x^(e - 2), of a power are bounded."""
    value = look.cx.constant(exponent)
    less = signs.sign(look.cx, close.plus(look.cx, exponent, look.cx.number(-1)))
    if base.low == APART and (base.high >= FINITE or less in ("neg", "nonpos", "zero")):
        return True
    if value is not None and value.denominator == 1 and value > 0:
        return base.is_bounded or value == 1
    left = close.plus(look.cx, exponent, look.cx.number(-look.order))
    return base.low >= SIDE and base.high >= FINITE and signs.at_least_zero(signs.sign(look.cx, left))


def _exp(look: Look, node: Any, env: Env) -> Steepness:
    return Steepness(False, _of(look, node[1], env).plain)


def _log(look: Look, node: Any, env: Env) -> Steepness:
    inner = _of(look, node[1], env)
    return Steepness(inner.relative or inner.plain and extent(look.cx, node[1], env).low == APART)


def _tanh(look: Look, node: Any, env: Env) -> Steepness:
    return Steepness(_of(look, node[1], env).plain)


def _sum(look: Look, node: Any, env: Env) -> Steepness:
    return _of(look, node[4], inside(look.cx, node, env))


def _prod(look: Look, node: Any, env: Env) -> Steepness:
    scope = inside(look.cx, node, env)
    body = _of(look, node[4], scope)
    return Steepness(body.plain and extent(look.cx, node[4], scope).is_bounded, body.relative)


def _extremum(look: Look, node: Any, env: Env) -> Steepness:
    if look.order > 1:
        return _NEITHER
    extrema.require_members(look.cx, node)
    return _of(look, node[4], inside(look.cx, node, env))


def is_smooth(cx: Context, node: Any, env: Env) -> bool:
    """Whether the Hessian of an expression is known to be bounded."""
    if steepness(cx, node, env, 2).plain or curve(cx, node, env).affine:
        return True
    if node[0] == "add":
        return all(is_smooth(cx, x, env) for x in node[1])
    if node[0] == "sum":
        return is_smooth(cx, node[4], inside(cx, node, env))
    if node[0] == "pow":
        return bool(node[2] == ["num", "2"] and curve(cx, node[1], env).affine)
    moving = [x for x in flat(node) if contains_s(x)]
    if node[0] != "mul" or len(moving) > 2:
        return False
    return is_smooth(cx, moving[0], env) if len(moving) == 1 else all(curve(cx, x, env).affine for x in moving)


_RULES: dict[str, Callable[[Look, Any, Env], Steepness]] = {
    "at": _at, "add": _add, "mul": _mul, "pow": _pow, "exp": _exp, "log": _log, "tanh": _tanh, "sum": _sum,
    "prod": _prod, "max": _extremum, "min": _extremum,
}

__all__ = ["Steepness", "is_smooth", "steepness"]
