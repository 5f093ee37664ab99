"""The parts of a convex form: logs of positive sums of exponentials, such sums alone, squares of affine functions."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from . import setup
from .context import Context
from .curvature import curve
from .read import Env
from .reject import Malformed, Reject
from .written import contains_s, inside, sign_of


@dataclass(frozen=True)
class Index:
    """A bound index with its range and conditions."""

    name: str
    range_name: str
    conds: tuple[Any, ...]


@dataclass(frozen=True)
class Exponent:
    """One exp(sum of parts) with a weight, under further indices."""

    inner: tuple[Index, ...]
    parts: tuple[Any, ...]
    weights: tuple[Any, ...] = ()
    sign: str = "pos"


@dataclass
class Group:
    """One part: the indices it stands under, its exponents, whether a positive constant is added.

    ``kind`` is "log"; "exp" for a product of exponentials, or of exponentials and one sum of such, outside of
    logarithms (an exponential that is added to others there is a part of its own); "square" for the
    second power of an affine function, which is its only exponent.  The latter two are treated like logarithms with
    a positive constant: along a direction they are flat only if no exponent changes.
    """

    outer: tuple[Index, ...]
    constant: bool = False
    exponents: list[Exponent] = field(default_factory=list)
    weights: tuple[Any, ...] = ()
    sign: str = "pos"
    kind: str = "log"


def groups_of(cx: Context, form: Any) -> list[Group]:
    """All groups of a form, numbered from 0 in the order of their log nodes."""
    found: list[Group] = []
    _outer(cx, form, {}, (), found)
    return found


def bound(node: Any, indices: tuple[Index, ...]) -> tuple[Index, ...]:
    """The indices with that of a sum added."""
    if node[1] in {x.name for x in indices}:
        raise Malformed(f"the index {node[1]} is bound twice, one inside the other")
    return (*indices, Index(node[1], node[2], tuple(node[3])))


def _weight(cx: Context, node: Any, env: Env) -> tuple[str, list[Any]]:
    """The sign of a product's factors without s, and its factors with s."""
    free = [x for x in node[1] if not contains_s(x)]
    return sign_of(cx, ["mul", free], env), [x for x in node[1] if contains_s(x)]


def _outer(cx: Context, node: Any, env: Env, indices: tuple[Index, ...], found: list[Group]) -> None:
    if not contains_s(node):
        return
    if node[0] == "add":
        for x in node[1]:
            _outer(cx, x, env, indices, found)
    elif node[0] == "sum":
        _outer(cx, node[4], inside(cx, node, env), bound(node, indices), found)
    elif node[0] == "mul":
        sign, factors = _weight(cx, node, env)
        if sign == "pos" and len(factors) == 1:
            _outer(cx, factors[0], env, indices, found)
            return
        if sign == "pos" and curve(cx, node, env).log_convex:
            found.append(_alone(cx, ["mul", factors], env, indices))
            return
    elif node[0] == "log":
        group = Group(indices)
        _inner(cx, node[1], env, (), (), group)
        found.append(group)
        return
    elif node[0] == "exp" and curve(cx, node[1], env).affine:
        found.append(_alone(cx, node, env, indices))
        return
    elif is_square(cx, node, env):
        found.append(Group(indices, True, [Exponent((), (node[1],))], kind="square"))
        return
    if node[0] not in ("add", "sum") and not curve(cx, node, env).convex:
        raise Reject("a part of the form is not known to be convex")


def _alone(cx: Context, node: Any, env: Env, indices: tuple[Index, ...]) -> Group:
    group = Group(indices, constant=True, kind="exp")
    _inner(cx, node, env, (), (), group)
    return group


def is_square(cx: Context, node: Any, env: Env) -> bool:
    """Whether an expression is the second power of an affine function of the logits."""
    return bool(node[0] == "pow" and node[2] == ["num", "2"] and curve(cx, node[1], env).affine)


def _inner(
    cx: Context, node: Any, env: Env, indices: tuple[Index, ...], parts: tuple[Any, ...], group: Group
) -> None:
    """Collect a log's argument; what is not a weighted exponential must be log-convex."""
    if not contains_s(node):
        sign = sign_of(cx, node, env)
        if parts and sign == "pos":
            group.exponents.append(Exponent(indices, parts))
        elif sign == "pos":
            group.constant = group.constant or not indices
        elif sign not in ("nonneg", "zero"):
            raise Reject("a part of a logarithm's argument is not known to be nonnegative")
    elif node[0] == "exp" and curve(cx, node[1], env).affine:
        group.exponents.append(Exponent(indices, (*parts, node[1])))
    elif node[0] == "add":
        for x in node[1]:
            _inner(cx, x, env, indices, parts, group)
    elif node[0] == "sum":
        outer_indices = (*group.outer, *indices)
        added = bound(node, outer_indices)[-1]
        _inner(cx, node[4], inside(cx, node, env), (*indices, added), parts, group)
    elif node[0] == "mul":
        _factors(cx, node, env, indices, parts, group)
    elif not curve(cx, node, env).log_convex:
        raise Reject("a part of a logarithm's argument is not known to be log-convex")


def _factors(
    cx: Context, node: Any, env: Env, indices: tuple[Index, ...], parts: tuple[Any, ...], group: Group
) -> None:
    sign, factors = _weight(cx, node, env)
    exps = [x for x in factors if x[0] == "exp" and curve(cx, x[1], env).affine]
    others = [x for x in factors if not any(x is y for y in exps)]
    if sign == "pos" and len(others) <= 1:
        exponent = (*parts, *(x[1] for x in exps))
        if others:
            _inner(cx, others[0], env, indices, exponent, group)
        else:
            group.exponents.append(Exponent(indices, exponent))
    elif not curve(cx, node, env).log_convex:
        raise Reject("a part of a logarithm's argument is not known to be log-convex")


def shape_names(shape: setup.Shape) -> list[str]:
    """The free indices of the claim: the row, if any, and the two compared classes."""
    return {"nm": ["i", "j", "k"], "m": ["j", "k"], "n": ["i"]}["".join(shape)]
