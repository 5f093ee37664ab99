"""Products of sums under logarithms multiplied out: sum_i x_i sum_i y_i is sum_i sum_a x_i y_a.

Each exponential then stands under sums alone, as arguments about exponents ask for.
"""

from __future__ import annotations

from sympy import Add, Expr, Indexed, Mul, expand_mul, log, powsimp

from nmderive.calculus.sums import IndexedOperator, IndexSum
from nmderive.calculus.symbols import S, index

#: Products of more sums than these are left as they are.
_MOST = 4


def multiplied(expr: Expr) -> Expr:
    """Return an equal expression whose logarithms hold no products of sums, small ones at least."""
    if not expr.args or isinstance(expr, Indexed) or not expr.has(log):
        return expr
    if isinstance(expr, log):
        return log(_out(expr.args[0]))
    if isinstance(expr, IndexedOperator):
        letter = index(f"u{expr.bound.name.lstrip('_')}")
        body, conditions = expr.open(letter)
        return expr.func(multiplied(body), letter, expr.domain, *conditions)
    return expr.func(*(multiplied(a) if isinstance(a, Expr) else a for a in expr.args))


def _out(expr: Expr, depth: int = 0) -> Expr:
    """Return a sum of terms, each an exponential with its weights under sums."""
    if isinstance(expr, Add):
        return Add(*(_out(a, depth) for a in expr.args))
    if isinstance(expr, IndexSum):
        letter = index(f"v{depth}")
        body, conditions = expr.open(letter)
        found = _out(body, depth + 1)
        return Add(*(IndexSum(term, letter, expr.domain, *conditions) for term in Add.make_args(found)))
    if not isinstance(expr, Mul) or not expr.has(S):
        return expr
    whole = expand_mul(Mul(*(_out(a, depth) for a in expr.args)), deep=False)
    return Add(*(_joined(term, depth) for term in Add.make_args(whole)))


def _joined(term: Expr, depth: int) -> Expr:
    """Return a product of sums as one sum over the indices of all."""
    sums = [f for f in Mul.make_args(term) if isinstance(f, IndexSum)]
    if not 1 < len(sums) + (len(sums) == 1) <= _MOST:
        return term
    first = sums[0]
    letter = index(f"v{depth}")
    body, conditions = first.open(letter)
    rest = Mul(*(f for f in Mul.make_args(term) if f is not first))
    inner = Add.make_args(expand_mul(powsimp(body * rest, combine="exp"), deep=False))
    return Add(*(IndexSum(_joined(x, depth + 1), letter, first.domain, *conditions) for x in inner))


__all__ = ["multiplied"]
