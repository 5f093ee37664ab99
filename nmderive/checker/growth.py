"""How parts of a loss grow along a direction s = r d of the logits, r to +infinity, everything else being given.

- rate a: it is a r plus something bounded;
- order a: it is positive, and lies between positive multiples of e^(a r).

exp turns a rate into an order, log an order into a rate; orders add in products, the largest wins in sums and maxima;
an order of at most 0 is bounded, so its rate is 0; an order below 0 times anything of a rate stays bounded.  The
absolute value of what has the rate a has the rate |a|, the largest of several rates is that of their maximum.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from . import setup
from .context import Context
from .evaluate import Evaluator, Scope
from .extrema import HEADS
from .maxima import is_rooted_square
from .point import read_point, table_rows
from .reject import Malformed, Reject, TooLarge
from .values import Arithmetic, Value
from .written import contains_s

_STEPS = 20_000


@dataclass(frozen=True)
class Growth:
    """The rate and the order of a part, None where it has none that is known; zero is exactly that."""

    rate: Fraction | None = None
    order: Fraction | None = None
    zero: bool = False


_BOUNDED = Growth(Fraction(0))
_ZERO = Growth(Fraction(0), zero=True)


def _positive(order: Fraction) -> Growth:
    return Growth(Fraction(0) if order <= 0 else None, order)


class Along:
    """The growth of expressions along a direction, everything but the logits being given."""

    def __init__(self, evaluator: Evaluator, direction: dict[tuple[int, ...], Fraction]) -> None:
        self.evaluator, self.direction, self.steps = evaluator, direction, _STEPS

    def of(self, node: Any, scope: Scope) -> Growth:
        """The growth of an expression."""
        self.steps -= 1
        if self.steps < 0:
            raise TooLarge("the expression is too large to follow")
        if not contains_s(node):
            return _constant(self.evaluator.dual(node, scope)[0])
        kind = node[0]
        if kind == "at":
            spans = self.evaluator.point.spans["s"]
            idx = tuple(self.evaluator.index(x, scope, r) for x, r in zip(node[2], spans, strict=True))
            return Growth(self.direction[idx])
        if kind == "add":
            return _sum([self.of(x, scope) for x in node[1]])
        if kind == "sum":
            return _sum([self.of(node[4], inner) for inner in self.evaluator._range(node, scope)])
        if kind in HEADS:
            return _extremum([self.of(node[4], inner) for inner in self.evaluator._range(node, scope)], kind)
        if kind == "mul":
            return self._product([(x, scope) for x in node[1]])
        if kind == "prod":
            return self._product([(node[4], inner) for inner in self.evaluator._range(node, scope)])
        if kind == "exp":
            rate = self.of(node[1], scope).rate
            return _known(None if rate is None else _positive(rate))
        if kind == "log":
            order = self.of(node[1], scope).order
            return _known(None if order is None else Growth(order))
        if kind == "pow" and is_rooted_square(node):
            return _absolute(self.of(node[1][1], scope))
        if kind == "pow" and not contains_s(node[2]):
            return self._power(self.of(node[1], scope), self.evaluator.dual(node[2], scope)[0])
        return _known(_BOUNDED if kind == "tanh" else None)

    def vanishes(self, node: Any, scope: Scope) -> bool:
        """Whether an expression is known to tend to zero; a Reject where the growth of a part is not known."""
        if not contains_s(node):
            return self.evaluator.dual(node, scope)[0].rational == 0
        kind = node[0]
        if kind == "add":
            return all(self.vanishes(x, scope) for x in node[1])
        if kind == "sum":
            return all(self.vanishes(node[4], inner) for inner in self.evaluator._range(node, scope))
        if kind == "mul":
            falls = next((k for k, x in enumerate(node[1]) if self.vanishes(x, scope)), None)
            return falls is not None and all(
                self.of(x, scope).rate == 0 for k, x in enumerate(node[1]) if k != falls)
        if kind == "pow" and not contains_s(node[2]):
            exponent = self.evaluator.dual(node[2], scope)[0].rational
            if exponent is None or exponent == 0:
                return False
            return self.vanishes(node[1], scope) if exponent > 0 else self.of(node[1], scope).rate not in (0, None)
        order = self.of(node, scope).order
        return order is not None and order < 0

    def _power(self, base: Growth, exponent: Value) -> Growth:
        e = exponent.rational
        if e is None:
            raise Reject("an exponent is not rational")
        if base.order is not None:
            return _positive(base.order * Fraction(e))
        whole = Fraction(e).denominator == 1 and e >= 0
        return _known(_BOUNDED if whole and base.rate == 0 else None)

    def _product(self, parts: list[tuple[Any, Scope]]) -> Growth:
        number: Fraction | None = Fraction(1)
        sign, others = 1, []
        for node, scope in parts:
            if contains_s(node):
                others.append(self.of(node, scope))
                continue
            value = self.evaluator.dual(node, scope)[0]
            if value.rational == 0:
                return _ZERO
            number = None if number is None or value.rational is None else number * Fraction(value.rational)
            sign = 0 if not (value.lo > 0 or value.hi < 0) else sign if value.lo > 0 else -sign
        return _scaled(_times(others), number, sign)


def rate_along(certificate: dict[str, Any]) -> tuple[Context, Any, Fraction]:
    """The context, the loss and its rate along the direction of a certificate; a Reject where it has none."""
    loss = setup.expression(certificate, "loss")
    cx = setup.context(certificate)
    if not all(r in cx.sizes for r in setup.shape_of(certificate)):
        raise Malformed("a direction needs fixed sizes")
    setup.shapes(cx, certificate, [(loss, {})])
    direction = table_rows(cx, "s", certificate.get("direction"))
    evaluator = Evaluator(read_point(cx, certificate, Arithmetic(128)), Arithmetic(128))
    rate = Along(evaluator, direction).of(loss, {}).rate
    if rate is None:
        raise Reject("the loss has no rate along the direction")
    return cx, loss, rate


def _known(found: Growth | None) -> Growth:
    if found is None:
        raise Reject("the growth of a part is not known")
    return found


def _constant(value: Value) -> Growth:
    if value.rational == 0:
        return _ZERO
    return _positive(Fraction(0)) if value.lo > 0 else _BOUNDED


def _sum(parts: Iterable[Growth]) -> Growth:
    kept = [p for p in parts if not p.zero]
    if not kept:
        return _ZERO
    if all(p.order is not None for p in kept):
        return _positive(max(p.order for p in kept if p.order is not None))
    if any(p.rate is None for p in kept):
        raise Reject("the growth of a sum is not known")
    return Growth(sum((p.rate for p in kept if p.rate is not None), Fraction(0)))


def _absolute(found: Growth) -> Growth:
    if found.zero or found.order is not None:
        return found
    return _known(None if found.rate is None else Growth(abs(found.rate)))


def _extremum(parts: list[Growth], head: str) -> Growth:
    best = max if head == "max" else min
    if not parts:
        raise Reject("a maximum over no index")
    if all(p.order is not None for p in parts):
        return _positive(best(p.order for p in parts if p.order is not None))
    rates = [p.rate for p in parts if p.rate is not None]
    return _known(Growth(best(rates)) if len(rates) == len(parts) else None)


def _times(parts: list[Growth]) -> Growth:
    if any(p.zero for p in parts):
        return _ZERO
    order = sum((p.order for p in parts if p.order is not None), Fraction(0))
    rates = [p.rate for p in parts if p.order is None]
    if not rates:
        return _positive(order)
    if None in rates or order > 0:
        raise Reject("the growth of a product is not known")
    if order < 0 or all(r == 0 for r in rates):
        return _BOUNDED  # r^k e^(a r), a < 0, is bounded
    if len(parts) == 1:
        return parts[0]
    raise Reject("the growth of a product is not known")


def _scaled(found: Growth, number: Fraction | None, sign: int) -> Growth:
    """A number, known exactly or by its sign, times something."""
    if found.zero or found.order is not None and sign > 0:
        return found
    if found.rate == 0:
        return _BOUNDED
    if found.rate is None or number is None:
        raise Reject("the growth of a product is not known")
    return Growth(found.rate * number)


__all__ = ["Along", "Growth", "rate_along"]
