"""Evaluating certificates' expressions at a point, with a derivative carried along."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from . import modulo
from .numbers import parse
from .reject import Malformed, Reject, TooLarge, Undefined
from .values import ONE, ZERO, Arithmetic, Imprecise, Value, exact

Dual = tuple[Value, Value]
Scope = dict[str, tuple[int, str]]
_STEPS = 60_000


@dataclass
class Point:
    """Where to evaluate: sizes, class sets, parameters and array entries (as duals)."""

    sizes: dict[str, int]
    sets: dict[str, frozenset[int]] | None = None
    parameters: dict[str, Value] = field(default_factory=dict)
    arrays: dict[str, dict[tuple[int, ...], Dual]] = field(default_factory=dict)
    spans: dict[str, tuple[str, ...]] = field(default_factory=dict)


class Evaluator:
    """Forward-mode differentiation over exact or enclosed numbers."""

    def __init__(self, point: Point, arithmetic: Arithmetic) -> None:
        self.point, self.ar = point, arithmetic
        self.steps = _STEPS

    def dual(self, node: Any, scope: Scope) -> Dual:
        """The value and the derivative of an expression."""
        self.steps -= 1
        if self.steps < 0:
            raise TooLarge("the expression is too large to evaluate at this point")
        handler = getattr(self, "_" + str(node[0]), None)
        if node[0] not in _ARITY or handler is None:
            raise Malformed(f"cannot evaluate {str(node[0])[:40]!r}")
        if len(node) != _ARITY[node[0]] + 1:
            raise Malformed(f"{node[0]} has the wrong number of parts")
        result: Dual = handler(node, scope)
        return result

    def _num(self, node: Any, scope: Scope) -> Dual:
        return exact(parse(node[1])), ZERO

    def _sym(self, node: Any, scope: Scope) -> Dual:
        name = node[1]
        if name in scope:
            return exact(scope[name][0]), ZERO
        if name in self.point.sizes:
            return exact(self.point.sizes[name]), ZERO
        if name not in self.point.parameters:
            raise Malformed(f"no value is given for {str(name)[:40]!r}")
        return self.point.parameters[name], ZERO

    def _at(self, node: Any, scope: Scope) -> Dual:
        spans = self.point.spans.get(node[1])
        if spans is None or len(spans) != len(node[2]):
            raise Malformed(f"no values are given for the array {str(node[1])[:40]!r}")
        idx = tuple(self.index(x, scope, r) for x, r in zip(node[2], spans, strict=True))
        return self.point.arrays[node[1]][idx]

    def index(self, x: Any, scope: Scope, range_name: str) -> int:
        """The value of an index over the given range."""
        if isinstance(x, str) and x in scope:
            value, actual = scope[x]
            if actual != range_name:
                raise Malformed(f"the index {x} runs over {actual}, but {range_name} is needed here")
            return value
        if isinstance(x, str) and x.isdigit() and len(x) < 6:
            x = int(x)
        if not isinstance(x, int) or isinstance(x, bool) or not 1 <= x <= self.point.sizes[range_name]:
            raise Malformed(f"the index {str(x)[:40]!r} is not bound or out of range")
        return x

    def _add(self, node: Any, scope: Scope) -> Dual:
        value, slope = ZERO, ZERO
        for x in node[1]:
            v, d = self.dual(x, scope)
            value, slope = self.ar.add(value, v), self.ar.add(slope, d)
        return value, slope

    def times(self, a: Dual, b: Dual) -> Dual:
        """The product rule."""
        mul = self.ar.mul
        return mul(a[0], b[0]), self.ar.add(mul(a[0], b[1]), mul(a[1], b[0]))

    def _mul(self, node: Any, scope: Scope) -> Dual:
        if self._is_zero_log_zero(node, scope):
            return ZERO, ZERO
        result: Dual = (ONE, ZERO)
        for x in node[1]:
            result = self.times(result, self.dual(x, scope))
        return result

    def _is_zero_log_zero(self, node: Any, scope: Scope) -> bool:
        """Whether a label of 0 stands beside the logarithm of 0: such a product counts as 0."""
        logs = [x for x in node[1] if x[0] == "log"]
        labels = [x for x in node[1] if len(x) == 3 and x[0] == "at" and x[1] == "t"]
        if not logs or not any(self.dual(x, scope)[0].rational == 0 for x in labels):
            return False
        return any(self.dual(x[1], scope)[0].rational == 0 for x in logs)

    def _pow(self, node: Any, scope: Scope) -> Dual:
        if node[2] == ["num", "1/2"] and node[1][0] == "pow" and node[1][2] == ["num", "2"]:
            return self._absolute(node[1][1], scope)
        (a, da), (e, de) = self.dual(node[1], scope), self.dual(node[2], scope)
        if a.rational == 0 and e.rational == 0 and node[2][0] != "num":
            raise Undefined("zero to an exponent that happens to be zero")
        value, slope, mul = self.ar.power(a, e), ZERO, self.ar.mul
        if a.rational == 0 and 0 < e.lo and e.hi < 1 and self._moves(node[1]):
            raise Undefined("a root has no derivative where its base is zero")
        if da.rational != 0 and e.rational != 0:
            lower = self.ar.power(a, self.ar.add(e, exact(-1)))
            slope = mul(mul(e, lower), da)
        if de.rational != 0:
            slope = self.ar.add(slope, mul(mul(value, self.ar.log(a)), de))
        return value, slope

    def _absolute(self, node: Any, scope: Scope) -> Dual:
        """The root of a square, |u|: exact where u is, and without a derivative where u is zero."""
        a, da = self.dual(node, scope)
        if a.rational == 0:
            if self._moves(node):
                raise Undefined("an absolute value has no derivative where its argument is zero")
            return ZERO, ZERO
        if a.lo <= 0 <= a.hi:
            raise Imprecise
        side = exact(1 if a.lo > 0 else -1)
        return self.ar.mul(side, a), self.ar.mul(side, da)

    def _moves(self, node: Any) -> bool:
        """Whether an expression holds an array of which an entry is varied."""
        if not isinstance(node, list | tuple):
            return False
        if len(node) == 3 and node[0] == "at":
            return any(slope.rational != 0 for _, slope in self.point.arrays.get(node[1], {}).values())
        return any(map(self._moves, node))

    def _exp(self, node: Any, scope: Scope) -> Dual:
        a, da = self.dual(node[1], scope)
        value = self.ar.exp(a)
        return value, self.ar.mul(value, da)

    def _log(self, node: Any, scope: Scope) -> Dual:
        a, da = self.dual(node[1], scope)
        value = self.ar.log(a)
        return value, self.ar.mul(self.ar.inverse(a), da) if da.rational != 0 else ZERO

    def _tanh(self, node: Any, scope: Scope) -> Dual:
        a, da = self.dual(node[1], scope)
        grown = self.ar.exp(self.ar.mul(exact(2), a))
        shrunk = self.ar.inverse(self.ar.add(ONE, grown))
        value = self.ar.add(ONE, self.ar.mul(exact(-2), shrunk))
        slope = self.ar.add(ONE, self.ar.mul(exact(-1), self.ar.mul(value, value)))
        return value, self.ar.mul(slope, da)

    def _sign(self, node: Any, scope: Scope) -> Dual:
        a, da = self.dual(node[1], scope)
        if da.rational != 0:
            raise Malformed("the sign of what varies has no derivative")
        if a.rational is None and a.lo <= 0 <= a.hi:
            raise Reject("the sign of a number is not known")
        q = a.rational if a.rational is not None else a.lo
        return exact((q > 0) - (q < 0)), ZERO

    def _range(self, node: Any, scope: Scope) -> list[Scope]:
        _, name, range_name, conds, _ = node
        if range_name not in ("n", "m") or not isinstance(name, str):
            raise Malformed("an index must run over n or m")
        scopes = [{**scope, name: (k, range_name)} for k in range(1, self.point.sizes[range_name] + 1)]
        return [inner for inner in scopes if all(self.holds(c, inner) for c in conds)]

    def _sum(self, node: Any, scope: Scope) -> Dual:
        value, slope = ZERO, ZERO
        for inner in self._range(node, scope):
            v, d = self.dual(node[4], inner)
            value, slope = self.ar.add(value, v), self.ar.add(slope, d)
        return value, slope

    def _prod(self, node: Any, scope: Scope) -> Dual:
        result: Dual = (ONE, ZERO)
        for inner in self._range(node, scope):
            result = self.times(result, self.dual(node[4], inner))
        return result

    def _max(self, node: Any, scope: Scope) -> Dual:
        """The largest value, with the derivative that all entries share that attain it."""
        return self._extremum([self.dual(node[4], inner) for inner in self._range(node, scope)], 1)

    def _min(self, node: Any, scope: Scope) -> Dual:
        return self._extremum([self.dual(node[4], inner) for inner in self._range(node, scope)], -1)

    def _extremum(self, entries: list[Dual], side: int) -> Dual:
        if not entries:
            raise Undefined("a maximum or minimum over no index")
        best = entries[0]
        for entry in entries[1:]:
            gap = self._difference(entry[0], best[0], side)
            if gap.rational != 0 and gap.lo <= 0 <= gap.hi:
                return self._between(entries, side)
            best = entry if gap.lo > 0 else best
        for value, slope in entries:
            tied = self._difference(value, best[0], side).rational == 0
            if tied and self._difference(slope, best[1], 1).rational != 0:
                raise Undefined("a maximum has no derivative where several entries attain it")
        return best

    def _difference(self, a: Value, b: Value, side: int) -> Value:
        return self.ar.mul(exact(side), self.ar.add(a, self.ar.mul(exact(-1), b)))

    def _between(self, entries: list[Dual], side: int) -> Dual:
        """An enclosure where the entries could not be told apart; a derivative needs that they can be."""
        if any(slope.rational != 0 for _, slope in entries):
            raise Imprecise
        outer = max if side > 0 else min
        return self.ar.between(outer(v.lo for v, _ in entries), outer(v.hi for v, _ in entries)), ZERO

    def _iverson(self, node: Any, scope: Scope) -> Dual:
        return exact(1 if self.holds(node[1], scope) else 0), ZERO

    def _delta(self, node: Any, scope: Scope) -> Dual:
        return exact(1 if self.holds(["eq", node[1], node[2]], scope) else 0), ZERO

    def holds(self, cond: Any, scope: Scope) -> bool:
        """Whether a condition on indices holds."""
        self.steps -= 1
        if not isinstance(cond, list | tuple) or len(cond) != 3:
            raise Malformed("a condition has three parts")
        kind, a, b = cond
        if kind == "in":
            return self._member(self.index(a, scope, "m"), b)
        if kind in ("cong", "ncong"):
            return self._is_congruent(a, b, scope) is (str(kind) == "cong")
        spans: set[str] = {scope[x][1] for x in (a, b) if isinstance(x, str) and x in scope}
        if len(spans) != 1 or kind not in ("ne", "lt", "le", "eq"):
            raise Malformed("compared indices need one common range")
        range_name = spans.pop()
        left, right = (self._compared(x, scope, range_name) for x in (a, b))
        found: dict[str, bool] = {"ne": left != right, "lt": left < right, "le": left <= right}
        return found.get(str(kind), left == right)

    def _is_congruent(self, letters: Any, number: Any, scope: Scope) -> bool:
        """Whether a combination of class indices is 0 modulo m."""
        pairs, rest = modulo.combination(letters, number)
        value: int = rest + sum(c * self.index(name, scope, "m") for name, c in pairs.items())
        size: int = self.point.sizes["m"]
        return value % size == 0

    def _compared(self, x: Any, scope: Scope, range_name: str) -> int:
        """An index, or a number that may lie beyond the range: no index equals it then."""
        if isinstance(x, int) and not isinstance(x, bool) and 1 <= x <= 1000:
            return x
        return self.index(x, scope, range_name)

    def _member(self, j: int, name: Any) -> bool:
        if self.point.sets is None or name not in self.point.sets:
            raise Malformed("the class sets are not given")
        return j in self.point.sets[name]


_ARITY = {
    "num": 1, "sym": 1, "at": 2, "add": 1, "mul": 1, "pow": 2, "exp": 1, "log": 1,
    "tanh": 1, "sign": 1, "sum": 4, "prod": 4, "max": 4, "min": 4, "iverson": 1, "delta": 2,
}


def decimal(x: Fraction, digits: int = 12) -> str:
    """A decimal approximation of a rational, for statements only."""
    scaled = abs(x.numerator) * 10**digits // x.denominator
    whole, part = divmod(scaled, 10**digits)
    return f"{'-' if x < 0 else ''}{whole}.{part:0{digits}d}"


def certify_nonzero(compute: Any) -> Value:
    """Compute at growing precision until zero is excluded; refuse otherwise."""
    for bits in (64, 128, 256, 512, 1024):
        try:
            value: Value = compute(Arithmetic(bits))
        except Imprecise:
            continue
        if value.rational == 0:
            raise Reject("the number is exactly zero")
        if value.lo > 0 or value.hi < 0:
            return value
    raise Reject("the number could not be told from zero")
