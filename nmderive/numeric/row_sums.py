"""Losses that are sums over samples: the term of one row, for reductions and for rows that are left out."""

from __future__ import annotations

from dataclasses import dataclass

from sympy import Add, Expr, Mul, Symbol

from nmderive.calculus.sums import IndexedOperator, IndexSum
from nmderive.calculus.symbols import M, N, S, T
from nmderive.losses.loss import Loss


@dataclass(frozen=True)
class RowSum:
    """``l`` is the sum over rows of ``term``, or their mean where ``averaged``; ``row`` is the row's index."""

    term: Expr
    row: Symbol
    averaged: bool


def row_sum(loss: Loss) -> RowSum | None:
    """Return the loss as a sum over rows whose terms hold one row each; None where rows are coupled."""
    if N not in loss.shape:
        return None
    row = Symbol("row", integer=True, positive=True)
    term = _term(loss.expr, row)
    if term is None:
        return None
    averaged = all(N**-1 in Mul.make_args(a) for a in Add.make_args(term))
    if averaged:
        term = Add(*(a * N for a in Add.make_args(term)))
    return RowSum(term, row, averaged)


def _term(expr: Expr, row: Symbol) -> Expr | None:
    if isinstance(expr, Add):
        parts = [_term(a, row) for a in expr.args]
        return None if None in parts else Add(*parts)
    if isinstance(expr, Mul):
        moving = [f for f in expr.args if f.has(S, T) or isinstance(f, IndexSum)]
        inner = _term(moving[0], row) if len(moving) == 1 else None
        return None if inner is None else Mul(*(f for f in expr.args if f is not moving[0])) * inner
    if not isinstance(expr, IndexSum) or expr.domain not in (N, M):
        return None
    if expr.domain == M:
        inner = _term(expr.body, row)
        return None if inner is None else IndexSum(inner, expr.bound, M, *expr.conditions)
    body, conditions = expr.open(row)
    coupled = any(a.domain == N for a in body.atoms(IndexedOperator))
    return None if coupled or conditions else body


__all__ = ["RowSum", "row_sum"]
