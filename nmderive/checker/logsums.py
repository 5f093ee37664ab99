"""Forms that are, up to terms without s, weighted sums of the parts that ``groups`` describes.

Parts and exponents are numbered like those of ``groups``, but nothing is passed over: every
log node is a group, every exponential an exponent, whatever the signs of their weights, and a
form that contains anything else that depends on s is refused, and so is a kind that is not asked for.
"""

from __future__ import annotations

from typing import Any

from . import signs
from .context import Context
from .curvature import curve
from .groups import Exponent, Group, Index, bound, is_square
from .read import Env
from .reject import Reject
from .written import contains_s, inside, sign_of

Indices = tuple[Index, ...]


class LogSum:
    """The groups of a form, and the terms without s in its logarithms."""

    def __init__(self, cx: Context, form: Any, kinds: tuple[str, ...] = ("log",)) -> None:
        self.cx = cx
        self.groups: list[Group] = []
        self.constants: list[Any] = []
        self._outer(form, {}, (), ())
        if not all(group.constant for group in self.groups):
            raise Reject("a logarithm has no positive constant beside its exponentials")
        if not all(group.kind in kinds for group in self.groups):
            raise Reject("the form is not a sum of weighted logarithms")

    def _outer(self, node: Any, env: Env, indices: Indices, weights: tuple[Any, ...]) -> None:
        if not contains_s(node):
            return
        if node[0] == "add":
            for x in node[1]:
                self._outer(x, env, indices, weights)
        elif node[0] == "sum":
            self._outer(node[4], inside(self.cx, node, env), bound(node, indices), weights)
        elif node[0] == "mul":
            free = [x for x in node[1] if not contains_s(x)]
            rest = [x for x in node[1] if contains_s(x)]
            if len(rest) == 1:
                self._outer(rest[0], env, indices, (*weights, *free))
            else:
                self._part("exp", ["mul", rest], env, indices, (*weights, *free))
        elif node[0] == "log":
            self._part("log", node[1], env, indices, weights)
        elif node[0] == "exp":
            self._part("exp", node, env, indices, weights)
        elif is_square(self.cx, node, env):
            self._part("square", node[1], env, indices, weights)
        else:
            raise Reject("the form is not a sum of weighted logarithms")

    def _part(self, kind: str, node: Any, env: Env, indices: Indices, weights: tuple[Any, ...]) -> None:
        sign = sign_of(self.cx, ["mul", list(weights)], env)
        group = Group(indices, kind != "log", weights=weights, sign=sign, kind=kind)
        if kind == "square":
            self._exponent(env, (), (), (node,), group)
        else:
            self._inner(node, env, (), (), (), group)
        self.groups.append(group)

    def _inner(
        self, node: Any, env: Env, indices: Indices, weights: tuple[Any, ...], parts: tuple[Any, ...], group: Group
    ) -> None:
        if not contains_s(node):
            self._without_s(node, env, indices, weights, parts, group)
        elif node[0] == "exp" and curve(self.cx, node[1], env).affine:
            self._exponent(env, indices, weights, (*parts, node[1]), group)
        elif node[0] == "add":
            for x in node[1]:
                self._inner(x, env, indices, weights, parts, group)
        elif node[0] == "sum":
            added = bound(node, (*group.outer, *indices))[-1]
            self._inner(node[4], inside(self.cx, node, env), (*indices, added), weights, parts, group)
        elif node[0] == "mul":
            free = [x for x in node[1] if not contains_s(x)]
            exps = [x for x in node[1] if contains_s(x) and x[0] == "exp" and curve(self.cx, x[1], env).affine]
            others = [x for x in node[1] if contains_s(x) and not any(x is y for y in exps)]
            if len(others) > 1:
                raise Reject("a logarithm's argument is not a sum of exponentials")
            rest = others[0] if others else ["num", "1"]
            self._inner(rest, env, indices, (*weights, *free), (*parts, *(x[1] for x in exps)), group)
        else:
            raise Reject("a logarithm's argument is not a sum of exponentials")

    def _without_s(
        self, node: Any, env: Env, indices: Indices, weights: tuple[Any, ...], parts: tuple[Any, ...], group: Group
    ) -> None:
        if parts:
            self._exponent(env, indices, (*weights, node), parts, group)
            return
        whole = ["mul", [*weights, node]]
        sign = sign_of(self.cx, whole, env)
        if not signs.at_least_zero(sign):
            raise Reject("a constant in a logarithm is not known to be nonnegative")
        group.constant = group.constant or (sign == "pos" and not indices)
        self.constants.append(whole)

    def _exponent(
        self, env: Env, indices: Indices, weights: tuple[Any, ...], parts: tuple[Any, ...], group: Group
    ) -> None:
        sign = sign_of(self.cx, ["mul", list(weights)], env)
        group.exponents.append(Exponent(indices, parts, weights, sign))
