"""Target classes as they stand in a trace: integer entries, one a sample, and where they are used as numbers."""

from __future__ import annotations

from typing import Any

from sympy import Expr, Indexed, IndexedBase, KroneckerDelta, Symbol, sign

from nmderive.calculus.sums import Iverson

#: The classes of the samples, and that of a single sample.
TARGET = IndexedBase("nmderive_target", integer=True, positive=True)
ONE_TARGET = Symbol("nmderive_target", integer=True, positive=True)


def further_target(labels: IndexedBase) -> IndexedBase:
    """Return the target classes of which ``labels`` are the one-hot labels, where a function has two of them."""
    return IndexedBase(f"{TARGET.name}_{labels.name}", integer=True, positive=True)


def is_target(entry: Any) -> bool:
    """Tell whether an expression is the target class of a sample."""
    return isinstance(entry, Indexed) and entry.base.name.startswith(TARGET.name)


def has_target(expr: Expr) -> bool:
    """Tell whether a target class stands in an expression."""
    return expr.has(ONE_TARGET) or any(map(is_target, expr.atoms(Indexed)))


def is_number_of_class(expr: Expr) -> bool:
    """Tell whether the number of a class stands in an expression other than compared or as a position."""
    if is_target(expr) or expr == ONE_TARGET:
        return True
    return not isinstance(expr, Indexed | KroneckerDelta | Iverson | sign) and any(map(is_number_of_class, expr.args))


__all__ = ["ONE_TARGET", "TARGET", "further_target", "has_target", "is_number_of_class", "is_target"]
