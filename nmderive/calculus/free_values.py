"""Free values that cancel, as a maximum subtracted from logits does: the expression is proved not to hold them."""

from __future__ import annotations

from sympy import Expr, Indexed, IndexedBase, Integer, Symbol

from nmderive.budget import limited
from nmderive.calculus.normal_form import is_zero, normal_form, on_simplex
from nmderive.calculus.normal_form.algebra import add, scale
from nmderive.calculus.substitute import substitute_array
from nmderive.errors import NmderiveError

_STEPS = 15_000


def without_free_value(expr: Expr, letter: IndexedBase | Symbol, one_hot: bool = False) -> Expr | None:
    """Return ``expr`` at zero in place of a free value (of all entries of one), if it is proved not to change by that.

    With ``one_hot`` the rows of the labels sum to one.
    """
    other = expr.replace(lambda e: isinstance(e, Indexed) and e.base == letter, lambda e: Integer(0))
    other = other.xreplace({letter: Integer(0)}) if isinstance(letter, Symbol) else other
    try:
        with limited(steps=_STEPS):
            a, b = normal_form(expr), normal_form(other)
            difference = add(a, scale(b, -1))
            same = a == b or is_zero(on_simplex(difference) if one_hot else difference)
    except NmderiveError:
        return None
    return other if same else None


def with_value(expr: Expr, letter: IndexedBase | Symbol, indices: tuple[Symbol, ...], value: Expr) -> Expr:
    """Return ``expr`` with ``value``, a function of ``indices``, for a free value."""
    if isinstance(letter, Symbol):
        return expr.xreplace({letter: value})
    return substitute_array(expr, letter, indices, value)


__all__ = ["with_value", "without_free_value"]
