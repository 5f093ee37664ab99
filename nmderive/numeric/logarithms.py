"""The logarithm of a nonnegative expression as a sum of arrays, without an exponential larger than 1."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from sympy import Add, Expr, Indexed, Mul, Pow, Symbol, exp

from nmderive.calculus.sums import IndexProduct, IndexSum
from nmderive.numeric.binding import Binding
from nmderive.numeric.exponents import carries, summands
from nmderive.numeric.graph import Axis, Ref, Term
from nmderive.numeric.shapes import complement, is_rest_of_label

if TYPE_CHECKING:
    from nmderive.numeric.reader import Reader


class Logarithms:
    """Reads logarithms into the reader's graph."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    def terms(self, expr: Expr, labels: Iterable[Expr] = ()) -> list[Term]:
        """Return terms whose sum is log(expr), for an ``expr`` that is nonnegative by its form."""
        labels = set(labels)
        if expr.is_number:
            return [(1.0, self._reader.graph.unary("log", self._reader.graph.const(float(expr))))] if expr != 1 else []
        if isinstance(expr, exp):
            return [(1.0, self._reader.plain(a)) for a in summands(expr.args[0])]
        if isinstance(expr, Mul):
            return [term for a in expr.args for term in self.terms(a, labels)]
        if isinstance(expr, Pow):
            return self._log_of_power(expr, labels)
        if isinstance(expr, IndexProduct):
            return [(1.0, self.sum_of_logs(expr))]
        if isinstance(expr, Add) and complement(expr) is not None and not is_rest_of_label(expr):
            return self.terms(complement(expr), labels)
        if is_rest_of_label(expr):
            minus = self._reader.graph.contract([(self._reader.plain(-expr.args[1]), 1)], (), -1.0)
            return [(1.0, self._reader.graph.unary("log1p0" if expr in labels else "log1p", minus))]
        if isinstance(expr, Indexed | Symbol):
            return [(1.0, self._reader.graph.unary("log0" if expr in labels else "log", self._reader.plain(expr)))]
        if not isinstance(expr, Add | IndexSum):
            return [(1.0, self._reader.graph.log(self._reader.plain(expr)))]
        if self._reader.fast or not carries(expr):
            return [(1.0, self._direct_log(expr))]
        return [(1.0, self._log_of_add(expr))] if isinstance(expr, Add) else self._log_of_sum(expr)

    def _direct_log(self, expr: Expr) -> Ref:
        if isinstance(expr, Add) and expr.args[0].is_number and expr.args[0] > 0:
            first = expr.args[0]
            if first == 1:
                return self._reader.graph.unary("log1p", self._reader.plain(Add(*expr.args[1:])))
        return self._reader.graph.unary("log", self._reader.plain(expr))

    def _log_of_power(self, expr: Pow, labels: set[Expr]) -> list[Term]:
        inner = self.terms(expr.base, labels)
        if expr.exp.is_number:
            return [(float(expr.exp) * c, ref) for c, ref in inner]
        power = self._reader.plain(expr.exp)
        return [(c, self._reader.graph.contract([(power, 1), (ref, 1)])) for c, ref in inner]

    def sum_of_logs(self, expr: IndexProduct) -> Ref:
        """Return the logarithm of a product over an index."""
        binding = Binding(self._reader, expr)
        with binding as (body, axis, conditions):
            terms = [(c, binding.gathered(ref)) for c, ref in self.terms(body)]
            parts = [(c, self._reader.conditioned_sum([(ref, 1)], axis, conditions)) for c, ref in terms]
        return self._reader.graph.add(parts)

    def _log_of_add(self, expr: Add) -> Ref:
        parts = [self._reader.graph.add(self.terms(a)) for a in expr.args if a != 1]
        tail = parts[0] if len(parts) == 1 else self._logadd(parts)
        return self._reader.graph.unary("softplus", tail) if len(parts) < len(expr.args) else tail

    def _logadd(self, parts: list[Ref]) -> Ref:
        return self._reader.graph.make("logadd", parts, {a for r in parts for a in r.axes})

    def _log_of_sum(self, expr: IndexSum) -> list[Term]:
        binding = Binding(self._reader, expr)
        with binding as (body, axis, conditions):
            if isinstance(body, Add) and complement(body) is None:
                sums = [IndexSum(a, expr.bound, expr.domain, *expr.conditions) for a in expr.body.args]
                body = None
            else:
                terms = [(c, binding.gathered(ref)) for c, ref in self.terms(body)]
        if body is None:
            return [(1.0, self._logadd([self._reader.graph.add(self.terms(a)) for a in sums]))]
        inside = [t for t in terms if axis in t[1].axes]
        outside = [t for t in terms if axis not in t[1].axes]
        return [*outside, (1.0, self._conditioned_lse(inside, axis, conditions))]

    def _conditioned_lse(self, terms: list[Term], axis: Axis, conditions: tuple[Any, ...]) -> Ref:
        graph = self._reader.graph
        other, masks = self._reader.conditions.split(axis, conditions, {a for _, r in terms for a in r.axes})
        x = graph.add([*terms, *((1.0, graph.unary("log", m)) for m in masks)])
        if axis not in x.axes:
            count = self._reader.conditioned_sum([], axis, conditions)
            return graph.add([(1.0, x), (1.0, graph.unary("log", count))])
        if other is None:
            parts = graph.separated(x, axis) if self._reader.joined else None
            return graph.make("lse" if parts is None else "lsedot", parts or (x,), [a for a in x.axes if a != axis])
        return graph.make("lsex", (x,), x.axes, None, (axis,)).renamed({axis: other})


__all__ = ["Logarithms"]
