"""Which indices of a built expression run over samples and which over classes, and whether two of them are compared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sympy import Expr, Indexed, KroneckerDelta, Ne, Symbol
from sympy.core.relational import Relational

from nmderive.calculus.sums import IndexedOperator, Iverson
from nmderive.calculus.symbols import SIZES, M, N, S, T
from nmderive.notation.binders import default_domain


def range_conflict(expr: Expr, declared: Mapping[str, Any]) -> tuple[str, str] | None:
    """Return the names of a sample and a class that ``expr`` compares, None where it compares none.

    ``declared`` are ranges of free indices by name; a free index without one takes it from where it stands in
    the logits and labels, or from its letter.
    """
    known: dict[Any, Any] = {}
    for e in expr.atoms(Indexed):
        if e.base in (S, T) and len(e.indices) == 2:
            known |= {a: size for a, size in zip(e.indices, SIZES, strict=True) if isinstance(a, Symbol)}
    for a in expr.atoms(Symbol):
        if a.is_integer and a not in SIZES:
            found = declared.get(a.name) or known.get(a) or default_domain(str(a.name))
            if found is not None:
                known[a] = found
    for left, right in _compared(expr, known):
        if left is not None and right is not None and {left[1], right[1]} == {N, M}:
            return left[0], right[0]
    return None


def _compared(expr: Expr, ranges: Mapping[Any, Any]) -> Iterator[list[tuple[str, Any] | None]]:
    """Yield (name, range) of both sides of every relation and delta, None for numbers and unknown ranges."""
    if isinstance(expr, IndexedOperator):
        ranges = {**ranges, expr.bound: expr.domain}
        relations = [c for c in expr.conditions if isinstance(c, Relational)]
    else:
        relations = [expr.args[0]] if isinstance(expr, Iverson) and isinstance(expr.args[0], Relational | Ne) else []
    pairs = [c.args for c in relations] + ([expr.args] if isinstance(expr, KroneckerDelta) else [])
    for pair in pairs:
        yield [(str(a), ranges[a]) if a in ranges else None for a in pair]
    for arg in expr.args:
        if isinstance(arg, Expr):
            yield from _compared(arg, ranges)


__all__ = ["range_conflict"]
