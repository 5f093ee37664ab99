"""Disciplined rules for convexity and log-convexity in the logits s, node by node.

"log-convex" here means: for fixed labels either identically zero or positive with a convex
logarithm; such functions are closed under nonnegative combinations, products and powers with
nonnegative exponent, and they are convex.  All statements are meant on the domain of definition.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from . import close, extrema, maxima, shares_between, signs, tangents, trees
from .beside_one import Beside
from .context import Context
from .nodes import Poly
from .products import Apart, Taking
from .read import Env, read
from .reject import Reject
from .written import beside_labels, contains_s, inside, is_even, sign_of


@dataclass(frozen=True)
class Curve:
    """What is known about an expression as a function of s."""

    sign: str = "unknown"
    affine: bool = False
    convex: bool = False
    concave: bool = False
    log_convex: bool = False
    log_concave: bool = False


AFFINE = Curve(affine=True, convex=True, concave=True)


def curve(cx: Context, node: Any, env: Env) -> Curve:
    """The curvature of an expression in s."""
    cx.step()
    if not contains_s(node):
        sign = sign_of(cx, node, env)
        positive = signs.at_least_zero(sign)
        return Curve(sign, True, True, True, positive, positive)
    rule = _RULES.get(node[0])
    found = rule(cx, node, env) if rule is not None else Curve()
    return replace(found, convex=found.convex or found.log_convex or found.affine) if rule else found


def _at(cx: Context, node: Any, env: Env) -> Curve:
    read(cx, node, env)
    return AFFINE


def _add(cx: Context, node: Any, env: Env) -> Curve:
    parts = [curve(cx, x, env) for x in node[1]]
    if len(parts) == 1:
        return parts[0]
    found = _sum_of(parts)
    if not found.convex:
        found = replace(found, convex=maxima.is_convex(cx, node, env, lambda x: curve(cx, x, env).convex))
    if found.sign != "unknown":
        return found
    taken = _apart(cx, node, env)
    if taken is not None:
        return taken
    below = _beside_one(cx).one_minus(node, env)
    if below != "unknown":
        return replace(found, sign=below)
    above = (maxima.is_above, maxima.is_above_entry, tangents.is_above_line)
    if any(way(cx, node, env) for way in above):
        return replace(found, sign="nonneg")
    sign = shares_between.sign(
        node, lambda x: _beside_one(cx).is_share(x, env), lambda x: curve(cx, x, env).sign == "pos")
    if sign == "unknown":
        together = trees.one_sum(node[1])
        sign = "unknown" if together is None else curve(cx, together, env).sign
    return replace(found, sign=sign)


def _beside_one(cx: Context) -> Beside:
    return Beside(cx, lambda x, scope: curve(cx, x, scope).sign, lambda x, scope: taken_apart(cx, x, scope))


def taken_apart(cx: Context, node: Any, env: Env) -> Apart:
    """A constant and products of log-convex parts, as which the expression is written, or a Reject."""

    def known(x: Any, scope: Env) -> tuple[str, bool]:
        found = curve(cx, x, scope)
        return found.sign, found.log_convex

    return Taking(cx, known, lambda x, scope: sign_of(cx, x, scope), contains_s).apart(node, env)


def _apart(cx: Context, node: Any, env: Env) -> Curve | None:
    """What is known of a constant that is not negative and products of log-convex parts; None for anything else."""
    if all(signs.at_least_zero(sign_of(cx, x, env)) for x in node[1] if not contains_s(x)):
        return None
    try:
        constant = sign_of(cx, taken_apart(cx, node, env).constant, env)
    except Reject:
        return None
    return Curve("pos" if constant == "pos" else "nonneg", False, True, False, True) \
        if signs.at_least_zero(constant) else Curve(convex=True)


def _sum_of(parts: list[Curve]) -> Curve:
    return Curve(
        sign=_common_sign({p.sign for p in parts}),
        affine=all(p.affine for p in parts),
        convex=all(p.convex for p in parts),
        concave=all(p.concave for p in parts),
        log_convex=all(p.log_convex for p in parts),
    )


def _common_sign(found: set[str]) -> str:
    if all(map(signs.at_least_zero, found)):
        return "pos" if "pos" in found else "nonneg"
    if all(signs.at_least_zero(signs.flip(x)) for x in found):
        return "neg" if "neg" in found else "nonpos"
    return "unknown"


def _mul(cx: Context, node: Any, env: Env) -> Curve:
    weights = [x for x in node[1] if not contains_s(x)]
    weight = sign_of(cx, ["mul", weights], env)
    parts = [curve(cx, x, env) for x in node[1] if contains_s(x)]
    result = parts[0] if len(parts) == 1 else _product_of(parts)
    return _scaled(result, weight)


def _product_of(parts: list[Curve]) -> Curve:
    log_convex = all(p.log_convex for p in parts)
    return Curve(
        sign=_sign_of_product([p.sign for p in parts]),
        convex=log_convex,
        log_convex=log_convex,
        log_concave=all(p.log_concave for p in parts),
    )


def _sign_of_product(parts: list[str]) -> str:
    turned = [signs.flip(sign) if sign in ("neg", "nonpos") else sign for sign in parts]
    if not all(map(signs.at_least_zero, turned)):
        return "unknown"
    found = "pos" if all(sign == "pos" for sign in turned) else "nonneg"
    return signs.flip(found) if sum(sign in ("neg", "nonpos") for sign in parts) % 2 else found


def _scaled(f: Curve, weight: str) -> Curve:
    """A weight without s times f."""
    if signs.at_least_zero(weight):
        sign = f.sign
        if weight != "pos":
            sign = {"pos": "nonneg", "neg": "nonpos"}.get(sign, sign)
        return replace(f, sign=sign)
    if weight in ("neg", "nonpos"):
        sign = signs.flip(f.sign)
        if weight != "neg":
            sign = {"pos": "nonneg", "neg": "nonpos"}.get(sign, sign)
        return Curve(sign, f.affine, f.concave, f.convex)
    return Curve(affine=f.affine, convex=f.affine, concave=f.affine)


def _pow(cx: Context, node: Any, env: Env) -> Curve:
    if contains_s(node[2]):
        return _power_of_constant(cx, node, env)
    base = curve(cx, node[1], env)
    exponent = read(cx, node[2], env)
    sign = signs.sign(cx, exponent)
    more = signs.sign(cx, close.plus(cx, exponent, cx.number(-1)))
    up, down = signs.at_least_zero(sign), sign in ("neg", "nonpos", "zero")
    above, below = signs.at_least_zero(more), up and more in ("neg", "nonpos", "zero")
    even = is_even(cx.constant(exponent)) and sign == "pos"
    inside_root = _rooted_square(cx, node, env)
    if inside_root is not None:  # |u|: convex where u is affine, and where u is |u|
        is_positive = signs.at_least_zero(inside_root.sign)
        return Curve("nonneg", convex=inside_root.affine or inside_root.convex and is_positive)
    positive = signs.at_least_zero(base.sign)
    return Curve(
        sign="pos" if base.sign == "pos" else "nonneg" if positive or even else _of_odd(cx, base.sign, exponent),
        convex=(positive and base.convex and above)
        or (base.affine and even)
        or (base.sign == "pos" and base.concave and down),
        concave=positive and base.concave and below,
        log_convex=(base.log_convex and up) or (base.log_concave and down),
        log_concave=(base.log_concave and up) or (base.log_convex and down),
    )


def _of_odd(cx: Context, base: str, exponent: Poly) -> str:
    """The sign of an odd whole power of what is not positive: its own, and strict where it is below the line."""
    value = cx.constant(exponent)
    if base not in ("neg", "nonpos") or value is None or value.denominator != 1 or is_even(value):
        return "unknown"
    return "neg" if value < 0 else base


def _rooted_square(cx: Context, node: Any, env: Env) -> Curve | None:
    """What is known of u where the expression is (u^2)^(1/2), the absolute value of u; else None."""
    return curve(cx, node[1][1], env) if maxima.is_rooted_square(node) else None


def _power_of_constant(cx: Context, node: Any, env: Env) -> Curve:
    if contains_s(node[1]) or sign_of(cx, node[1], env) != "pos":
        return Curve()
    affine = curve(cx, node[2], env).affine
    return Curve("pos", convex=affine, log_convex=affine, log_concave=affine)


def _exp(cx: Context, node: Any, env: Env) -> Curve:
    inner = curve(cx, node[1], env)
    return Curve("pos", False, inner.convex, False, inner.convex, inner.concave)


def _log(cx: Context, node: Any, env: Env) -> Curve:
    inner = curve(cx, node[1], env)
    concave = inner.log_concave or inner.concave
    return Curve(_beside_one(cx).sign_of_log(node[1], env), affine=inner.log_convex and inner.log_concave,
                 convex=inner.log_convex, concave=concave)


def _sum(cx: Context, node: Any, env: Env) -> Curve:
    body = curve(cx, node[4], inside(cx, node, env))
    sign = body.sign
    own = beside_labels(cx, node, env, lambda x, scope: curve(cx, x, scope).sign)
    sign = own if own in ("pos", "neg") else sign
    excluded = all(c[0] == "ne" or c[0] == "ncong" and extrema.solves(c, node[1]) for c in node[3])
    left = node[2] == "m" and excluded and len(node[3]) < cx.least_m
    if node[3] and not left and not _is_one_class(node):  # no term may be left
        sign = {"pos": "nonneg", "neg": "nonpos"}.get(sign, sign)
    return Curve(sign, body.affine, body.convex, body.concave, body.log_convex)


def _is_one_class(node: Any) -> bool:
    """Whether a sum is over the one class that a congruence says it is."""
    return len(node[3]) == 1 and node[3][0][0] == "cong" and extrema.solves(node[3][0], node[1])


def _prod(cx: Context, node: Any, env: Env) -> Curve:
    body = curve(cx, node[4], inside(cx, node, env))
    positive = signs.at_least_zero(body.sign)
    sign = "pos" if body.sign == "pos" else "nonneg" if positive else "unknown"
    return Curve(sign, False, body.log_convex, False, body.log_convex, body.log_concave)


def _extremum(cx: Context, node: Any, env: Env) -> Curve:
    """A maximum of what is convex, or log-convex, is so, a minimum of what is concave."""
    body = curve(cx, node[4], inside(cx, node, env))
    extrema.require_members(cx, node)
    if node[0] == "max":
        return Curve(body.sign, convex=body.convex, log_convex=body.log_convex)
    return Curve(body.sign, concave=body.concave, log_concave=body.log_concave)


_RULES: dict[str, Callable[[Context, Any, Env], Curve]] = {
    "at": _at, "add": _add, "mul": _mul, "pow": _pow, "exp": _exp, "log": _log, "sum": _sum, "prod": _prod,
    "max": _extremum, "min": _extremum,
}
