"""Hard labels: every label is 0 or 1, and of two labels of a row at different classes one is 0."""

from __future__ import annotations

from fractions import Fraction

from nmderive.calculus.normal_form.algebra import Factors, add, assemble, bind, opened, product_of, scale
from nmderive.calculus.normal_form.functions import exp_poly, power_poly, rebuilt
from nmderive.calculus.normal_form.terms import NESTED, Atom, Poly, from_atom, make_atom

_ROUNDS = 10


def one_hot(poly: Poly, classes: bool = True, array: str = "t") -> Poly:
    """Return the form with t^e = t for e > 0 and, where there are ``classes``, t_ij t_ik = [j = k] t_ij."""
    for _ in range(_ROUNDS):
        changed = _once(poly, classes, array)
        if changed == poly:
            break
        poly = changed
    return poly


def _once(poly: Poly, classes: bool, array: str) -> Poly:
    parts = []
    for mono, coefficient in poly.terms:
        bound, factors = opened(mono)
        labels = [a for a, e in factors if a.kind == "a" and a.args[1] == array and e > 0]
        if any(a.kind == "L" and a.args[0] == from_atom(t) for a, _ in factors for t in labels):
            continue  # 0 log 0 = 0, and 1 log 1 = 0
        others = [_deeper(a, e, classes, array) for a, e in factors if a not in labels]
        part = scale(product_of([*others, _merged(labels, classes)]), coefficient)
        for label, size in bound.items():
            part = bind(part, label, size)
        parts.append(part)
    return add(*parts)


def _merged(labels: list[Atom], classes: bool) -> Poly:
    """Return the product of labels, each to the first power, those of one row at one class."""
    first: dict[tuple[str, ...], Atom] = {}
    factors: Factors = []
    for atom in labels:
        *row, place = atom.args[2]
        known = first.setdefault(tuple(row), atom) if classes else atom
        if known is atom:
            factors.append((atom, Fraction(1)))
        else:
            factors.append((make_atom("d", known.args[2][-1], place), Fraction(1)))
    return assemble(Fraction(1), {}, factors)


def _deeper(atom: Atom, exponent: Fraction, classes: bool, array: str) -> Poly:
    if atom.kind == "e":
        return exp_poly(scale(_once(atom.args[0], classes, array), exponent))
    if atom.kind in NESTED:
        return power_poly(rebuilt(atom.kind, _once(atom.args[0], classes, array)), exponent)
    return assemble(Fraction(1), {}, [(atom, exponent)])
