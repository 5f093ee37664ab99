"""Conditions of sums as masks: k != j, k < j, membership in a class set, comparison with a number."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sympy import Ne
from sympy.core.relational import Relational

from nmderive.calculus.cyclic import Cyclic
from nmderive.calculus.symbols import Member
from nmderive.errors import UnsupportedError
from nmderive.numeric.graph import Axis, Ref, variable

if TYPE_CHECKING:
    from nmderive.numeric.reader import Reader

_RELATIONS = {"!=": "ne", "<": "lt", "<=": "le", "==": "eq"}


class Conditions:
    """Turns the conditions of a sum into masks, or one exclusion into a sum over the others."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    def split(self, axis: Axis, conditions: tuple[Any, ...], axes: set[Axis]) -> tuple[Axis | None, list[Ref]]:
        """Return (index that the bound one must differ from, masks for all the other conditions).

        The exclusion is treated as a sum over the others only where the summand does not hold that index.
        """
        other: Axis | None = None
        masks = []
        for condition in conditions:
            partner = self._excluded(axis, condition)
            if partner is not None and other is None and partner not in axes and len(conditions) >= 1:
                other = partner
            else:
                masks.append(self.factor(condition))
        if other is not None and any(other in m.axes for m in masks):
            masks, other = [*masks, self._matrix("ne", axis, other)], None
        return other, masks

    def _excluded(self, axis: Axis, condition: Any) -> Axis | None:
        if not isinstance(condition, Ne):
            return None
        known = [self._reader.axes.get(a) for a in condition.args]
        if axis not in known or None in known:
            return None
        partner = next(a for a in known if a != axis)
        return partner if partner is not None and partner[0] == axis[0] else None

    def factor(self, condition: Any) -> Ref:
        """Return the mask (1 where the condition holds, 0 elsewhere)."""
        graph, axes = self._reader.graph, self._reader.axes
        if isinstance(condition, Member):
            element, subset = condition.args
            return graph.leaf("mask", (axes[element],), ("in", variable(subset.name)))
        if not isinstance(condition, Relational) or condition.rel_op not in _RELATIONS:
            raise UnsupportedError(f"there is no NumPy code for the condition {condition}")
        kind = _RELATIONS[condition.rel_op]
        left, right = condition.args
        if condition.has(Cyclic):
            return self._last(kind, left, right)
        if left.is_Integer:
            return graph.leaf("mask", (axes[right],), (kind, int(left), "left"))
        if right.is_Integer:
            return graph.leaf("mask", (axes[left],), (kind, int(right), "right"))
        return self._matrix(kind, axes[left], axes[right])

    def _last(self, kind: str, left: Any, right: Any) -> Ref:
        """Return the mask of a comparison with the last class."""
        graph, axes = self._reader.graph, self._reader.axes
        other, side = (left, "right") if right == Cyclic(0) else (right, "left")
        if other not in axes or Cyclic(0) not in (left, right):
            raise UnsupportedError(f"there is no NumPy code for comparing {left} with {right} modulo m")
        return graph.leaf("mask", (axes[other],), (kind, "last", side))

    def _matrix(self, kind: str, left: Axis, right: Axis) -> Ref:
        ref = self._reader.graph.leaf("mask", (left, right), (kind,))
        return Ref(ref.node, (left, right))


__all__ = ["Conditions"]
