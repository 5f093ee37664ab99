"""Sizes of tensors as Python numbers that remember what they are in n and m."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

from sympy import Expr

from nmderive.tracing.context import refused
from nmderive.tracing.numbers import exact


class _Sized:
    """What whole and real sizes share: ``expr`` in n and m beside the number at the sizes of the trace."""

    expr: Expr


def sized(value: Any, expr: Expr) -> Any:
    """Return a number that stands for ``expr``; a plain one where no size is in it."""
    if not expr.free_symbols:
        return value
    found = SizeInt(value) if isinstance(value, int) else SizeFloat(value)
    found.expr = expr
    return found


def expr_of(value: Any) -> Expr:
    """Return what a number stands for."""
    return value.expr if isinstance(value, _Sized) else exact(value)


def _binary(meaning: Callable[[Any, Any], Any], swapped: bool) -> Callable[[Any, Any], Any]:
    def method(self: Any, other: Any) -> Any:
        if not isinstance(other, int | float):
            return NotImplemented
        a, b = (other, self) if swapped else (self, other)
        value = meaning(_plain(a), _plain(b))
        return sized(value, meaning(expr_of(a), expr_of(b)))

    return method


def _plain(value: Any) -> Any:
    return int(value) if isinstance(value, int) else float(value)


def _compared(name: str) -> Callable[[Any, Any], Any]:
    meaning = getattr(operator, name)

    def method(self: Any, other: Any) -> Any:
        if not isinstance(other, int | float):
            return NotImplemented
        left, right = expr_of(self), expr_of(other)
        if left == right:
            return meaning(0, 0)
        # n and m are at least 1, and nothing else is known of them.
        if left.is_Symbol and right.is_number and (right < 1 or right == 1 and name in ("ge", "lt")):
            return meaning(1, right if right < 1 else 1)
        raise refused(f"a branch on whether {left} {name} {right}", "the reading is for all n and m")

    return method


def _refused_cut(self: Any, other: Any) -> Any:
    raise refused("// or % of a size", "sizes are added, multiplied and divided")


def _with_arithmetic(kind: Any) -> Any:
    for name in ("add", "sub", "mul", "truediv", "pow"):
        meaning = getattr(operator, name)
        setattr(kind, f"__{name}__", _binary(meaning, False))
        setattr(kind, f"__r{name}__", _binary(meaning, True))
    for name in ("eq", "ne", "lt", "le", "gt", "ge"):
        setattr(kind, f"__{name}__", _compared(name))
    for name in ("floordiv", "rfloordiv", "mod", "rmod"):
        setattr(kind, f"__{name}__", _refused_cut)
    kind.__neg__ = lambda self: sized(-_plain(self), -self.expr)
    kind.__hash__ = lambda self: hash(self.expr)
    return kind


@_with_arithmetic
class SizeInt(int, _Sized):
    """A whole number such as n, n m or n - 1."""


@_with_arithmetic
class SizeFloat(float, _Sized):
    """A real number such as 1 / n."""


class Shape(tuple[Any, ...]):
    """The sizes of a tensor, as torch.Size has them."""

    def numel(self) -> Any:
        """Return the number of entries."""
        total: Any = 1
        for size in self:
            total = total * size
        return total


__all__ = ["Shape", "SizeFloat", "SizeInt", "expr_of", "sized"]
