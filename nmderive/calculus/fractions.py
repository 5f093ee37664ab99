"""Reduce the fractions of an expression, its sums and entries taken as letters: (1 - t)/(1 + e^(-s)) - t e^(-s)/... .

What is not rational in exponentials, entries and whole sums is one letter, too, so the value stays the same.
"""

from __future__ import annotations

from sympy import Add, Dummy, Expr, Indexed, KroneckerDelta, Mul, Poly, Pow, Symbol, cancel, exp, factor
from sympy.polys.polyerrors import PolynomialError

from nmderive.calculus.sums import Iverson
from nmderive.calculus.symbols import T

_MAX_LETTERS = 10
_MAX_SIZE = 400


def reduced_fractions(expr: Expr) -> list[Expr]:
    """Return equal expressions with their fractions reduced: factored, and by powers of the labels; maybe none."""
    letters: dict[Expr, Expr] = {}
    plain = _lettered(expr, letters)
    if len(letters) > _MAX_LETTERS or plain.count_ops() > _MAX_SIZE or not _has_fraction(plain):
        return []
    back = {letter: own for own, letter in letters.items()}
    marks = [letter for own, letter in letters.items() if isinstance(own, Iverson | KroneckerDelta)]
    labels = [letter for own, letter in letters.items() if isinstance(own, Indexed) and own.base == T]
    try:
        groups = _groups(plain, marks)
        found = [[factor(cancel(g)) for g in groups], [_by_labels(cancel(g), labels) for g in groups]]
    except PolynomialError:
        return []
    products = _products(plain, marks)
    return [Add(*(_signed(m * g) for m, g in zip(products, own, strict=True))).xreplace(back) for own in found]


def _has_fraction(expr: Expr) -> bool:
    return any(p.exp.is_negative and isinstance(p.base, Add) for p in expr.atoms(Pow))


def _lettered(expr: Expr, letters: dict[Expr, Expr]) -> Expr:
    """Replace sums, entries and other functions by letters, e^(c x) by the power of one letter for e^x.

    Their names differ: polynomials are ordered by the names, so that equal runs print the same form.
    """
    if isinstance(expr, Add | Mul):
        return expr.func(*(_lettered(a, letters) for a in expr.args))
    if isinstance(expr, exp):
        weight, rest = expr.args[0].as_coeff_Mul()
        if weight.is_Integer:
            return letters.setdefault(exp(rest), Dummy(f"e{len(letters)}", positive=True)) ** weight
    elif isinstance(expr, Pow) and expr.exp.is_Integer:
        return _lettered(expr.base, letters) ** expr.exp
    if expr.is_Number or isinstance(expr, Symbol) and not expr.is_integer:
        return expr
    return letters.setdefault(expr, Dummy(f"x{len(letters)}"))


def _products(expr: Expr, marks: list[Expr]) -> list[Expr]:
    """Return the products of indicators that stand in the terms, in a fixed order."""
    found = {Mul(*(f for f in Mul.make_args(t) if f in marks)): None for t in Add.make_args(expr)}
    return list(found)


def _groups(expr: Expr, marks: list[Expr]) -> list[Expr]:
    """Return what stands beside each product of indicators."""
    groups = []
    for own in _products(expr, marks):
        terms = [t for t in Add.make_args(expr) if Mul(*(f for f in Mul.make_args(t) if f in marks)) == own]
        groups.append(Add(*(t / own for t in terms)))
    return groups


def _signed(expr: Expr) -> Expr:
    """Return -(x - 1) as 1 - x."""
    coefficient, rest = expr.as_coeff_Mul()
    for f in Mul.make_args(rest):
        if coefficient.is_negative and isinstance(f, Add) and f.as_coeff_Add()[0].is_negative:
            return Mul(-coefficient, Add(*(-a for a in f.args)), *(x for x in Mul.make_args(rest) if x is not f))
    return expr


def _by_labels(expr: Expr, labels: list[Expr]) -> Expr:
    """Return the expression as a polynomial in the labels where it is one, its coefficients reduced."""
    top, bottom = expr.as_numer_denom()
    if not labels or bottom.has(*labels):
        return expr
    terms = Poly(top, *labels).terms()
    return Add(*(Mul(*(x**e for x, e in zip(labels, powers, strict=True))) * factor(cancel(c / bottom))
                 for powers, c in terms))
