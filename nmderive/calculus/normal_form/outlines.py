"""Which of x and -x stands as the base of a whole power, told by what no renaming of labels changes."""

from __future__ import annotations

from fractions import Fraction

from nmderive.calculus.normal_form.remembered import remembered
from nmderive.calculus.normal_form.terms import NESTED, Atom, Mono, Poly


def points_down(poly: Poly) -> bool:
    """Tell whether -x is the base to keep: the coefficients of the first terms alike but for labels sum to less than 0.

    A constant comes first, so that 1 - x stays; s_i - s_j is not turned, for renaming i and j would turn it back.
    """
    totals: dict[str, Fraction] = {}
    for mono, coefficient in poly.terms:
        own = _outline(mono)
        totals[own] = totals.get(own, Fraction(0)) + coefficient
    return next((total < 0 for _, total in sorted(totals.items()) if total), False)


@remembered(50_000)
def _outline(mono: Mono) -> str:
    """Return the monomial without labels; nothing for a constant."""
    if not mono.bound and not mono.factors:
        return ""
    sizes = "".join(sorted(size for _, size in mono.bound))
    return f"{sizes}:{'*'.join(sorted(f'{_of_atom(a)}^{e}' for a, e in mono.factors))}"


def _of_atom(atom: Atom) -> str:
    if atom.kind in NESTED:
        return f"{atom.kind}({'+'.join(sorted(f'{c}{_outline(m)}' for m, c in atom.args[0].terms))})"
    return f"{atom.kind}{atom.args[0]}{atom.args[1]}" if atom.kind in "azfg" else atom.kind


__all__ = ["points_down"]
