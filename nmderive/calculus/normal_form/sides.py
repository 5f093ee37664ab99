"""Absolute values taken apart by cases, for the zero test: F(|x|) is F(x) or F(-x).

With a sign u, +1 or -1, that has |x| = u x, every F(|x|) is (F(x) + F(-x))/2 + u (F(x) - F(-x))/2. The signs of one
function x of its indices are the entries of an array that nothing else is known of, so that an expression which
vanishes for all values of these entries vanishes; x may be zero, where F(x) = F(-x).
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import permutations

from nmderive.calculus.normal_form.algebra import Factors, add, assemble, bind, multiply, opened, product_of, scale
from nmderive.calculus.normal_form.functions import exp_poly, power_poly, rebuilt
from nmderive.calculus.normal_form.squares import square_root
from nmderive.calculus.normal_form.terms import NESTED, Atom, Mono, Poly, from_atom, make_atom, map_poly
from nmderive.errors import NmderiveError

_ROUNDS = 6
_SIDE = "side of "
_MOST_LABELS = 3


def without_kinks(poly: Poly) -> Poly | None:
    """Return the polynomial without any |x| where they cancel, as in max(x, 0) + log(1 + e^-|x|); else None."""
    apart = by_sides(poly)
    return None if apart is None or _SIDE in apart.key else apart


class _OpenSignError(NmderiveError):
    """A logarithm or a root of what may be negative on one side."""


def by_sides(poly: Poly) -> Poly | None:
    """Return the polynomial with every |x| split by the sign of x; None where there is none or too many."""
    if not _has_roots(poly):
        return None
    try:
        for _ in range(_ROUNDS):
            poly = add(*(scale(_split(mono), c) for mono, c in poly.terms))
            if not _has_roots(poly):
                return poly
    except _OpenSignError:
        return None
    return None


def _has_roots(poly: Poly) -> bool:
    return any(True for mono, _ in poly.terms for _ in _roots(list(mono.factors)))


def _roots(factors: Factors) -> Iterator[tuple[Poly, Poly]]:
    """Yield (x^2, x) for each |x| among the factors, the innermost first."""
    for atom, exponent in factors:
        if atom.kind not in NESTED:
            continue
        for mono, _ in atom.args[0].terms:
            if not mono.bound:  # below a sum it is split when that sum is opened
                yield from _roots(list(mono.factors))
        if atom.kind == "p" and exponent.denominator == 2:
            root = square_root(atom.args[0])
            if root is not None:
                yield atom.args[0], root


def _split(mono: Mono) -> Poly:
    bound, factors = opened(mono)
    base, root = next(_roots(factors), (None, None))
    if base is None or root is None or len(root.labels) > _MOST_LABELS:
        return Poly({mono: Fraction(1)})
    up, down = (_chosen(factors, base, scale(root, side)) for side in (1, -1))
    odd = multiply(_sign_of(root), add(up, scale(down, -1)))
    result = scale(add(up, down, odd), Fraction(1, 2))
    for label, size in bound.items():
        result = bind(result, label, size)
    return result


def _sign_of(root: Poly) -> Poly:
    """Return the sign u of x as an entry of an array for this function of its indices."""
    choices = []
    for order in permutations(sorted(root.labels)):
        rule = {label: f"~side{k}" for k, label in enumerate(order)}
        for side in (1, -1):
            choices.append((scale(map_poly(root, rule), side).key, order, side))
    name, order, side = min(choices)
    return scale(from_atom(make_atom("a", "real", f"{_SIDE}{name}", order)), side)


def _chosen(factors: Factors, base: Poly, value: Poly) -> Poly:
    """Return the product of the factors with ``value`` for the root of ``base``, at every depth."""
    return product_of(_chosen_factor(a, e, base, value) for a, e in factors)


def _chosen_factor(atom: Atom, exponent: Fraction, base: Poly, value: Poly) -> Poly:
    if atom.kind not in NESTED:
        return assemble(Fraction(1), {}, [(atom, exponent)])
    inner: Poly = atom.args[0]
    if atom.kind == "p" and inner == base and exponent.denominator == 2:
        return power_poly(value, 2 * exponent)
    inside = _chosen_poly(inner, base, value)
    if inside != inner and (atom.kind == "L" or exponent.denominator != 1) and not inside.positive:
        raise _OpenSignError("the sign of an argument is open on one side")
    if atom.kind == "e":
        return exp_poly(scale(inside, exponent))
    return power_poly(rebuilt(atom.kind, inside), exponent)


def _chosen_poly(poly: Poly, base: Poly, value: Poly) -> Poly:
    parts = []
    for mono, coefficient in poly.terms:
        bound, factors = opened(mono)
        part = scale(_chosen(factors, base, value), coefficient)
        for label, size in bound.items():
            part = bind(part, label, size)
        parts.append(part)
    return add(*parts)


__all__ = ["by_sides", "without_kinks"]
