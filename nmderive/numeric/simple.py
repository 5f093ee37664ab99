"""SymPy's own ``lambdify`` on our expressions: the plain vectorised form, for any shape.

The printer writes every sum as a NumPy sum over an axis of its own and every array entry as a view with
those axes. It is short and easy to read, takes memory for all indices at once, and overflows where the
formula does; ``lower`` is the stable form. The two are tested against each other.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from sympy import Dummy, Expr, Indexed, Symbol, lambdify
from sympy.core.relational import Relational
from sympy.printing.numpy import NumPyPrinter

from nmderive.calculus.cyclic import Cyclic
from nmderive.calculus.sums import IndexedOperator
from nmderive.calculus.symbols import M, Member, N
from nmderive.errors import UnsupportedError
from nmderive.losses.loss import Loss

_SYMBOLS = {"!=": "!=", "<": "<", "<=": "<=", "==": "=="}


class SumPrinter(NumPyPrinter):  # type: ignore[misc]
    """NumPy code for indexed sums; ``axes`` maps each index in scope to its place from the right."""

    def __init__(self, settings: dict[str, Any] | None = None) -> None:
        super().__init__(settings)
        self.axes: dict[Symbol, tuple[int, str]] = {}
        self.depth = 0
        self.printmethod = "_printed_here"  # what our sums answer to the printers of SymPy is not for this one

    def _print_IndexSum(self, expr: Any) -> str:
        return self._reduced(expr, "sum", "0")

    def _print_IndexProduct(self, expr: Any) -> str:
        return self._reduced(expr, "prod", "1")

    def _print_IndexMax(self, expr: Any) -> str:
        return self._reduced(expr, "max", "-numpy.inf")

    def _print_IndexMin(self, expr: Any) -> str:
        return self._reduced(expr, "min", "numpy.inf")

    def _print_Attained(self, expr: Any) -> str:
        value, operator = expr.args
        return f"numpy.where({self._print(value)} == {self._print(operator)}, 1, 0)"  # beside ties

    def _reduced(self, expr: IndexedOperator, name: str, identity: str) -> str:
        self.depth += 1
        place, bound = self.depth, Dummy(f"i{self.depth}", integer=True, positive=True)
        self.axes[bound] = (place, expr.domain.name)
        body, conditions = expr.open(bound)
        code = self._print(body)
        for condition in conditions:
            code = f"numpy.where({self._condition(condition)}, {code}, {identity})"
        shape = f"numpy.zeros(({expr.domain},{' 1,' * (place - 1)}))"
        self.depth -= 1
        del self.axes[bound]
        return f"numpy.{name}({code} + {shape}, axis=-{place}, keepdims=True)"

    def _print_Indexed(self, expr: Any) -> str:
        name = expr.base.name
        if expr.has(Cyclic):
            return f"{name}[{', '.join(f'{self._print(k)} - 1' for k in expr.indices)}]"
        picks = [f"{int(k) - 1}" if k.is_Integer else ":" for k in expr.indices]
        free = [k for k in expr.indices if not k.is_Integer]
        view = f"{name}[{', '.join(picks)}]"
        places = [self._place(k) for k in free]
        order = sorted(range(len(free)), key=lambda q: -places[q])
        if order != list(range(len(free))):
            view = f"numpy.transpose({view}, {order})"
        slots = [":" if p in places else "None" for p in range(max(places, default=0), 0, -1)]
        return f"{view}[{', '.join(slots)}]" if "None" in slots else view

    def _print_Cyclic(self, expr: Any) -> str:
        return f"(({self._print(expr.args[0])} - 1) % m + 1)"

    def _print_Symbol(self, expr: Any) -> str:
        if expr in self.axes:
            place, size = self.axes[expr]
            return f"numpy.arange(1, {size} + 1).reshape((-1,{' 1,' * (place - 1)}))"
        return str(super()._print_Symbol(expr))

    _print_Dummy = _print_Symbol

    def _print_Iverson(self, expr: Any) -> str:
        return f"numpy.where({self._condition(expr.args[0])}, 1, 0)"

    def _print_KroneckerDelta(self, expr: Any) -> str:
        left, right = expr.args
        return f"numpy.where({self._print(left)} == {self._print(right)}, 1, 0)"

    def _print_RowFunction(self, expr: Any) -> str:
        raise UnsupportedError(f"{expr} is an undefined function, so it has no numbers")

    def _place(self, k: Any) -> int:
        if k not in self.axes:
            raise UnsupportedError(f"the index {k} has no range")
        return self.axes[k][0]

    def _condition(self, condition: Any) -> str:
        if isinstance(condition, Member):
            element, subset = condition.args
            return f"numpy.isin({self._print(element)}, {subset.name})"
        if isinstance(condition, Relational) and condition.rel_op in _SYMBOLS:
            return f"({self._print(condition.lhs)} {_SYMBOLS[condition.rel_op]} {self._print(condition.rhs)})"
        raise UnsupportedError(f"there is no NumPy code for the condition {condition}")


def lambdified(loss: Loss, expr: Expr | None = None) -> Callable[..., Any]:
    """Return a function of (s, t, **parameters) that evaluates the loss by ``sympy.lambdify``.

    ``s`` and ``t`` have the loss's shape, parameters are keyword arguments, class sets arrays of 1-based
    numbers. ``expr`` replaces the loss's own expression (its free indices are 1..n and 1..m, rows first, and
    then the result has the shape of s): ``lambdified(loss, loss.gradient)`` is the plain gradient.
    """
    whole = loss.expr if expr is None else expr
    names = [p.name for p in loss.parameters] + [e.base.name for e in loss.arrays] + list(loss.class_sets)
    printer = SumPrinter({"fully_qualified_modules": True, "inline": True, "allow_unknown_functions": True})
    if expr is not None:
        for place, (k, size) in enumerate(zip(reversed(loss.indices), reversed(loss.shape), strict=True), 1):
            printer.axes[k] = (place, size.name)
        printer.depth = len(loss.shape)
    symbols = [Symbol(x) for x in ("s", "t", "n", "m", *names)]
    run = lambdify(symbols, _plain(whole), modules=[{"numpy": np}], printer=printer, cse=False)

    def function(s: Any, t: Any = None, **parameters: Any) -> Any:
        s = np.asarray(s, dtype=float)
        rows, classes = loss.shape[0] == N, loss.shape[-1] == M
        sizes = (s.shape[0] if rows else 1, s.shape[-1] if classes else 1)
        values = [parameters[x] if x in loss.class_sets else np.asarray(parameters[x]) for x in names]
        result = run(s, None if t is None else np.asarray(t, dtype=float), *sizes, *values)
        if expr is None:
            return float(np.reshape(result, ()))
        shape = np.shape(result)[-s.ndim :] if np.ndim(result) > s.ndim else np.shape(result)
        return np.broadcast_to(np.reshape(result, shape), s.shape)

    return function


def _plain(expr: Expr) -> Expr:
    """Return ``expr`` with parameters and sizes as plain symbols, which lambdify matches by name."""
    plain = {x: Symbol(x.name) for x in expr.free_symbols if type(x) is Symbol and not x.is_integer}
    arrays = {e.base.label for e in expr.atoms(Indexed)}
    return expr.xreplace({x: y for x, y in plain.items() if x not in arrays})


__all__ = ["SumPrinter", "lambdified"]
