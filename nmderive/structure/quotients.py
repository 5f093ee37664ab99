"""Sums of quotients over one denominator: 1 - 2 a / (b + c) is (b + c - 2 a) / (b + c), a, b, c sums of their own."""

from __future__ import annotations

from sympy import Add, Expr, Integer, Mul, Pow, Symbol, exp, together

from nmderive.calculus.expansion import expanded
from nmderive.structure.joining import joined, outward


def over_one_denominator(expr: Expr) -> Expr | None:
    """Return the expression as a numerator, its sums joined, by a denominator; None where there is no quotient."""
    letters: dict[Expr, Symbol] = {}
    plain = _in_letters(expr, letters)
    top, bottom = together(plain).as_numer_denom()
    if not isinstance(plain, Add) or not bottom.free_symbols:
        return None
    back = {v: k for k, v in letters.items()}
    numerator = outward(joined(expanded(top).xreplace(back)))
    return Mul(numerator, Pow(bottom.xreplace(back), Integer(-1)))


def _in_letters(expr: Expr, letters: dict[Expr, Symbol]) -> Expr:
    if isinstance(expr, Add | Mul):
        return expr.func(*(_in_letters(a, letters) for a in expr.args))
    if isinstance(expr, Pow) and expr.exp.is_Integer and not isinstance(expr, exp):
        return _in_letters(expr.base, letters) ** expr.exp
    if expr.is_Rational or isinstance(expr, Symbol):
        return expr
    return letters.setdefault(expr, Symbol(f"part{len(letters)}", real=True))


__all__ = ["over_one_denominator"]
