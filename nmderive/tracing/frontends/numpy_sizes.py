"""Symbolic sizes of NumPy arrays: what shapes hold, and what comparisons of them say."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

from nmderive.calculus.symbols import M, N
from nmderive.tracing.branches import of_counts
from nmderive.tracing.context import Misfit, current, refused
from nmderive.tracing.frontends.numpy import SIZE, Traced
from nmderive.tracing.numbers import exact


class Size(Traced):
    """A symbolic size: a number without axes that shapes and comparisons of shapes understand."""

    __slots__ = ()

    def __eq__(self, other: Any) -> Any:
        if isinstance(other, Size):
            return self.value.expr == other.value.expr or _unlike(self, other)
        if isinstance(other, int) and self.value.expr == M and other == current().classes:
            return True
        if isinstance(other, int):
            return self._compared(other, operator.eq, f"whether {self.value.expr} is {other}")
        return NotImplemented

    def _compared(self, other: Any, meaning: Callable[[Any, Any], Any], said: str) -> bool:
        """Return how a comparison with a number goes, where that is known."""
        found = of_counts(self.value.expr, exact(other), meaning)
        if found is None:
            raise refused(f"a branch on {said}", "the reading is for all n and m")
        return found

    def __ne__(self, other: Any) -> Any:
        found = self.__eq__(other)
        return found if found is NotImplemented else not found

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(self.value.expr)

    def __gt__(self, other: Any) -> Any:
        if isinstance(other, int | float):
            return self._compared(other, operator.gt, f"the size {self.value.expr}")
        raise refused(f"a branch on the size {self.value.expr}", "the reading is for all n and m")

    def __ge__(self, other: Any) -> Any:
        if isinstance(other, int | float):
            return self._compared(other, operator.ge, f"the size {self.value.expr}")
        return self.__gt__(other)

    def __lt__(self, other: Any) -> Any:
        return not self.__ge__(other)

    def __le__(self, other: Any) -> Any:
        return not self.__gt__(other)


def _unlike(one: Size, other: Size) -> bool:
    if {one.value.expr, other.value.expr} <= {N, M}:
        raise refused("a branch on whether n is m", "the reading is for all n and m", Misfit)
    if {one.value.expr, other.value.expr} <= {N, M, N * M}:
        raise refused(f"a branch on whether {one.value.expr} is {other.value.expr}", "the reading is for all n and m",
                      Misfit)
    return False


SIZE["of"] = Size

__all__ = ["Size"]
