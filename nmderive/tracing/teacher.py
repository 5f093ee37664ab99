"""A teacher's logits: where the loss depends on them through t = softmax of them alone, they are labels."""

from __future__ import annotations

from sympy import Expr, Indexed, IndexedBase, Integer, log

from nmderive.calculus.free_values import without_free_value
from nmderive.calculus.symbols import T, array
from nmderive.tracing.context import Trace

_SHIFT = array("nmderive_shift")


def with_labels_of_logits(expr: Expr, logits: IndexedBase, trace: Trace) -> Expr:
    """Return ``expr`` with log t for ``logits``, if it is proved that a shift of a row of them changes nothing.

    Where it is not, they stay an array of given numbers.
    """
    shifted = expr.replace(lambda e: _is_of(e, logits), lambda e: e + _SHIFT[(Integer(1), *e.indices[:-1])])
    if without_free_value(shifted, _SHIFT) is None:
        return expr
    trace.note(f"it is proved that the loss depends on {logits.name} through t = softmax({logits.name}) alone")
    return expr.replace(lambda e: _is_of(e, logits), lambda e: log(T[e.indices]))


def _is_of(entry: Expr, logits: IndexedBase) -> bool:
    return isinstance(entry, Indexed) and entry.base == logits


__all__ = ["with_labels_of_logits"]
