"""Where an expression is defined: for all logits, and all labels and parameters as declared.

An expression is defined where every logarithm has a positive argument, nothing is divided by zero, and every power
has a base that allows its exponent: a positive one any; zero a positive one; a negative one a whole number.  A product
with a label as a factor counts as zero where that label is zero, if all that is undefined there is the logarithm of
zero (0 log 0 = 0).  What stands under a condition on indices must be defined whether it holds or not, but two
indices that differ need two members of their range.
"""

from __future__ import annotations

from typing import Any

from . import extrema, sizes
from .context import Context
from .curvature import curve
from .nodes import Poly
from .numbers import Num, is_int
from .read import Env, read
from .reject import Reject
from .trees import flat
from .written import contains_s, inside, sign_of

_NONZERO = "nonzero label "


def require(cx: Context, node: Any, env: Env | None = None, least_m: int = 1) -> None:
    """Refuse an expression that is not known to be defined; its free indices are in ``env``."""
    _Walk(cx).node(node, env or {}, max(least_m, cx.sizes.get("m", 1)))


def is_defined(cx: Context, node: Any, env: Env | None = None, least_m: int = 1) -> bool:
    """Whether the expression is known to be defined."""
    try:
        require(cx, node, env, least_m)
    except Reject:
        return False
    return True


def needs_positive_labels(node: Any, free: frozenset[str] = frozenset()) -> bool:
    """Whether an expression has a value only where every label is positive: each stands in a log, or below a line.

    ``free`` are the indices that run over all of their range.  A sum under conditions may have no term, for some sizes
    or for some of the indices outside.  Beside a label as a factor, or a power of one, 0 log 0 counts as zero.
    """
    kind = node[0]
    if kind in ("sum", "prod"):
        return not node[3] and needs_positive_labels(node[4], free | {node[1]})
    if kind == "mul":
        factors = flat(node)
        if any(_is_label(x[1] if x[0] == "pow" and x[2] != ["num", "-1"] else x) for x in factors):
            return False
        return any(needs_positive_labels(x, free) for x in factors)
    if kind == "log" or kind == "pow" and node[2] == ["num", "-1"]:
        places = [x[2] for x in flat(node[1]) if _is_label(x) and all(isinstance(y, str) for y in x[2])]
        if any(len(free & {*x}) == len(x) for x in places):  # a product that is not 0 has no factor 0
            return True
    inner = list(node[1]) if kind == "add" else [node[1]] if kind in ("exp", "tanh", "log", "pow") else []
    return any(needs_positive_labels(x, free) for x in inner)


def _is_label(node: Any) -> bool:
    return len(node) == 3 and node[0] == "at" and node[1] == "t"


def strong_sign(cx: Context, node: Any, env: Env, least_m: int = 1) -> str:
    """The sign of an expression by all means: its structure, its normal form, and the sizes."""
    before, cx.least_m = cx.least_m, max(cx.least_m, least_m)
    try:
        found = curve(cx, node, env).sign if contains_s(node) else sign_of(cx, node, env)
    finally:
        cx.least_m = before
    if found in ("pos", "neg", "zero"):
        return found
    try:
        other = sizes.sign_from(cx, read(cx, node, env), least_m)
    except Reject:
        return found
    return other if found == "unknown" or other in ("pos", "neg", "zero") else found


class _Walk:
    """One walk over an expression."""

    def __init__(self, cx: Context) -> None:
        self.cx = cx

    def node(self, node: Any, env: Env, least: int) -> None:
        """Refuse unless the node is defined for all values of what it holds."""
        self.cx.step()
        kind = node[0]
        if kind == "add":
            for x in node[1]:
                self.node(x, env, least)
        elif kind == "mul":
            self._product(node, env, least)
        elif kind in ("sum", "prod"):
            more = 2 if any(self._needs_two_classes(c, node, env) for c in node[3]) else 1
            self.node(node[4], inside(self.cx, node, env), max(least, more))
        elif kind in extrema.HEADS:
            more = extrema.require_members(self.cx, node)
            self.node(node[4], inside(self.cx, node, env), max(least, more if node[2] == "m" else 1))
        elif kind in ("exp", "tanh", "sign"):
            self.node(node[1], env, least)
        elif kind == "log":
            self.node(node[1], env, least)
            if strong_sign(self.cx, node[1], env, least) != "pos":
                raise Reject("the argument of a logarithm is not known to be positive")
        elif kind == "pow":
            self._power(node, env, least)

    def _needs_two_classes(self, cond: Any, node: Any, env: Env) -> bool:
        """Whether the condition says that two class indices differ, or that something is not 0 modulo m."""
        if cond[0] != "ne" or node[2] != "m":
            return bool(cond[0] == "ncong")
        other = next((x for x in cond[1:] if x != node[1]), None)
        return isinstance(other, str) and env.get("range of " + other, ("", ""))[1] == "m"

    def _product(self, node: Any, env: Env, least: int) -> None:
        factors = flat(node)
        may_be_zero = self.cx.arrays["t"] != "positive"
        labels = [x for x in factors if may_be_zero and _is_label(x)]
        for x in factors:
            own = x
            if x[0] == "log":
                for label in labels:
                    own = self._nonzero(own, label)
            self.node(own, env, least)

    def _nonzero(self, node: Any, label: Any) -> Any:
        """The expression where a label is positive."""
        if not isinstance(node, list | tuple):
            return node
        if list(node) == list(label):
            name = _NONZERO + label[1]
            self.cx.arrays[name] = "positive"
            self.cx.array_spans[name] = self.cx.array_spans[label[1]]
            return ["at", name, label[2]]
        return [self._nonzero(x, label) for x in node]

    def _power(self, node: Any, env: Env, least: int) -> None:
        self.node(node[1], env, least)
        self.node(node[2], env, least)
        if contains_s(node[2]):
            exponent: Poly | None = None
            value: Num | None = None
        else:
            exponent = read(self.cx, node[2], env)
            value = self.cx.constant(exponent)
        if value is not None and is_int(value) and (value > 0 or value == 0 and node[2][0] == "num"):
            return  # x^0 that is written so is 1; where a letter happens to be 0, 0^0 has no value
        base = strong_sign(self.cx, node[1], env, least)
        if base == "pos" or base == "neg" and value is not None and is_int(value):
            return
        rising = exponent is not None and sizes.sign_from(self.cx, exponent, least) == "pos"
        if base in ("nonneg", "zero") and rising or rising and self._is_whole(exponent):
            return
        raise Reject("the base of a power is not known to allow its exponent")

    def _is_whole(self, exponent: Poly | None) -> bool:
        """Whether an exponent takes whole values only: sizes, indices, parameters that are whole by declaration."""
        if exponent is None:
            return False
        for t, c in exponent.terms:
            if t.bounds or t.ex.terms or not is_int(c):
                return False
            for atom, e in t.facs:
                whole = atom.kind == "idx" or atom.kind == "sym" and (
                    atom.name in ("n", "m") or atom.name in self.cx.domains and self.cx.domains[atom.name].integer)
                if not whole or not is_int(e) or e < 0:
                    return False
        return True


__all__ = ["is_defined", "needs_positive_labels", "require", "strong_sign"]
