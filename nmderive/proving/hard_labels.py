"""Hard labels: t_ij = 1 at the target class and 0 elsewhere, with the sums over classes split at the target."""

from __future__ import annotations

from sympy import Expr, Indexed, Integer, Ne, Symbol

from nmderive.calculus.sums import IndexedOperator, IndexProduct, IndexSum, RowFunction, RowFunctionDerivative
from nmderive.calculus.symbols import M, T, index


def at_target(expr: Expr, target: Symbol) -> Expr | None:
    """Return the expression of one sample with t_j = [j = target], every class sum over labels split.

    None where a label's class is neither the target nor bound by a sum over classes.
    """
    try:
        return _hard(expr, target, frozenset(), 0)
    except _Open:
        return None


class _Open(Exception):
    """A label whose class may or may not be the target."""


def _hard(expr: Expr, target: Symbol, others: frozenset[Symbol], depth: int) -> Expr:
    if isinstance(expr, Indexed):
        return _label(expr, target, others)
    if isinstance(expr, IndexedOperator) and expr.domain == M and expr.body.has(T):
        return _split(expr, target, others, depth)
    if isinstance(expr, IndexedOperator):
        letter = index(f"h{depth}")
        body, conditions = expr.open(letter)
        return expr.func(_hard(body, target, others, depth + 1), letter, expr.domain, *conditions)
    if not expr.args or not expr.has(T) or isinstance(expr, RowFunction | RowFunctionDerivative):
        return expr
    return expr.func(*(_hard(a, target, others, depth) for a in expr.args))


def _label(expr: Indexed, target: Symbol, others: frozenset[Symbol]) -> Expr:
    if expr.base != T:
        return expr
    position = expr.indices[-1]
    if position == target:
        return Integer(1)
    if position in others:
        return Integer(0)
    raise _Open


def _split(expr: IndexedOperator, target: Symbol, others: frozenset[Symbol], depth: int) -> Expr:
    """Return the target's term, where the conditions allow it, and the sum over the other classes."""
    letter = index(f"h{depth}")
    body, conditions = expr.open(letter)
    rest_body = _hard(body, target, others | {letter}, depth + 1)
    rest = expr.func(rest_body, letter, M, Ne(letter, target), *conditions)
    own_body, own_conditions = expr.open(target)
    own = _hard(own_body, target, others, depth + 1)
    for condition in own_conditions:
        if condition == False:  # noqa: E712  (a SymPy truth value)
            return rest
        if condition == True:  # noqa: E712
            continue
        if isinstance(condition, Ne) and set(condition.args) <= {target, *others} and target in condition.args:
            continue
        raise _Open
    if isinstance(expr, IndexSum):
        return own + rest
    assert isinstance(expr, IndexProduct)
    return own * rest
