"""Maxima over an index in one spelling: a minimum as minus a maximum, what does not depend on the index before it."""

from __future__ import annotations

from sympy import Abs, Add, Expr, Indexed, Integer, Mul, Symbol

from nmderive.calculus.extrema import IndexExtremum, IndexMax, IndexMin
from nmderive.calculus.sums import IndexedOperator
from nmderive.calculus.symbols import index


def extremal(expr: Expr) -> Expr:
    """Return an equal expression: min_k (a - x_k) becomes a - max_k x_k, and max_k (2 x_k) becomes 2 max_k x_k."""
    return _extremal(expr, 0)


def _extremal(expr: Expr, depth: int) -> Expr:
    if not expr.args or isinstance(expr, Indexed):
        return expr
    if not isinstance(expr, IndexedOperator):
        return expr.func(*(_extremal(a, depth) if isinstance(a, Expr) else a for a in expr.args))
    letter = index(f"x{depth}")
    body, conditions = expr.open(letter)
    body = _extremal(body, depth + 1)
    if not isinstance(expr, IndexExtremum):
        return expr.func(body, letter, expr.domain, *conditions)
    return _outside(expr, body, letter)


def _outside(expr: IndexExtremum, body: Expr, letter: Symbol) -> Expr:
    """Return the extremum of a body with what does not depend on the letter, and what does not fall, outside."""
    part = _positive_part(body, letter)
    if part is not None:
        whole = _outside(expr, part[1], letter)
        return part[0] * (whole + Abs(whole))
    sign = Integer(-1 if isinstance(expr, IndexMin) else 1)
    before, inside = body.expand(deep=False).as_independent(letter, as_Add=True)
    scale, inside = _scale(sign * inside, letter)
    return Add(before, Mul(sign, scale, IndexMax(inside, letter, expr.domain, *expr.open(letter)[1])))


def _positive_part(expr: Expr, letter: Symbol) -> tuple[Expr, Expr] | None:
    """Return (c, x) where an expression is c (x + |x|), c > 0 without the letter, as max(0, x) is; else None."""
    terms = Add.make_args(expr.expand(deep=False))
    for term in terms:
        sizes = [f for f in Mul.make_args(term) if isinstance(f, Abs)]
        scale = Mul(*(f for f in Mul.make_args(term) if f not in sizes))
        if len(sizes) == 1 and scale.is_positive and not scale.has(letter):
            rest = Add(*(t for t in terms if t is not term))
            if (rest - scale * sizes[0].args[0]).expand(deep=False) == 0:
                return scale, sizes[0].args[0]
    return None


def _scale(expr: Expr, letter: Symbol) -> tuple[Expr, Expr]:
    """Return the positive factor that all terms have in common, without the letter, and the rest."""
    terms = Add.make_args(expr)
    own = [[f if f.is_Rational is not True else abs(f) for f in Mul.make_args(t)] for t in terms]
    common = [f for f in own[0] if all(f in x for x in own[1:]) and f.is_positive and not f.has(letter)]
    scale = Mul(*common)
    return scale, Add(*(t / scale for t in terms))


__all__ = ["extremal"]
