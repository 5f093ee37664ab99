"""Square roots of normal forms that are squares: |x| is kept as the root of x^2, and x is found again here."""

from __future__ import annotations

from fractions import Fraction
from math import isqrt

from nmderive.calculus.normal_form.algebra import Factors, add, assemble, multiply, opened, scale
from nmderive.calculus.normal_form.remembered import remembered
from nmderive.calculus.normal_form.terms import Mono, Poly, canonical, make_atom, map_labels

_HALF = Fraction(1, 2)


@remembered(5_000)
def square_root(poly: Poly) -> Poly | None:
    """Return x with x^2 equal to ``poly``, its first term positive; None where none was found."""
    halves = [(half, root) for mono, c in poly.terms if (root := _root_of(c)) and (half := _half(mono)) is not None]
    if not halves:
        return None
    (first, lead), *others = halves
    found = scale(first, lead)
    coefficients = dict(poly.terms)
    for half, root in others:
        cross = multiply(first, half)
        signs = {coefficients.get(mono, Fraction(0)) * c > 0 for mono, c in cross.terms}
        if len(signs) != 1:
            return None
        found = add(found, scale(half, root if signs == {True} else -root))
    return found if multiply(found, found) == poly else None


def _root_of(number: Fraction) -> Fraction | None:
    """Return the rational root of a positive square, else None."""
    if number <= 0:
        return None
    above, below = isqrt(number.numerator), isqrt(number.denominator)
    return Fraction(above, below) if above**2 == number.numerator and below**2 == number.denominator else None


def _half(mono: Mono) -> Poly | None:
    """Return the monomial whose square this is: x of x^2, and sum_k x_k of sum_kl x_k x_l."""
    bound, factors = opened(mono)
    if not bound:
        halved = _halved(factors)
        return None if halved is None else assemble(Fraction(1), {}, halved)
    if len(bound) != 2 or len(set(bound.values())) != 1:
        return None
    k, h = bound
    split = _split(factors)
    own, other = ([f for f in split if x in f[0].labels] for x in (k, h))
    free = _halved([f for f in split if not f[0].labels & {k, h}])
    if free is None or any({k, h} <= a.labels for a, _ in split) or not own:
        return None
    if canonical({}, [(map_labels(a, {h: k}), e) for a, e in other]) != canonical({}, own):
        return None
    return assemble(Fraction(1), {k: bound[k]}, own + free)


def _split(factors: Factors) -> Factors:
    """Return the factors with the exponential of a sum as the exponentials of its terms."""
    parts = [(a, e) for a, e in factors if a.kind != "e"]
    for atom, exponent in factors:
        if atom.kind == "e":
            parts += [(make_atom("e", Poly({m: c})), exponent) for m, c in atom.args[0].terms]
    return parts


def _halved(factors: Factors) -> Factors | None:
    """Return the root of a product of even powers and exponentials."""
    halved: Factors = []
    for atom, exponent in factors:
        if atom.kind == "e":
            halved.append((make_atom("e", scale(atom.args[0], exponent * _HALF)), Fraction(1)))
        elif atom.kind in "cdlm":
            halved.append((atom, exponent))  # an indicator is its own square
        elif exponent.denominator == 1 and exponent.numerator % 2 == 0:
            halved.append((atom, exponent * _HALF))
        else:
            return None
    return halved


__all__ = ["square_root"]
