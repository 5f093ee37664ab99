"""Affine functions below a piecewise affine loss, everything but the logits being given.

The loss is followed from the outside in as a sum of masses times parts.  A mass on a sum goes to its terms, on a
product with numbers to the one factor with logits.  What is left are logits, and pieces: absolute values |u|, maxima
and minima over an index.  Whatever u is, q |u| >= w u where -q <= w <= q, and q max_k x_k >= sum_k w_k x_k where
w_k >= 0 sum to q, the other way round for minima.  A piece is taken apart when all of its mass is there, the
outermost first; so the shares w of each piece are those of the whole mass on it.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from . import trees
from .evaluate import Evaluator, Scope
from .extrema import HEADS
from .maxima import is_rooted_square
from .numbers import parse
from .reject import Malformed, Reject, TooLarge
from .written import contains_s

Place = tuple[int, ...]
_MOST = 2_000


class Minorant:
    """A sum of numbers times logits, and a number, that is nowhere above the loss."""

    def __init__(self, evaluator: Evaluator, shares: list[Any]) -> None:
        self.evaluator, self.shares = evaluator, list(shares)
        self.number = Fraction(0)
        self.logits: dict[Place, Fraction] = {}
        self.pieces: dict[Any, tuple[Any, Scope, Fraction]] = {}
        self.steps = _MOST

    def of(self, loss: Any) -> None:
        """Take the loss apart."""
        self._spread(loss, {}, Fraction(1))
        while self.pieces:
            key = max(self.pieces, key=lambda x: _height(self.pieces[x][0]))
            self._piece(*self.pieces.pop(key))
        if self.shares:
            raise Malformed("there are more shares than pieces")

    def _spread(self, node: Any, scope: Scope, mass: Fraction) -> None:
        self.steps -= 1
        if self.steps < 0:
            raise TooLarge("the loss is too large to be taken apart")
        if not contains_s(node):
            self.number += mass * self._value(node, scope)
        elif node[0] == "at":
            spans = self.evaluator.point.spans["s"]
            place = tuple(self.evaluator.index(x, scope, r) for x, r in zip(node[2], spans, strict=True))
            self.logits[place] = self.logits.get(place, Fraction(0)) + mass
        elif node[0] == "add":
            for x in node[1]:
                self._spread(x, scope, mass)
        elif node[0] == "sum":
            for inner in self.evaluator._range(node, scope):
                self._spread(node[4], inner, mass)
        elif node[0] == "mul":
            self._product(node[1], scope, mass)
        elif node[0] in HEADS or node[0] == "pow" and is_rooted_square(node):
            self._gather(node, scope, mass)
        else:
            raise Reject("the loss is not made of sums, absolute values and maxima of affine functions of the logits")

    def _value(self, node: Any, scope: Scope) -> Fraction:
        value = self.evaluator.dual(node, scope)[0].rational
        if value is None:
            raise Reject("a number is not rational")
        return value

    def _product(self, factors: Any, scope: Scope, mass: Fraction) -> None:
        inner = [x for x in factors if contains_s(x)]
        for x in factors:
            mass *= Fraction(1) if contains_s(x) else self._value(x, scope)
        if len(inner) != 1:
            raise Reject("a product of logits is not affine")
        self._spread(inner[0], scope, mass)

    def _gather(self, node: Any, scope: Scope, mass: Fraction) -> None:
        own = trees.names(node)
        key = (repr(node), tuple(sorted((name, value) for name, (value, _) in scope.items() if name in own)))
        known = self.pieces[key][2] if key in self.pieces else Fraction(0)
        self.pieces[key] = (node, scope, known + mass)

    def _share(self) -> Fraction:
        if not self.shares:
            raise Malformed("a piece has no share")
        return Fraction(parse(self.shares.pop(0)))

    def _piece(self, node: Any, scope: Scope, mass: Fraction) -> None:
        if node[0] == "pow":
            share = self._share()
            if mass < 0 or abs(share) > mass:
                raise Reject("the share of an absolute value is larger than its mass")
            self._spread(node[1][1], scope, share)
            return
        side, left = (1 if node[0] == "max" else -1), mass
        for inner in self.evaluator._range(node, scope):
            share = self._share()
            if share * side < 0:
                raise Reject("a share of a maximum is negative, or one of a minimum positive")
            left -= share
            self._spread(node[4], inner, share)
        if left != 0:
            raise Reject("the shares of a maximum do not sum to its mass")


def _height(node: Any) -> int:
    """How many pieces stand in one another."""
    if not isinstance(node, list | tuple):
        return 0
    own = bool(node) and (node[0] in HEADS and len(node) == 5 or node[0] == "pow" and is_rooted_square(node))
    return int(own) + max(map(_height, node), default=0)


def constant_below(evaluator: Evaluator, loss: Any, shares: list[Any]) -> Fraction:
    """A number that the loss is nowhere below, or a Reject."""
    found = Minorant(evaluator, shares)
    found.of(loss)
    if any(found.logits.values()):
        raise Reject("the function below the loss is not constant")
    return found.number


__all__ = ["constant_below"]
