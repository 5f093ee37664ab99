"""Values of a letter at which t = softmax(s) is stationary, read off numbers: guesses, which proving judges."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import numpy as np
from scipy.optimize import brentq
from sympy import Expr, Symbol

from nmderive.search.screens import SIZES, Array, Numbers, points, softmax

#: Where values are looked for: zeros between neighbours of this grid that are fractions of small denominators.
_GRID = np.arange(-64, 65) / 16 + 1e-3
_LARGEST_DENOMINATOR = 12
_ROUNDING = 1e-8
#: Tried where every value does.
ANY = (Fraction(1, 2), Fraction(1))


def values(expr: Expr, letter: Symbol) -> tuple[Fraction, ...]:
    """Return the values of ``letter``, 0 left out, at which the gradient vanishes at t = softmax(s), as numbers say.

    Empty where there is none in [-4, 4], where ``expr`` has kinks, or where it holds other letters.
    """
    try:
        at = [Numbers(expr, n, m, letter) for n, m in SIZES]
        residuals = [_residual(numbers, s) for numbers in at for s, _ in points(numbers.n, numbers.m)]
        if all(_vanishes(residual, x) for residual in residuals for x in (0.37, -1.3)):
            return ANY
        found = {v for v in map(_fraction, _zeros(residuals[0])) if v}
        return tuple(sorted((v for v in found if all(_vanishes(r, float(v)) for r in residuals)), key=abs))
    except (ArithmeticError, ValueError, TypeError, NameError):
        return ()


_Residual = Callable[[float], Array]


def _residual(numbers: Numbers, s: Array) -> _Residual:
    return lambda value: numbers.gradient(s, softmax(s), value)


def _vanishes(residual: _Residual, value: float) -> bool:
    found = residual(value)
    return bool(np.isfinite(found).all() and np.abs(found).max() <= _ROUNDING)


def _zeros(residual: _Residual) -> list[float]:
    """Return where the entry that varies most changes its sign."""
    table = np.array([residual(x) for x in _GRID])
    table[~np.isfinite(table)] = 0.0
    entry = int(np.abs(table).max(0).argmax())
    column = table[:, entry]
    return [float(brentq(lambda x: residual(x)[entry], a, b, xtol=1e-13))
            for a, b, u, v in zip(_GRID[:-1], _GRID[1:], column[:-1], column[1:], strict=True) if u * v < 0]


def _fraction(value: float) -> Fraction | None:
    found = Fraction(value).limit_denominator(_LARGEST_DENOMINATOR)
    return found if abs(found - value) < 1e-8 else None
