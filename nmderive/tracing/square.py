"""Square matrices of similarities: entry (i, i) is the positive of row i, as in InfoNCE and CLIP.

A function of logits alone that takes them for square is traced at shape (n, n). Its reading has rows and columns again:
an index of columns runs over m, and the diagonal is where the labels t_ij = [i = j] are, for n = m.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sympy import Add, Expr, Indexed, KroneckerDelta, Mul, Ne, Symbol, expand_mul

from nmderive.calculus.sums import IndexedOperator, IndexSum
from nmderive.calculus.symbols import M, N, S, T, index
from nmderive.tracing.context import Fits, Misfit

ROW, COLUMN = "row", "column"
Places = Mapping[Symbol, str]


def with_rows_and_columns(expr: Expr) -> Expr:
    """Return an expression in s of shape (n, n) as one in s and t of shape (n, m), for t_ij = [i = j]."""
    return _written(expr, {}, 0)


def _written(expr: Expr, places: Places, depth: int) -> Expr:
    if isinstance(expr, Indexed):
        return _entry(expr, places, depth)
    if isinstance(expr, KroneckerDelta):
        a, b = expr.args[:2]
        return expr if places[a] == places[b] else _label(a, b, places)
    if isinstance(expr, IndexedOperator):
        return _operator(expr, places, depth)
    if not expr.args:
        return expr
    return expr.func(*(_written(a, places, depth) for a in expr.args))


def _entry(entry: Indexed, places: Places, depth: int) -> Expr:
    if entry.base != S:
        raise Fits("an array beside a square matrix of similarities", hint="fix it by --let 'w=2'")
    a, b = entry.indices
    if a != b:
        if (places.get(a), places.get(b)) != (ROW, COLUMN):
            raise _mixed()
        return entry
    if not isinstance(a, Symbol):
        raise Fits("one entry of the diagonal", hint="a similarity matrix is summed over its rows")
    other = index(f"nmderive_square{depth}")
    own, size = ((a, other), M) if places[a] == ROW else ((other, a), N)
    return IndexSum(T[own] * S[own], other, size)


def _operator(operator: IndexedOperator, places: Places, depth: int) -> Expr:
    if operator.domain != N:
        raise Misfit("a matrix that is not square")
    name = index(f"nmderive_at{depth}")
    body, conditions = operator.open(name)
    used = _used(body, name)
    if len(used) > 1 and isinstance(operator, IndexSum):
        terms = Add.make_args(expand_mul(body))
        if len(terms) > 1:
            return Add(*(_operator(IndexSum(x, name, N, *conditions), places, depth) for x in terms))
    if len(used) > 1:
        raise _mixed()
    if used == {COLUMN} and not places and not conditions and isinstance(operator, IndexSum):
        return _over_positives(body, name)
    own = {**places, name: next(iter(used), ROW)}
    inner, left = _written(body, own, depth + 1), []
    for condition in conditions:
        if not isinstance(condition, Ne) or not isinstance(operator, IndexSum):
            left.append(condition)
        elif own[condition.lhs] == own[condition.rhs]:
            left.append(condition)
        else:
            inner = Mul(inner, 1 - _label(condition.lhs, condition.rhs, own))
    if any(len({own.get(x) for x in c.free_symbols}) > 1 for c in left):
        raise Fits("a condition on rows and columns of a square matrix", hint="a mask of 0 and 1 is a factor")
    return operator.func(inner, name, N if own[name] == ROW else M, *left)


def _over_positives(body: Expr, column: Symbol) -> Expr:
    """Return a sum over all columns as papers read it: over the rows, each at the column of its positive."""
    row = index("nmderive_row")
    inside = body.xreplace({S[column, column]: S[row, column]})
    inner = _written(inside, {row: ROW, column: COLUMN}, 1)
    return IndexSum(IndexSum(T[row, column] * inner, column, M), row, N)


def _used(body: Expr, name: Symbol) -> set[str]:
    """Return what an index is, ROW or COLUMN, by its places in entries off the diagonal."""
    found = set()
    for entry in body.atoms(Indexed):
        if entry.base == S and entry.indices[0] != entry.indices[1]:
            found |= {place for place, own in zip((ROW, COLUMN), entry.indices, strict=True) if own == name}
    return found


def _label(a: Any, b: Any, places: Places) -> Expr:
    return T[(a, b) if places[a] == ROW else (b, a)]


def _mixed() -> Fits:
    return Fits("an index that is a row here and a column there", hint="a symmetric use of a matrix is not read")


#: What a square matrix is read as.
SAID = "entry (i, i) is the positive of row i: n = m and the labels are t_ij = [i = j]"

__all__ = ["SAID", "with_rows_and_columns"]
