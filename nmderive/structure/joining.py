"""Sums over the same indices joined to one, and what does not hold an index before its sum.

The normal form splits sums as far as they go; what can be said of a sum of squares, or of a label beside its
complement, is seen where they stand together.
"""

from __future__ import annotations

from typing import Any

from sympy import Add, Expr, Indexed, Mul, Symbol, exp, log

from nmderive.calculus.expansion import expanded
from nmderive.calculus.sums import IndexedOperator, IndexSum
from nmderive.calculus.symbols import S, index


def joined(expr: Expr, depth: int = 0) -> Expr:
    """Return an equal expression in which sums over the same indices, that are added, are one sum."""
    if not expr.args or isinstance(expr, Indexed):
        return expr
    if isinstance(expr, IndexedOperator):
        letter = index(f"j{depth}")
        body, conditions = expr.open(letter)
        return expr.func(joined(body, depth + 1), letter, expr.domain, *conditions)
    if not isinstance(expr, Add):
        return expr.func(*(joined(a, depth) if isinstance(a, Expr) else a for a in expr.args))
    letter = index(f"j{depth}")
    groups: dict[Any, list[Expr]] = {}
    rest: list[Expr] = []
    for term in expr.args:
        found = one_sum(term, letter)
        if found is None:
            rest.append(joined(term, depth))
        else:
            groups.setdefault(found[0], []).append(found[1])
    sums = [IndexSum(joined(Add(*bodies), depth + 1), letter, domain, *conditions)
            for (domain, conditions), bodies in groups.items()]
    return Add(*rest, *sums)


def one_sum(term: Expr, letter: Symbol) -> tuple[Any, Expr] | None:
    """Return ((size, conditions), body) of a multiple of one sum, its factor inside the body; else None."""
    factors = Mul.make_args(term)
    sums = [f for f in factors if isinstance(f, IndexSum)]
    if len(sums) != 1:
        return None
    body, conditions = sums[0].open(letter)
    return (sums[0].domain, tuple(conditions)), Mul(*(f for f in factors if f is not sums[0]), body)


def outward(expr: Expr) -> Expr:
    """Return an equal expression with factors before the sums whose index they do not hold."""
    if not expr.args or isinstance(expr, Indexed):
        return expr
    if isinstance(expr, IndexedOperator):
        body, conditions = expr.open(expr.bound)
        inner = outward(body)
        if not isinstance(expr, IndexSum):
            return expr.func(inner, expr.bound, expr.domain, *conditions)
        before, rest = inner.as_independent(expr.bound, as_Add=False) if isinstance(inner, Mul) else (1, inner)
        return before * IndexSum(rest, expr.bound, expr.domain, *conditions)
    return expr.func(*(outward(a) if isinstance(a, Expr) else a for a in expr.args))


def with_powers(expr: Expr) -> Expr:
    """Return an equal expression with e^(c log x) written as x^c."""
    if not expr.args or isinstance(expr, Indexed):
        return expr
    if isinstance(expr, IndexedOperator):
        body, conditions = expr.open(expr.bound)
        return expr.func(with_powers(body), expr.bound, expr.domain, *conditions)
    inner = expr.func(*(with_powers(a) if isinstance(a, Expr) else a for a in expr.args))
    if not isinstance(inner, exp):
        return inner
    powers, rest = [], []
    for term in Add.make_args(expanded(inner.args[0])):
        logs = [f for f in Mul.make_args(term) if isinstance(f, log)]
        others = [f for f in Mul.make_args(term) if not isinstance(f, log)]
        if len(logs) == 1 and not any(f.has(S) for f in others):
            powers.append(logs[0].args[0] ** Mul(*others))
        else:
            rest.append(term)
    return Mul(*powers, exp(Add(*rest)))


__all__ = ["joined", "one_sum", "outward", "with_powers"]
