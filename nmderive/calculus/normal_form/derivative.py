"""Differentiation and array substitution inside the normal form.

The derivative of a monomial by ``s[a, b]`` is the sum over its atoms of the monomial divided by the atom,
times the atom's derivative; an atom ``s[x, y]`` gives delta(x, a) delta(y, b), which ``assemble``
contracts. Labels a, b must be free labels that the polynomial does not use.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from nmderive.calculus.normal_form.algebra import (
    Factors,
    add,
    assemble,
    bind,
    multiply,
    opened,
    product_of,
    scale,
    substitute,
)
from nmderive.calculus.normal_form.functions import exp_poly, power_poly, rebuilt
from nmderive.calculus.normal_form.remembered import remembered
from nmderive.calculus.normal_form.terms import NESTED, ZERO, Atom, Poly, from_atom, make_atom
from nmderive.errors import DomainError


@remembered(10_000)
def derivative(poly: Poly, array: str, labels: tuple[str, ...]) -> Poly:
    """Return the derivative of ``poly`` by the entry of ``array`` at ``labels``."""
    if not depends(poly, array):
        return ZERO
    parts = []
    for mono, coefficient in poly.terms:
        bound, factors = opened(mono)
        part = add(*(
            _factor_derivative(factors, position, array, labels) for position in range(len(factors))
        ))
        for label, size in bound.items():
            part = bind(part, label, size)
        parts.append(scale(part, coefficient))
    return add(*parts)


def _factor_derivative(factors: Factors, position: int, array: str, labels: tuple[str, ...]) -> Poly:
    atom, exponent = factors[position]
    inner = _atom_derivative(atom, array, labels)
    if not inner.terms:
        return ZERO
    if atom.kind == "e":
        rest = factors
    else:
        inner = scale(inner, exponent)
        rest = factors[:position] + [(atom, exponent - 1)] + factors[position + 1 :]
    return multiply(assemble(Fraction(1), {}, rest), inner)


def _atom_derivative(atom: Atom, array: str, labels: tuple[str, ...]) -> Poly:
    if atom.kind == "a" and atom.args[1] == array:
        return _delta(atom.args[2], labels)
    if atom.kind in "ep":
        return derivative(atom.args[0], array, labels)
    if atom.kind == "L":
        inner = derivative(atom.args[0], array, labels)
        return multiply(inner, power_poly(atom.args[0], Fraction(-1))) if inner.terms else ZERO
    if atom.kind == "R" and depends(atom.args[0], array):
        raise DomainError("a sign has no derivative where it jumps")
    if atom.kind in "fg" and atom.args[1] == array:
        by = atom.args[3] if atom.kind == "g" else ()
        name, base, own = atom.args[:3]
        grown = make_atom("g", name, base, own, tuple(sorted((*by, labels[-1]))))
        return multiply(_delta(own[:-1], labels[:-1]), from_atom(grown))
    return ZERO


def _delta(own: tuple[str, ...], labels: tuple[str, ...]) -> Poly:
    if len(own) != len(labels):
        raise ValueError("an array is used with different numbers of indices")
    deltas: Factors = [(make_atom("d", x, y), Fraction(1)) for x, y in zip(own, labels, strict=True)]
    return assemble(Fraction(1), {}, deltas)


def depends(poly: Poly, array: str) -> bool:
    """Tell whether an entry of ``array`` occurs in ``poly``."""
    return any(_atom_depends(atom, array) for mono, _ in poly.terms for atom, _ in mono.factors)


def _atom_depends(atom: Atom, array: str) -> bool:
    if atom.kind in "afg":
        return bool(atom.args[1] == array)
    return atom.kind in NESTED and depends(atom.args[0], array)


def replace_atoms(poly: Poly, value: Callable[[Atom], Poly | None]) -> Poly:
    """Replace every atom for which ``value`` gives a polynomial, however deep, and form all anew."""
    parts = []
    for mono, coefficient in poly.terms:
        bound, factors = opened(mono)
        part = scale(product_of(_replaced(a, e, value) for a, e in factors), coefficient)
        for label, size in bound.items():
            part = bind(part, label, size)
        parts.append(part)
    return add(*parts)


def _replaced(atom: Atom, exponent: Fraction, value: Callable[[Atom], Poly | None]) -> Poly:
    new = value(atom)
    if new is not None:
        return power_poly(new, exponent)
    if atom.kind == "e":
        return exp_poly(scale(replace_atoms(atom.args[0], value), exponent))
    if atom.kind in NESTED:
        return power_poly(rebuilt(atom.kind, replace_atoms(atom.args[0], value)), exponent)
    return assemble(Fraction(1), {}, [(atom, exponent)])


def replace_array(poly: Poly, array: str, labels: tuple[str, ...], value: Poly) -> Poly:
    """Replace ``array[x, y]`` by ``value`` with its free ``labels`` renamed to x, y."""

    def lookup(atom: Atom) -> Poly | None:
        if atom.kind != "a" or atom.args[1] != array:
            return None
        return substitute(value, dict(zip(labels, atom.args[2], strict=True)))

    return replace_atoms(poly, lookup)


__all__ = ["depends", "derivative", "replace_array", "replace_atoms"]
