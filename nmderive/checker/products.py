"""Constants and products taken apart: Q = c + sum of X_g + products of two and more of the X_g, coefficients positive.

Each X_g is log-convex in the logits (or zero), and stands under sums only; c has no logits.  So prod_j (1 + X_j) - 1 is
the sum of X_j and of products of several, and c may be what is left where constants cancel, as in
sum_d prod_j (1 + X_jd) - (m - 2).  What is beside c is a sum of products of log-convex functions: it is log-convex.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from . import signs
from .context import Context
from .read import Env, bind, condition
from .reject import Malformed, Reject

_ZERO = ["num", "0"]
Binder = tuple[str, Any, Any, Any]
#: What is known of an expression in a scope: its sign, and whether it is log-convex.
Known = Callable[[Any, Env], tuple[str, bool]]


@dataclass(frozen=True)
class Part:
    """One X_g: the sums and products around it, outermost first, the expression, and its scope."""

    way: tuple[Binder, ...]
    node: Any
    env: Env

    def under_sums(self, body: Any) -> Any:
        """An expression of the part's indices, summed over all of them."""
        for _, name, span, conds in reversed(self.way):
            body = ["sum", name, span, conds, body]
        return body


@dataclass(frozen=True)
class Apart:
    """A constant without logits, the parts, and whether products of parts occur."""

    constant: Any
    parts: tuple[Part, ...] = ()
    multiplied: bool = False


class Taking:
    """Takes expressions apart; ``known`` and ``sign_of`` are the rules of structure, ``contains_s`` finds logits."""

    def __init__(
        self, cx: Context, known: Known, sign_of: Callable[[Any, Env], str], contains_s: Callable[[Any], bool]
    ) -> None:
        self.cx, self.known, self.sign_of, self.contains_s = cx, known, sign_of, contains_s

    def apart(self, node: Any, env: Env) -> Apart:
        """The expression taken apart, or a Reject."""
        self.cx.step()
        if not self.contains_s(node):
            return Apart(node)
        found = None
        if node[0] == "add":
            each = [self.apart(x, env) for x in node[1]]
            constant = ["add", [x.constant for x in each]]
            found = Apart(constant, tuple(p for x in each for p in x.parts), any(x.multiplied for x in each))
        elif node[0] in ("sum", "prod"):
            found = self._operator(node, env)
        elif node[0] == "mul":
            found = self._product(node, env)
        if found is not None and (found.multiplied or not _is_zero(found.constant)):
            return found
        sign, is_log_convex = self.known(node, env)
        if is_log_convex and signs.at_least_zero(sign):
            return Apart(_ZERO, (Part((), node, env),))
        if found is None:
            raise Reject("a part is not known to be log-convex")
        return found

    def _operator(self, node: Any, env: Env) -> Apart:
        kind, name, span, conds, body = node
        if span not in ("n", "m") or not isinstance(conds, list | tuple):
            raise Malformed("an index must run over n or m, with a list of conditions")
        depth = 1 + max([x[1] for x in env.values() if x[0] == "U"], default=-1)
        inner = bind(self.cx, env, name, ("U", depth, span), span)
        for c in conds:
            condition(self.cx, c, inner)
        own = self.apart(body, inner)
        if kind == "prod" and self.sign_of(own.constant, inner) != "pos":
            raise Reject("a factor has no positive constant")
        binder: Binder = (kind, name, span, conds)
        parts = tuple(Part((binder, *p.way), p.node, p.env) for p in own.parts)
        return Apart([kind, name, span, conds, own.constant], parts, own.multiplied or kind == "prod")

    def _product(self, node: Any, env: Env) -> Apart | None:
        """A product of factors with positive constants; None where one has none."""
        try:
            each = [self.apart(x, env) for x in node[1]]
        except Reject:
            return None
        if any(self.sign_of(x.constant, env) != "pos" for x in each):
            return None
        parts = tuple(p for x in each for p in x.parts)
        return Apart(["mul", [x.constant for x in each]], parts, True)


def _is_zero(constant: Any) -> bool:
    """Whether a constant is zero as it was put together."""
    if constant[0] == "add":
        return all(map(_is_zero, constant[1]))
    return bool(constant[0] == "sum" and _is_zero(constant[4])) or list(constant) == _ZERO


__all__ = ["Apart", "Part", "Taking"]
