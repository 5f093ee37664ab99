"""Hard labels: t_ij = 1 at the target class and 0 elsewhere, with the sums over classes split at the target."""

from __future__ import annotations

from collections.abc import Callable

from sympy import Abs, Expr, Indexed, Integer, KroneckerDelta, Mul, Ne, Pow, Symbol, exp, log, nan, oo, sign, tanh, zoo

from nmderive.calculus.extrema import IndexExtremum
from nmderive.calculus.substitute import substitute_array
from nmderive.calculus.sums import (
    IndexedOperator,
    IndexProduct,
    IndexSum,
    Iverson,
    RowFunction,
    RowFunctionDerivative,
)
from nmderive.calculus.symbols import M, Member, T, index

_FUNCTIONS = (Pow, exp, log, tanh, Abs, sign)


def at_target(expr: Expr, target: Symbol) -> Expr | None:
    """Return the expression of one sample with t_j = [j = target], every class sum over labels split.

    None where a label's class is neither the target nor bound by a sum over classes.
    """
    try:
        return _hard(expr, target, frozenset(), 0)
    except _Open:
        return None


def without_label_logs(expr: Expr) -> Expr:
    """Return the expression with t log(t x) written as t log x, which for labels 0 and 1 it equals (0 log 0 = 0)."""
    found = _in_parts(expr, without_label_logs)
    if not isinstance(found, Mul):
        return found
    labels = {a for a in found.args if isinstance(a, Indexed) and a.base == T}
    return Mul(*(log(Mul(*(f for f in Mul.make_args(a.args[0]) if f not in labels))) if isinstance(a, log) else a
                 for a in found.args))


def zero_or_one(expr: Expr) -> Expr:
    """Return t f(1) + (1 - t) f(0) in place of functions f of one label, to which they are equal for labels 0 and 1."""
    labels = {x for x in expr.atoms(Indexed) if x.base == T}
    if isinstance(expr, _FUNCTIONS) and len(labels) == 1 and not any(x.has(T) for x in expr.atoms(IndexedOperator)):
        (label,) = labels
        at_one, at_zero = (expr.xreplace({label: Integer(k)}) for k in (1, 0))
        if not any(x.has(zoo, nan, oo) for x in (at_one, at_zero)):
            return label * at_one + (1 - label) * at_zero
    return _in_parts(expr, zero_or_one)


def by_target(expr: Expr) -> Expr:
    """Return sum_y t_iy f(t_ij = [j = y]) in place of functions f of the labels of one row, for one 1 in each row."""
    labels = {x for x in expr.atoms(Indexed) if x.base == T}
    rows = {x.indices[:-1] for x in labels}
    is_function = isinstance(expr, _FUNCTIONS) or isinstance(expr, Mul) and sum(a.has(T) for a in expr.args) > 1
    if is_function and len(rows) == 1 and (len(labels) > 1 or _sums_labels(expr)):
        (row,) = rows
        if all(x.is_Integer or x in expr.free_symbols for x in row):
            target, place = index("target"), index("place")
            inner = substitute_array(expr, T, (*(index(f"row{k}") for k in range(len(row))), place),
                                     KroneckerDelta(place, target))
            return IndexSum(T[(*row, target)] * inner, target, M)
    return _in_parts(expr, by_target)


def _sums_labels(expr: Expr) -> bool:
    """Tell whether the class of a label is bound inside."""
    return any(x.has(T) and x.domain == M for x in expr.atoms(IndexedOperator))


def _in_parts(expr: Expr, change: Callable[[Expr], Expr]) -> Expr:
    """Return the expression with its parts changed, bodies of sums among them; what holds no label stays."""
    if not expr.args or isinstance(expr, Indexed) or not expr.has(T):
        return expr
    if isinstance(expr, IndexedOperator):
        body, conditions = expr.open(expr.bound)
        return expr.func(change(body), expr.bound, expr.domain, *conditions)
    return expr.func(*(change(a) if isinstance(a, Expr) else a for a in expr.args))


def one_positive(expr: Expr, target: Expr) -> Expr:
    """Return the expression where Omega_pos is the target alone, and Omega_neg all other classes."""
    if isinstance(expr, Iverson) and isinstance(expr.args[0], Member):
        element, subset = expr.args[0].args
        is_target = KroneckerDelta(element, target)
        return is_target if subset.name == "Omega_pos" else 1 - is_target
    if isinstance(expr, IndexedOperator):
        return _over_sets(expr, target)
    if not expr.args or isinstance(expr, Indexed):
        return expr
    return expr.func(*(one_positive(a, target) if isinstance(a, Expr) else a for a in expr.args))


def _over_sets(expr: IndexedOperator, target: Expr) -> Expr:
    letter = index(f"set{expr.bound.name.lstrip('_')}")
    body, conditions = expr.open(letter)
    body = one_positive(body, target)
    members = [c for c in conditions if isinstance(c, Member)]
    others = [c for c in conditions if not isinstance(c, Member)]
    if any(c.args[1].name == "Omega_pos" for c in members) and not others and members[0].args[0] == letter:
        return body.xreplace({letter: target})
    apart = [Ne(letter, target) for c in members if c.args[1].name == "Omega_neg" and c.args[0] == letter]
    kept = [c for c in members if c.args[1].name != "Omega_neg" or c.args[0] != letter]
    return expr.func(body, letter, expr.domain, *others, *apart, *kept)


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
    if isinstance(expr, IndexExtremum):
        raise _Open
    assert isinstance(expr, IndexProduct)
    return own * rest
