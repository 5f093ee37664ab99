r"""Class indices modulo m: ``s_{i,j+d}`` is the entry of the class that is d places after j, counted in a circle.

``Cyclic(j + d)`` is the class in 1..m that is congruent to j + d modulo m; ``Cyclic(0)`` is class m. What stands in it
is an integer combination of class indices and a number, so that equal combinations are the same object.
"""

from __future__ import annotations

from typing import Any

from sympy import Add, Expr, Integer, Symbol
from sympy.core.sympify import _sympify

from nmderive.calculus.symbols import M
from nmderive.errors import UnsupportedError


class Cyclic(Expr):  # type: ignore[misc]
    """The class in 1..m that is congruent to ``args[0]`` modulo m; an index alone and class 1 are themselves."""

    is_commutative = True
    is_integer = True
    is_positive = True

    def __new__(cls, combination: Any) -> Expr:
        """Return the class; a class index alone is itself.

        UnsupportedError: ``combination`` is no integer combination of indices.
        """
        plain = _combination(_sympify(combination))
        if isinstance(plain, Symbol) or plain == 1:  # class 1 is there for every m
            return plain
        return super().__new__(cls, plain)

    def at(self, m: int) -> Expr:
        """Return the number of the class among ``m`` classes, or this index where a letter is in it."""
        place = self.args[0]
        return Integer((int(place) - 1) % m + 1) if isinstance(place, Integer) else self

    def _latex(self, printer: Any) -> str:
        return str(printer._print(self.args[0] if self.args[0] != 0 else M))

    def _sympystr(self, printer: Any) -> str:
        return str(printer._print(self.args[0] if self.args[0] != 0 else M))


def coefficients(position: Expr) -> tuple[dict[Symbol, int], int]:
    """Return the integer coefficients of the letters of a class index, and its number."""
    letters: dict[Symbol, int] = {}
    number = 0
    place = position.args[0] if isinstance(position, Cyclic) else position
    for term in Add.make_args(place):
        coefficient, rest = term.as_coeff_Mul()
        if rest == 1:
            number += int(coefficient)
        else:
            letters[rest] = int(coefficient)
    return letters, number


def solved(left: Expr, right: Expr, letter: Symbol) -> Expr | None:
    """Return the class that ``letter`` must be for ``left`` = ``right`` modulo m; None where that is not unique.

    A coefficient of 1 or -1 can be inverted modulo every m, any other cannot.
    """
    difference = _combination(left - right)
    coefficient = coefficients(difference)[0].get(letter, 0)
    if abs(coefficient) != 1:
        return None
    return Cyclic(letter - coefficient * difference)


def _combination(expr: Expr) -> Expr:
    """Return ``expr`` with inner cyclic indices opened and whole multiples of m left out, checked."""
    opened = expr.xreplace({inner: inner.args[0] for inner in expr.atoms(Cyclic)}).expand()
    kept = []
    for term in Add.make_args(opened):
        coefficient, rest = term.as_coeff_Mul()
        if not isinstance(coefficient, Integer) or not (rest == 1 or isinstance(rest, Symbol) and rest.is_integer):
            raise UnsupportedError(f"the class index {expr} is no sum of indices with whole coefficients")
        if rest != M:
            kept.append(term)
    return Add(*kept)


__all__ = ["Cyclic", "coefficients", "solved"]
