"""What becomes of an expression as the target's logit u tends to minus infinity, one sample, hard label, others fixed.

Of functions f of u, as u tends to minus infinity, with some a > 0 and k:

- fixed: f does not depend on u; zero: it is 0;
- tiny: |f| and |f'| are at most multiples of e^(a u);
- level: f is bounded, and f' tends to 0;
- up, down: f = c u plus something level, c > 0, c < 0;
- slow: |f| and |f'| are at most multiples of |u|^k;
- huge: f is at least a multiple of e^(-a u), and relative.

Besides, in the end: f is not negative; apart: it is at least a positive number; relative: it is positive, |log f| is at
most a multiple of |u|, and the derivative of log f is bounded.

An index over classes is the target or another class: sums and products are split in these two, there being two classes
or more.  Labels are 1 at the target, 0 elsewhere; a product with a label that is 0 is zero (0 log 0 = 0).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from . import signs, trees
from .context import Context
from .maxima import is_rooted_square
from .numbers import Num
from .read import Env, read
from .reject import Reject
from .trees import flat
from .written import contains_s, inside, is_even, sign_of

TARGET, OTHER, ROW = "target", "other", "row"
#: What an index is, by its name.
Tags = dict[str, str]
_SETTLED = ("zero", "fixed", "tiny", "level")


@dataclass(frozen=True)
class State:
    """What a function does in the end."""

    trend: str = "open"
    nonneg: bool = False
    apart: bool = False
    relative: bool = False

    @property
    def settles(self) -> bool:
        """Whether the derivative tends to zero, and the function is bounded."""
        return self.trend in _SETTLED

    @property
    def is_slow(self) -> bool:
        """Whether the function and its derivative grow like a power at most."""
        return self.settles or self.trend in ("up", "down", "slow")


_ZERO = State("zero", nonneg=True)
_POSITIVE = State("fixed", True, True, True)


def state(cx: Context, node: Any, env: Env, tags: Tags) -> State:
    """What an expression does in the end."""
    cx.step()
    if not contains_s(node) and not _tells_places(node):
        return _of_sign(sign_of(cx, trees.replaced(node, "t", lambda at: _label(at, tags)), env))
    rule = _RULES.get(node[0])
    if rule is None:
        raise Reject(f"{str(node[0])[:40]} is not followed")
    return rule(cx, node, env, tags)


def _of_sign(sign: str) -> State:
    if sign == "zero":
        return _ZERO
    return _POSITIVE if sign == "pos" else State("fixed", nonneg=signs.at_least_zero(sign))


def _at(cx: Context, node: Any, env: Env, tags: Tags) -> State:
    return State("up" if _place(node[2], tags) == TARGET else "fixed")


def _place(at: list[Any], tags: Tags) -> str:
    """Whether an entry is the target's or another's."""
    place = tags.get(str(at[-1]), "")
    if place not in (TARGET, OTHER) or any(tags.get(str(x)) != ROW for x in at[:-1]):
        raise Reject("an entry is not known to be the target's or another's")
    return place


def _label(at: list[Any], tags: Tags) -> Any:
    return trees.number(int(_place(at, tags) == TARGET))


def _indicator(cx: Context, node: Any, env: Env, tags: Tags) -> State:
    held = _holds(node[1] if node[0] == "iverson" else ["eq", *node[1:]], tags)
    return State("fixed", nonneg=True) if held is None else _POSITIVE if held else _ZERO


def _holds(cond: Any, tags: Tags) -> bool | None:
    """Whether a condition on indices holds, None where it may or may not."""
    if cond[0] not in ("eq", "ne") or any(tags.get(str(x)) == ROW for x in cond[1:]):
        raise Reject("a condition is not about equal classes")
    one, other = (tags.get(str(x)) for x in cond[1:])
    if cond[1] == cond[2] or one == other == TARGET:
        return bool(cond[0] == "eq")
    return bool(cond[0] == "ne") if {one, other} == {TARGET, OTHER} else None


def _add(cx: Context, node: Any, env: Env, tags: Tags) -> State:
    return total([state(cx, x, env, tags) for x in node[1]])


def total(parts: list[State]) -> State:
    """A sum."""
    kept = [x for x in parts if x.trend != "zero"]
    if not kept:
        return _ZERO
    apart = any(x.apart for x in kept) and all(x.nonneg or x.trend == "tiny" for x in kept)
    relative = all(x.relative for x in kept)
    trend = _trend_of_sum([x.trend for x in kept], relative)
    return State(trend, apart or all(x.nonneg for x in kept), apart, relative or apart and trend in ("fixed", "level"))


def _trend_of_sum(trends: list[str], relative: bool) -> str:
    found = set(trends)
    if "huge" in found and relative:
        return "huge"
    if found & {"open", "huge"}:
        return "open"
    if len(found) == 1 and found <= {"fixed", "tiny"}:
        return trends[0]
    moving = found - set(_SETTLED)
    if not moving:
        return "level"
    return moving.pop() if moving in ({"up"}, {"down"}) else "slow"


def _mul(cx: Context, node: Any, env: Env, tags: Tags) -> State:
    """A product; factors without logits and labels that are negative turn its sign."""
    factors = flat(node)
    if any(not contains_s(x) and state(cx, x, env, tags) == _ZERO for x in factors):
        return _ZERO
    below = [x for x in factors if _is_constant(x) and sign_of(cx, x, env) == "neg"]
    parts = [_POSITIVE if x in below else state(cx, x, env, tags) for x in factors]
    found = product(parts)
    return found if len(below) % 2 == 0 else negative(found)


def _is_constant(node: Any) -> bool:
    """Whether an expression holds neither logits nor labels nor indicators."""
    return not contains_s(node) and not trees.mentions(node, "t") and not _tells_places(node)


def _tells_places(node: Any) -> bool:
    """Whether an expression holds indicators, or labels under a sum: what they are hangs on which class is meant."""
    if not isinstance(node, list | tuple) or not node:
        return False
    if node[0] in ("delta", "iverson") or node[0] in trees.BINDERS and trees.mentions(node, "t"):
        return True
    return any(map(_tells_places, node))


def product(parts: list[State]) -> State:
    """A product."""
    if any(x.trend == "zero" for x in parts):
        return _ZERO
    return State(_trend_of_product(parts), all(x.nonneg for x in parts), all(x.apart for x in parts),
                 all(x.relative for x in parts))


def _trend_of_product(parts: list[State]) -> str:
    trends = [x.trend for x in parts]
    moving = [x for x in trends if x != "fixed"]
    if len(moving) <= 1:
        return _scaled(moving[0], [x for x in parts if x.trend == "fixed"]) if moving else "fixed"
    if all(x in ("fixed", "level", "tiny") for x in trends):
        return "tiny" if "tiny" in trends else "level"
    if all(x.is_slow for x in parts):
        return "tiny" if "tiny" in trends else "slow"
    huge = all(x.trend == "huge" or x.apart and x.relative for x in parts)
    return "huge" if huge else "open"


def _scaled(trend: str, fixed: list[State]) -> str:
    """The trend of a function times what is fixed."""
    if trend not in ("up", "down", "huge") or all(x.apart for x in fixed):
        return trend
    return "open" if trend == "huge" else "slow"


def negative(found: State) -> State:
    """Minus a function."""
    turned = {"up": "down", "down": "up", "huge": "open"}
    return found if found.trend == "zero" else State(turned.get(found.trend, found.trend))


def _pow(cx: Context, node: Any, env: Env, tags: Tags) -> State:
    if contains_s(node[2]) or trees.mentions(node[2], "t"):
        raise Reject("an exponent holds logits or labels")
    if is_rooted_square(node):
        return _absolute(cx, node[1][1], env, tags)
    base, exponent = state(cx, node[1], env, tags), read(cx, node[2], env)
    sign, value = signs.sign(cx, exponent), cx.constant(exponent)
    whole = value is not None and value.denominator == 1
    nonneg = base.nonneg or whole and is_even(value)
    found = State("open", nonneg, base.apart and base.trend in ("fixed", "level"), base.relative)
    return replace(found, trend=_trend_of_power(base, sign, value if whole else None))


def _absolute(cx: Context, node: Any, env: Env, tags: Tags) -> State:
    """The absolute value of what has one sign in the end."""
    terms = node[1] if node[0] == "add" else [node]
    for side in ("1", "-1"):
        found = total([state(cx, ["mul", [["num", side], x]], env, tags) for x in terms])
        if found.nonneg or found.trend == "fixed":
            return replace(found, nonneg=True)
    raise Reject("an absolute value whose sign is not known is not followed")


def _trend_of_power(base: State, sign: str, whole: Num | None) -> str:
    """The trend of a power, whose exponent has a sign, and may be a whole number."""
    if base.trend == "fixed" or base.trend == "zero" and sign == "pos":
        return base.trend
    if base.apart and base.trend == "level":
        return "level"
    if base.relative and base.trend in ("tiny", "huge") and sign in ("pos", "neg"):
        return base.trend if sign == "pos" else {"tiny": "huge", "huge": "tiny"}[base.trend]
    if whole is not None and whole > 0 and base.is_slow:
        return base.trend if base.trend in ("tiny", "level") or whole == 1 else "slow"
    return "open"


def _exp(cx: Context, node: Any, env: Env, tags: Tags) -> State:
    inner = state(cx, node[1], env, tags).trend
    if inner in ("zero", "fixed"):
        return _POSITIVE
    trend = {"tiny": "level", "level": "level", "up": "tiny", "down": "huge"}.get(inner, "open")
    return State(trend, True, trend in ("level", "huge"), trend != "open")


def _log(cx: Context, node: Any, env: Env, tags: Tags) -> State:
    inner = state(cx, node[1], env, tags)
    if inner.trend == "fixed":
        return State("fixed")
    if inner.trend == "level" and inner.apart:
        return State("level")
    if not inner.relative:
        raise Reject("a logarithm is not followed")
    return State("slow")


def _tanh(cx: Context, node: Any, env: Env, tags: Tags) -> State:
    inner = state(cx, node[1], env, tags)
    return inner if inner.trend in ("zero", "fixed", "tiny") else State("level" if inner.settles else "open")


def _operator(cx: Context, node: Any, env: Env, tags: Tags) -> State:
    """A sum or product over classes, split at the target; over the one row there is."""
    head, name, size, conds, body = node
    scope = inside(cx, node, env)
    if size == "n":
        if conds:
            raise Reject("a sum over samples has conditions")
        return state(cx, body, scope, {**tags, name: ROW})
    parts = []
    for place in (TARGET, OTHER):
        own = {**tags, name: place}
        held = [_holds(c, own) for c in conds]
        if False in held:
            continue
        found = state(cx, body, scope, own)
        if found.trend in ("up", "down") and (None in held or head == "prod"):
            found = replace(found, trend="slow")  # none of them, or several
        parts.append(_perhaps_none(found, head) if None in held else found)
    if head == "sum":
        return total(parts)
    return product(parts) if parts else _POSITIVE


def _perhaps_none(found: State, head: str) -> State:
    """A sum over other classes of which there may be none, or a product."""
    if found.trend == "huge":
        found = replace(found, trend="open")
    if head == "prod":
        return replace(found, trend={"tiny": "level", "zero": "fixed"}.get(found.trend, found.trend))
    return replace(found, apart=False, relative=False)


_RULES: dict[str, Callable[[Context, Any, Env, Tags], State]] = {
    "at": _at, "delta": _indicator, "iverson": _indicator, "add": _add, "mul": _mul, "pow": _pow, "exp": _exp,
    "log": _log, "tanh": _tanh, "sum": _operator, "prod": _operator,
}

__all__ = ["State", "state"]
