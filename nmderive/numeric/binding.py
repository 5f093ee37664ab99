"""Opening a sum: its bound index gets an axis of its own while the body is read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sympy import Expr, Symbol

from nmderive.calculus.sums import IndexedOperator
from nmderive.numeric.graph import Axis

if TYPE_CHECKING:
    from nmderive.numeric.reader import Reader


class Binding:
    """Opens a sum: gives its bound index an axis of its own while the body is read."""

    def __init__(self, reader: Reader, operator: IndexedOperator) -> None:
        self.reader, self.operator = reader, operator

    def __enter__(self) -> tuple[Expr, Axis, tuple[Any, ...]]:
        operator, reader = self.operator, self.reader
        reader.count += 1
        self.name = Symbol(f"{operator.domain}{reader.count}", integer=True, positive=True)
        axis = (operator.domain.name, reader.count)
        reader.axes[self.name] = axis
        body, conditions = operator.open(self.name)
        return body, axis, conditions

    def __exit__(self, *_: Any) -> None:
        return None


__all__ = ["Binding"]
