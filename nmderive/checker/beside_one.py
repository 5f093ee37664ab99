"""What lies below one, and above: shares, means of such, powers, one less a share; the signs of their logarithms."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from . import signs, totals
from .context import Context
from .numbers import Num, parse
from .products import Apart
from .read import Env, read
from .reject import Reject
from .trees import flat
from .written import contains_s, inside, is_label_of, sign_of


@dataclass(frozen=True)
class Beside:
    """Compares expressions with one; ``sign`` tells the sign of one with logits, ``apart`` what it is made of."""

    cx: Context
    sign: Callable[[Any, Env], str]
    apart: Callable[[Any, Env], Apart]

    def sign_of_log(self, node: Any, env: Env) -> str:
        """The sign of a logarithm, by what lies above one, and below."""
        if self.at_least_one(node, env):
            parts = node[1] if node[0] == "add" else []
            others = [self.sign(x, env) for x in parts if x[0] != "num"]
            plain = sum(parse(x[1]) for x in parts if x[0] == "num")
            return "pos" if plain >= 1 and "pos" in others and all(map(signs.at_least_zero, others)) else "nonneg"
        if not self._up_to_one(node, env):
            return "unknown"
        return "neg" if self._is_one_of_several(node, env) else "nonpos"

    def one_minus(self, node: Any, env: Env) -> str:
        """The sign of a number, less as many expressions of at most one, plus what is not negative; or "unknown"."""
        room: Num = 0
        strict = False
        for x in node[1]:
            less = ["mul", x[1][1:]] if x[0] == "mul" and x[1] and x[1][0] == ["num", "-1"] else None
            if x[0] == "num":
                room += parse(x[1])
            elif less is not None and self._at_most_one(less, env):
                room, strict = room - 1, strict or self._is_one_of_several(less, env)
            elif not signs.at_least_zero(self.sign(x, env)):
                return "unknown"
        return "unknown" if room < 0 else "pos" if strict else "nonneg"

    def at_least_one(self, node: Any, env: Env) -> bool:
        """Whether an expression is a number of at least one plus parts that are not negative, or a mean of such."""
        averaged = self._averaged(node)
        if averaged is not None:
            return self.at_least_one(averaged, inside(self.cx, node, env))
        if node[0] != "add":
            return False
        if any(x[0] != "num" and not contains_s(x) for x in node[1]):
            try:
                less = ["add", [self.apart(node, env).constant, ["num", "-1"]]]
            except Reject:
                return False
            return signs.at_least_zero(sign_of(self.cx, less, env))
        plain = [x for x in node[1] if x[0] == "num"]
        others = [self.sign(x, env) for x in node[1] if x[0] != "num"]
        less_one = ["add", [*node[1], ["num", "-1"]]]
        return sum(parse(x[1]) for x in plain) >= 1 and all(map(signs.at_least_zero, others)) or (
            self.one_minus(less_one, env) != "unknown")

    def _up_to_one(self, node: Any, env: Env) -> bool:
        """Whether an expression is at most one: by its structure, or a number up to one less what is not negative."""
        if node[0] != "add":
            return self._at_most_one(node, env)
        plain = sum(parse(x[1]) for x in node[1] if x[0] == "num")
        others = [self.sign(x, env) for x in node[1] if x[0] != "num"]
        if plain <= 1 and all(sign in ("neg", "nonpos", "zero") for sign in others):
            return True
        return signs.sign(self.cx, read(self.cx, ["add", [node, ["num", "-1"]]], env)) in ("neg", "nonpos", "zero")

    def _at_most_one(self, node: Any, env: Env) -> bool:
        """Whether an expression lies between 0 and 1: powers and means of such, inverses of at least one, products."""
        averaged = self._averaged(node)
        if averaged is not None:
            return self._at_most_one(averaged, inside(self.cx, node, env))
        if node[0] == "prod":
            return self._at_most_one(node[4], inside(self.cx, node, env))
        if node[0] == "mul":
            return all(self._at_most_one(x, env) for x in node[1]) or totals.is_share(
                self.cx, list(node[1]), env, lambda x, scope: inside(self.cx, x, scope),
                lambda x, scope: signs.at_least_zero(self.sign(x, scope)))
        if node[0] != "pow" or contains_s(node[2]):
            return False
        up = sign_of(self.cx, node[2], env)
        if up in ("neg", "nonpos", "zero"):
            return self.at_least_one(node[1], env)
        return signs.at_least_zero(up) and self._at_most_one(node[1], env)

    def is_share(self, node: Any, env: Env) -> bool:
        """Whether an expression is a label, of at most one, or lies between 0 and 1 by its structure."""
        if node[0] == "at" and node[1] == "t":
            return self.cx.t_at_most_one
        return node[0] == "pow" and contains_s(node) and self._at_most_one(node, env)

    def _is_one_of_several(self, node: Any, env: Env) -> bool:
        """Whether a share is a positive term over the sum of those of all of several classes, or a product of such."""
        if node[0] == "prod" and not node[3]:
            return self._is_one_of_several(node[4], inside(self.cx, node, env))
        factors = flat(node)
        wholes = [x[1] for x in factors if x[0] == "pow" and x[2] == ["num", "-1"]]
        own = [x for x in factors if x[0] != "pow"]
        if self.cx.least_m < 2 or len(wholes) != 1 or len(own) + 1 != len(factors) or any(x[0] == "sum" for x in own):
            return False
        total = wholes[0]
        is_whole = total[0] == "sum" and total[2] == "m" and not total[3]
        return is_whole and self.sign(total[4], inside(self.cx, total, env)) == "pos" and totals.is_share(
            self.cx, factors, env, lambda x, scope: inside(self.cx, x, scope), lambda x, scope: True)

    def _averaged(self, node: Any) -> Any | None:
        """x_j of a mean sum_j t_ij x_j over a row of labels, which sum to one; None for anything else."""
        if node[0] != "sum" or node[2] != "m" or node[3] or not self.cx.sum_rule or node[4][0] != "mul":
            return None
        factors = node[4][1]
        labels = [x for x in factors if is_label_of(x, node[1])]
        if len(labels) != 1:
            return None
        rest = [x for x in factors if x is not labels[0]]
        return rest[0] if len(rest) == 1 else ["mul", rest]


__all__ = ["Beside"]
