"""Facts about terms and factors that decide how they are ordered and grouped in print."""

from __future__ import annotations

from typing import Any

from sympy import Abs, Add, Expr, Indexed, KroneckerDelta, Mul, Pow, Rational, Symbol, exp, log, sign, tanh

from nmderive.calculus.extrema import Attained
from nmderive.calculus.sums import (
    IndexedOperator,
    IndexSum,
    Iverson,
    Remainder,
    RowFunction,
    RowFunctionDerivative,
)
from nmderive.calculus.symbols import SIZES, M, S, parameter
from nmderive.notation.binders import default_domain

#: The parameter that ``m: margin`` declares; printed as m where the number of classes is not printed.
MARGIN = parameter("m_margin")


def writes_m(expr: Expr) -> bool:
    """Tell whether the number of classes is printed, so that a margin m needs another name."""
    if expr == M:
        return True
    args = expr.args[:1] if isinstance(expr, IndexedOperator) else expr.args
    return any(writes_m(a) for a in args)


def certainly_free(expr: Any) -> set[Symbol]:
    """Return the indices that are free even if each condition bound every letter that stands in it."""
    if isinstance(expr, Symbol):
        return {expr} if expr.is_integer and expr not in SIZES else set()
    if isinstance(expr, IndexedOperator):
        inside = certainly_free(expr.body) - {expr.bound}
        return inside - {a for c in expr.conditions for a in c.atoms(Symbol)}
    return set().union(*(certainly_free(a) for a in expr.args))


def row_of_sum(expr: Expr) -> tuple[Expr, ...] | None:
    """Return the row whose logits ``expr`` sums over all classes, None if it is no such sum."""
    if not isinstance(expr, IndexSum) or expr.domain != M or expr.conditions:
        return None
    body = expr.body
    if not isinstance(body, Indexed) or body.base != S or body.indices[-1] != expr.bound:
        return None
    row = tuple(body.indices[:-1])
    return None if expr.bound in row else row


def shift_key(letter: Symbol) -> tuple[bool, str]:
    """Order of the letters of a class index: classes before what they are shifted by."""
    return default_domain(letter.name) != M, str(letter.name)


def split_factors(expr: Expr) -> tuple[Rational, list[Expr]]:
    """Return (rational coefficient, other factors)."""
    if isinstance(expr, Rational):
        return expr, []
    coefficient, rest = expr.as_coeff_Mul()
    return coefficient, list(Mul.make_args(rest)) if rest != 1 else []


def inverse(factor: Expr) -> Expr | None:
    """Return what stands under the fraction bar for ``factor``, None if it stands above."""
    if isinstance(factor, Pow) and not isinstance(factor, exp):
        exponent = factor.exp
        if isinstance(exponent, Rational) and exponent < 0:
            return Pow(factor.base, -exponent)
    return None


def _kind(expr: Expr) -> int:
    """Rank of a factor or term: numbers, sizes and parameters, entries, powers, exp, brackets, sums."""
    ranks: tuple[tuple[Any, int], ...] = (
        (Rational, 0),
        (Symbol, 1),
        (KroneckerDelta, 2),
        (Iverson, 2),
        (Indexed, 3),
        (exp, 7),
        (Pow, 5),
        (RowFunction, 4),
        (RowFunctionDerivative, 4),
        (Add, 6),
        (log, 8),
        (tanh, 8),
        (Abs, 8),
        (sign, 8),
        (Attained, 2),
        (IndexedOperator, 9),
        (Remainder, 10),
    )
    return next((rank for kind, rank in ranks if isinstance(expr, kind)), 5)


def factor_key(expr: Expr) -> tuple[Any, ...]:
    """Order of factors: numbers first, sums last."""
    entries = sorted(str(a) for a in expr.atoms(Indexed))[:1] if isinstance(expr, Indexed) else []
    is_label = 0 if isinstance(expr, Indexed) and expr.base != S else 1
    return (_kind(expr), is_label, entries, expr.sort_key())


def term_key(expr: Expr) -> tuple[Any, ...]:
    """Order of terms: plus before minus, numbers first, the remainder last."""
    is_minus = expr.could_extract_minus_sign()
    if isinstance(expr, Remainder):
        return (3, 0, expr.sort_key())
    rest = expr.as_coeff_Mul()[1]
    rank = max((_kind(f) for f in Mul.make_args(rest)), default=0)
    rank = 4 if rank == 1 else rank
    return (1 if is_minus else 0, rank if not isinstance(expr, Rational) else -1, expr.sort_key())
