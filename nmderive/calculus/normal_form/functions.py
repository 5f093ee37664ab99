"""Powers, exponentials and logarithms of normal forms.

A power base and a logarithm's argument are made primitive first: the largest positive content (rational,
positive variables, exponentials, positive power bases) is taken out at the exponent level. Only content
that is known to be positive is ever taken out of a fractional power or a logarithm.
"""

from __future__ import annotations

from fractions import Fraction
from math import gcd

from flint import fmpz

from nmderive.calculus.normal_form.algebra import (
    Factors,
    add,
    assemble,
    integer_power,
    is_expanded,
    multiply,
    opened,
    product_of,
    scale,
)
from nmderive.calculus.normal_form.outlines import points_down
from nmderive.calculus.normal_form.remembered import remembered
from nmderive.calculus.normal_form.terms import (
    ONE,
    UNIT,
    ZERO,
    Atom,
    Mono,
    Poly,
    constant,
    from_atom,
    make_atom,
)
from nmderive.errors import DomainError, UnsupportedError

#: Larger numbers are not factored.
_MAX_BITS = 160


@remembered(50_000)
def exp_poly(argument: Poly) -> Poly:
    """Return exp(argument): rational multiples of a logarithm become powers."""
    powers: list[Poly] = []
    rest: dict[Mono, Fraction] = {}
    for mono, coefficient in argument.terms:
        if not mono.bound and len(mono.factors) == 1 and mono.factors[0][0].kind == "L" and mono.factors[0][1] == 1:
            powers.append(power_poly(mono.factors[0][0].args[0], coefficient))
        else:
            rest[mono] = coefficient
    remaining = Poly(rest)
    if remaining.terms:
        powers.append(from_atom(make_atom("e", remaining)))
    return product_of(powers)


@remembered(50_000)
def log_poly(argument: Poly) -> Poly:
    """Return log(argument), positive content split off; the argument is positive where it is defined."""
    if not argument.terms:
        raise DomainError("the logarithm of zero is taken")
    content, primitive = split_content(argument)
    if not primitive.terms:
        raise DomainError("the logarithm of zero is taken")
    parts = [_log_number(content.number)]
    for atom, exponent in content.factors:
        logarithm = atom.args[0] if atom.kind == "e" else _log_atom(atom)
        parts.append(scale(logarithm, exponent))
    if primitive != ONE:
        if primitive == constant(-1):
            raise DomainError("the logarithm of a negative quantity is taken")
        parts.append(_log_primitive(primitive))
    return add(*parts)


def _log_primitive(primitive: Poly) -> Poly:
    """Return the logarithm of a primitive form; that of x^e is e log x for odd e, as x is positive where x^e is."""
    (mono, coefficient), *more = primitive.terms
    apart = [] if more or coefficient < 0 or not mono.positive else _sums_of(mono)
    if len(apart) > 1:
        return add(_log_number(coefficient), *(log_poly(x) for x in apart))
    if not more and not mono.bound and coefficient == 1 and len(mono.factors) == 1:
        atom, exponent = mono.factors[0]
        if atom.kind in "ap" and exponent.denominator == 1 and exponent.numerator % 2 and exponent != 1:
            return scale(_log_atom(atom), exponent)
    return from_atom(make_atom("L", primitive))


def _sums_of(mono: Mono) -> list[Poly]:
    """Return the sums of which a sum over several indices is the product: sum_jk x_j y_k is (sum_j x_j)(sum_k y_k)."""
    bound, factors = opened(mono)
    parts = [(a, e) for a, e in factors if a.kind != "e"]
    for atom, exponent in factors:
        if atom.kind == "e":
            parts += [(make_atom("e", Poly({m: c})), exponent) for m, c in atom.args[0].terms]
    groups: list[tuple[set[str], Factors]] = []
    for part in parts:
        names = set(part[0].labels) & set(bound)
        joined = [g for g in groups if g[0] & names]
        groups = [g for g in groups if not g[0] & names]
        groups.append((names.union(*(g[0] for g in joined)), [part, *(f for g in joined for f in g[1])]))
    if sum(bool(names) for names, _ in groups) < 2 or set().union(*(names for names, _ in groups)) != set(bound):
        return []
    return [assemble(Fraction(1), {label: bound[label] for label in names}, own) for names, own in groups]


def _log_atom(atom: Atom) -> Poly:
    if atom.kind == "p":
        return from_atom(make_atom("L", atom.args[0]))
    return from_atom(make_atom("L", from_atom(atom)))


def _log_number(value: Fraction) -> Poly:
    parts = []
    for prime, exponent in rational_primes(value).items():
        parts.append(scale(from_atom(make_atom("L", constant(prime))), exponent))
    return add(*parts)


@remembered(50_000)
def power_poly(base: Poly, exponent: Fraction) -> Poly:
    """Return base**exponent for a rational exponent."""
    if exponent.denominator == 1 and exponent >= 0 and is_expanded(base, exponent):
        return integer_power(base, int(exponent))
    if not base.terms:
        if exponent > 0:
            return ZERO
        raise DomainError("zero is raised to a negative power")
    whole = exponent.denominator == 1
    content, primitive = split_content(base, any_sign=whole)
    if not primitive.terms:
        raise DomainError("zero is raised to a negative or fractional power")
    parts = [_number_power(content.number, exponent)]
    parts.append(assemble(Fraction(1), {}, [(atom, e * exponent) for atom, e in content.factors]))
    if primitive != ONE:
        parts.append(_primitive_power(primitive, exponent, whole))
    return product_of(parts)


def root_of_square(poly: Poly, exponent: Fraction) -> Poly:
    """Return (x^2)^exponent, which is |x| at 1/2; zero stays zero."""
    if not poly.terms:
        return ZERO
    return power_poly(multiply(poly, poly), exponent)


def inverse_root(square: Poly) -> Poly:
    """Return y^(-1/2) for a square y without logits, and 0 where y is 0."""
    if not square.terms:
        return ZERO
    if square.is_constant:
        return power_poly(square, Fraction(-1, 2))
    return from_atom(make_atom("R", square))


def rebuilt(kind: str, inner: Poly) -> Poly:
    """Return the exponential, power base, logarithm or inverse root of another polynomial."""
    if kind == "p":
        return inner
    return {"e": exp_poly, "L": log_poly, "R": inverse_root}[kind](inner)


def _primitive_power(primitive: Poly, exponent: Fraction, whole: bool) -> Poly:
    """Return the power of a primitive base; a single factor of open sign splits for whole exponents."""
    if whole and len(primitive.terms) == 1:
        mono, coefficient = primitive.terms[0]
        if not mono.bound:
            inverse = [(atom, e * exponent) for atom, e in mono.factors]
            if any(a.kind in "cdlm" for a, _ in inverse):
                raise DomainError("a condition on indices is raised to a negative power")
            return assemble(coefficient ** int(exponent), {}, inverse)
    if not whole and primitive.is_constant:
        raise DomainError("a negative number is raised to a fractional power")
    return from_atom(make_atom("p", primitive), exponent)


class Content:
    """A positive number and factors of known positive sign, common to all terms of a polynomial."""

    __slots__ = ("number", "factors")

    def __init__(self, number: Fraction, factors: Factors) -> None:
        self.number = number
        self.factors = factors


@remembered(50_000)
def split_content(poly: Poly, any_sign: bool = False) -> tuple[Content, Poly]:
    """Return (content, primitive) with poly = content * primitive.

    The content is positive, or of any sign where the power is whole: (a b)^k = a^k b^k then needs no sign.
    """
    number = _number_content(poly)
    if any_sign and points_down(poly):
        number = -number
    factors = _factor_content(poly, any_sign)
    argument = _exponent_content(poly)
    if argument.terms:
        factors.append((make_atom("e", argument), Fraction(1)))
    if number == 1 and not factors:
        return Content(number, []), poly
    inverse = [(atom, -exponent) for atom, exponent in factors]
    parts = []
    for mono, coefficient in poly.terms:
        bound, inside = opened(mono)
        parts.append(assemble(coefficient / number, bound, inside + inverse))
    return Content(number, factors), add(*parts)


def _number_content(poly: Poly) -> Fraction:
    numerator, denominator = 0, 1
    for _, coefficient in poly.terms:
        numerator = gcd(numerator, abs(coefficient.numerator))
        denominator = denominator * coefficient.denominator // gcd(denominator, coefficient.denominator)
    return Fraction(numerator, denominator)


def _factor_content(poly: Poly, any_sign: bool) -> Factors:
    common: dict[Atom, Fraction] | None = None
    for mono, _ in poly.terms:
        names = {label for label, _ in mono.bound}
        own = {
            a: e for a, e in mono.factors
            if (a.positive or any_sign and a.kind in "apzf") and a.kind != "e" and not (a.labels & names)
        }
        if common is None:
            common = own
            continue
        both = set(common) | set(own)
        common = {a: min(common.get(a, Fraction(0)), own.get(a, Fraction(0))) for a in both}
    return [(a, e) for a, e in (common or {}).items() if e]


def _exponent_content(poly: Poly) -> Poly:
    """Return the common part of the exponentials' arguments: the least coefficient of each monomial."""
    common: dict[Mono, Fraction] | None = None
    for mono, _ in poly.terms:
        names = {label for label, _ in mono.bound}
        argument = next((a.args[0] for a, _ in mono.factors if a.kind == "e"), ZERO)
        own = {part: c for part, c in argument.terms if not (part.labels & names)}
        if common is None:
            common = own
            continue
        both = set(common) | set(own)
        common = {part: min(common.get(part, Fraction(0)), own.get(part, Fraction(0))) for part in both}
    return Poly(common or {})


def _number_power(number: Fraction, exponent: Fraction) -> Poly:
    if exponent.denominator == 1:
        return constant(number ** int(exponent))
    value, factors = Fraction(1), []
    for prime, times in rational_primes(number).items():
        power = times * exponent
        whole = power.numerator // power.denominator
        value *= Fraction(prime) ** whole
        if power != whole:
            factors.append(from_atom(make_atom("p", constant(prime)), power - whole))
    return multiply(constant(value), product_of(factors))


def rational_primes(value: Fraction) -> dict[int, int]:
    """Factor a positive rational into primes with integer exponents."""
    if value <= 0:
        raise DomainError(f"{value} is not positive")
    result: dict[int, int] = {}
    for number, sign in ((value.numerator, 1), (value.denominator, -1)):
        for prime, times in _primes(number).items():
            result[prime] = result.get(prime, 0) + sign * times
    return {p: e for p, e in result.items() if e}


@remembered(10_000)
def _primes(number: int) -> dict[int, int]:
    if number.bit_length() > _MAX_BITS:
        raise UnsupportedError("a very large number stands under a root or a logarithm")
    return {int(prime): int(times) for prime, times in fmpz(number).factor()}


__all__ = ["Content", "UNIT", "exp_poly", "log_poly", "power_poly", "rational_primes", "root_of_square",
           "split_content"]
