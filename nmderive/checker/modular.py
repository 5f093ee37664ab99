"""Degrees of the irreducible factors of an integer polynomial modulo a prime.

Polynomials modulo p are lists of coefficients 0 <= c < p, constant term first, without
leading zeros.  Everything is done in whole numbers.
"""

from __future__ import annotations

from operator import mul

from .reject import Malformed, Reject

Coefficients = list[int]
MAX_PRIME = 1_000_000


def require_prime(p: int) -> None:
    """Refuse what is not a prime number of moderate size."""
    if not 2 <= p <= MAX_PRIME:
        raise Malformed(f"{str(p)[:20]} is not a prime number up to {MAX_PRIME}")
    k = 2
    while k * k <= p:
        if p % k == 0:
            raise Malformed(f"{p} is not a prime number")
        k += 1


def trimmed(f: Coefficients) -> Coefficients:
    """The polynomial without leading zeros."""
    end = len(f)
    while end and not f[end - 1]:
        end -= 1
    return f[:end]


def monic(f: Coefficients, p: int) -> Coefficients:
    """The polynomial (not zero) divided by its leading coefficient."""
    inverse = pow(f[-1], -1, p)
    return [c * inverse % p for c in f]


def divided(f: Coefficients, g: Coefficients, p: int) -> tuple[Coefficients, Coefficients]:
    """Quotient and remainder of f by g, which is monic."""
    rest, quotient = list(f), [0] * max(0, len(f) - len(g) + 1)
    low = len(g) - 1
    for k in range(len(quotient) - 1, -1, -1):
        c = quotient[k] = rest[k + low] % p
        if c:
            for j in range(low):
                rest[k + j] -= c * g[j]
    return quotient, trimmed([c % p for c in rest[:low]])


def common_divisor(f: Coefficients, g: Coefficients, p: int) -> Coefficients:
    """The monic greatest common divisor (not both are zero)."""
    while g:
        g = monic(g, p)
        f, g = g, divided(f, g, p)[1]
    return monic(f, p)


def _times(f: Coefficients, g: Coefficients, modulus: Coefficients, p: int) -> Coefficients:
    out = [0] * max(0, len(f) + len(g) - 1)
    for k, c in enumerate(f):
        if c:
            for j, b in enumerate(g, k):
                out[j] += c * b
    return divided([c % p for c in out], modulus, p)[1]


def _x_to_the(exponent: int, modulus: Coefficients, p: int) -> Coefficients:
    """x^exponent modulo the monic modulus."""
    result = divided([1], modulus, p)[1]
    for bit in bin(exponent)[2:]:
        result = _times(result, result, modulus, p)
        if bit == "1":
            result = divided([0, *result], modulus, p)[1]
    return result


def _frobenius(f: Coefficients, p: int) -> list[list[int]]:
    """The rows of the matrix that takes h to h^p modulo the monic f."""
    size = len(f) - 1
    image, column = _x_to_the(p, f, p), divided([1], f, p)[1]
    columns = []
    for _ in range(size):
        columns.append(column + [0] * (size - len(column)))
        column = _times(column, image, f, p)
    return [list(row) for row in zip(*columns, strict=True)]


def factor_degrees(f: Coefficients, p: int) -> list[int]:
    """The sorted degrees of f's irreducible factors modulo p; p must be good for f.

    Good means: p does not divide the leading coefficient, and f modulo p is squarefree.
    """
    reduced = trimmed([c % p for c in f])
    if len(reduced) != len(f):
        raise Reject(f"{p} divides the leading coefficient")
    rest = monic(reduced, p)
    derivative = trimmed([k * c % p for k, c in enumerate(rest)][1:])
    if not derivative or len(common_divisor(rest, derivative, p)) > 1:
        raise Reject(f"the polynomial has a multiple factor modulo {p}")
    rows, found, power, degree = _frobenius(rest, p), [], [0, 1], 0
    while len(rest) - 1 >= 2 * (degree + 1):
        degree += 1
        padded = power + [0] * (len(rows) - len(power))
        power = [sum(map(mul, row, padded)) % p for row in rows]
        shifted = [*power[:1], power[1] - 1, *power[2:]]
        difference = divided([c % p for c in shifted], rest, p)[1]
        part = common_divisor(rest, difference, p)
        found += [degree] * ((len(part) - 1) // degree)
        if len(part) > 1:
            rest = divided(rest, part, p)[0]
    return sorted(found + ([len(rest) - 1] if len(rest) > 1 else []))
