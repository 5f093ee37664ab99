"""Whether a root of an integer polynomial can be written with radicals: cycle types modulo primes.

Modulo a prime that keeps degree and squarefreeness, the factor degrees are the cycle type of an element of the
Galois group (Dedekind). Irreducible over the rationals: the subset sums of the types meet only in 0 and d. A
power of an element with exactly one cycle of prime length q among lengths not divisible by q is a q-cycle; with
d/2 < q < d - 2 an irreducible polynomial's group then contains the alternating group (Jordan). For small
degrees: a (d-1)-cycle and a transposition give the symmetric group. From degree 5 on neither is solvable.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from math import gcd

from flint import fmpz_poly, nmod_poly

from nmderive.evidence import Certificate

#: Primes are tried in this order, this many at most.
_MOST_PRIMES = 400


@dataclass(frozen=True)
class Insolvable:
    """A polynomial (constant term first) whose roots have no expression in radicals, and the primes that show it."""

    coefficients: tuple[int, ...]
    primes: tuple[int, ...]
    group: str

    def certificate(self) -> Certificate:
        """Return the certificate: the checker recomputes every factorisation."""
        return Certificate(
            "radicals", {"polynomial": [str(c) for c in self.coefficients], "primes": list(self.primes)}
        )


def insolvable(coefficients: list[int]) -> Insolvable | None:
    """Return the proof that no root is an expression in radicals, None where none is found."""
    degree = len(coefficients) - 1
    if degree < 5:
        return None
    polynomial = fmpz_poly(coefficients)
    found: dict[tuple[int, ...], int] = {}
    for prime in _primes(_MOST_PRIMES):
        cycles = cycle_type(polynomial, prime)
        if cycles is None or cycles in found:
            continue
        found[cycles] = prime
        chosen = _choice(degree, list(found))
        if chosen is not None:
            types, group = chosen
            return Insolvable(tuple(coefficients), tuple(found[t] for t in types), group)
    return None


def cycle_type(polynomial: fmpz_poly, prime: int) -> tuple[int, ...] | None:
    """Return the sorted factor degrees modulo ``prime``; None where the prime divides the discriminant."""
    if int(polynomial[polynomial.degree()]) % prime == 0:
        return None
    reduced = nmod_poly([int(c) % prime for c in polynomial.coeffs()], prime)
    _, factors = reduced.factor()
    if any(times > 1 for _, times in factors):
        return None
    return tuple(sorted(f.degree() for f, _ in factors))


def _choice(degree: int, types: list[tuple[int, ...]]) -> tuple[list[tuple[int, ...]], str] | None:
    irreducible = _irreducible(degree, types)
    if irreducible is None:
        return None
    for kind in types:
        q = _jordan_prime(degree, kind)
        if q:
            return _distinct([*irreducible, kind]), f"contains A{degree}"
    almost = next((t for t in types if t == (1, degree - 1)), None)
    swap = next((t for t in types if _transposition(t)), None)
    if almost and swap:
        return _distinct([*irreducible, almost, swap]), f"S{degree}"
    return None


def _distinct(types: list[tuple[int, ...]]) -> list[tuple[int, ...]]:
    return list(dict.fromkeys(types))


def _irreducible(degree: int, types: list[tuple[int, ...]]) -> list[tuple[int, ...]] | None:
    """Return types whose subset sums meet only in 0 and the degree."""
    left = set(range(degree + 1))
    used = []
    for kind in types:
        sums = reduce(lambda acc, part: acc | {a + part for a in acc}, kind, {0})
        if left - sums:
            left &= sums
            used.append(kind)
        if left == {0, degree}:
            return used
    return None


def _jordan_prime(degree: int, kind: tuple[int, ...]) -> int | None:
    for q in kind:
        if degree / 2 < q < degree - 2 and _is_prime(q) and sum(1 for part in kind if part % q == 0) == 1:
            return q
    return None


def _transposition(kind: tuple[int, ...]) -> bool:
    even = [part for part in kind if part % 2 == 0]
    return even == [2]


def _is_prime(q: int) -> bool:
    return q > 1 and all(q % d for d in range(2, int(q**0.5) + 1))


def _primes(count: int) -> list[int]:
    found: list[int] = []
    number = 2
    while len(found) < count:
        if all(number % p for p in found if p * p <= number):
            found.append(number)
        number += 1
    return found


def primitive(coefficients: list[int]) -> list[int]:
    """Divide by the common factor and make the leading coefficient positive."""
    common = gcd(*coefficients)
    sign = -1 if coefficients[-1] < 0 else 1
    return [sign * c // common for c in coefficients]
