"""Opening a sum: its bound index gets an axis of its own while the body is read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sympy import Expr, Symbol

from nmderive.calculus.cyclic import Cyclic, coefficients
from nmderive.calculus.sums import IndexedOperator
from nmderive.numeric.graph import Axis, Ref

if TYPE_CHECKING:
    from nmderive.numeric.reader import Reader


class Binding:
    """Opens a sum: gives its bound index an axis of its own while the body is read."""

    def __init__(self, reader: Reader, operator: IndexedOperator) -> None:
        self.reader, self.operator = reader, operator
        self.shifts: list[tuple[Axis, dict[Axis, int], int]] = []

    def __enter__(self) -> tuple[Expr, Axis, tuple[Any, ...]]:
        operator, reader = self.operator, self.reader
        reader.count += 1
        self.name = Symbol(f"{operator.domain}{reader.count}", integer=True, positive=True)
        axis = (operator.domain.name, reader.count)
        reader.axes[self.name] = axis
        body, conditions = operator.open(self.name)
        return self._lifted(body), axis, conditions

    def _lifted(self, body: Expr) -> Expr:
        """Give a class j + d an axis k of its own while the body is read, where the body holds d in it alone.

        Sums over rows are then matrices of j and k, and the entries are gathered afterwards.
        """
        for place in sorted(body.atoms(Cyclic), key=lambda x: x.sort_key()):
            letters, number = coefficients(place)
            if self.name not in letters or not all(x in self.reader.axes for x in letters):
                continue
            self.reader.count += 1
            own = Symbol(f"m{self.reader.count}", integer=True, positive=True)
            changed = body.xreplace({place: own})
            free = [x for x, c in letters.items() if abs(c) == 1 and x != self.name and not changed.has(x)]
            if free:
                self.reader.axes[own] = ("m", self.reader.count)
                places = {self.reader.axes[x]: c for x, c in letters.items()}
                self.shifts.append((("m", self.reader.count), places, number))
                body = changed
        return body

    def gathered(self, ref: Ref) -> Ref:
        """Return an array that was read from the body with the axes of the classes that were lifted gathered."""
        for axis, letters, number in self.shifts:
            if axis in ref.axes:
                ref = self.reader.graph.gather(ref, axis, letters, number)
        return ref

    def __exit__(self, *_: Any) -> None:
        return None


__all__ = ["Binding"]
