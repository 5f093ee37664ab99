"""Exact rational numbers: ints where possible, Fractions otherwise; never floats."""

from __future__ import annotations

import re
from fractions import Fraction
from functools import lru_cache

from .reject import Malformed, TooLarge, Undefined

Num = int | Fraction

_MAX_BITS = 20000
_NUMBER = re.compile(r"-?[0-9]{1,300}(/[0-9]{1,300})?")


def rat(x: Num) -> Num:
    """The same number, as an int if it is one."""
    if isinstance(x, int):
        return x
    return x.numerator if x.denominator == 1 else x


def ratio(a: Num, b: Num) -> Num:
    """Exact a / b."""
    if b == 0:
        raise Undefined("division by the number zero")
    return rat(Fraction(a) / Fraction(b))


def parse(text: object) -> Num:
    """A number written like -3/2 (exact; no decimals, no floats)."""
    if isinstance(text, int) and not isinstance(text, bool):
        if abs(text).bit_length() > 1000:
            raise Malformed("number too long")
        return text
    if not isinstance(text, str) or not _NUMBER.fullmatch(text):
        raise Malformed(f"not an exact rational number: {str(text)[:40]!r}")
    top, _, bottom = text.partition("/")
    if bottom and int(bottom) == 0:
        raise Malformed("a number with denominator zero")
    return rat(Fraction(int(top), int(bottom) if bottom else 1))


def floor(x: Num) -> int:
    """The largest integer not above x."""
    return x if isinstance(x, int) else x.numerator // x.denominator


def is_int(x: Num) -> bool:
    """Whether x is an integer."""
    return isinstance(x, int) or x.denominator == 1


def absolute(x: Num) -> Num:
    """|x|."""
    return x if x >= 0 else -x


def bits(x: Num) -> int:
    """The length of numerator and denominator together."""
    return abs(x.numerator).bit_length() + x.denominator.bit_length()


def power(x: Num, k: int) -> Num:
    """Exact x ** k for an integer k."""
    if k < 0:
        if x == 0:
            raise Undefined("division by the number zero")
        x, k = ratio(1, x), -k
    if x not in (0, 1, -1) and bits(x) * k > _MAX_BITS:
        raise TooLarge("a number became too long")
    return rat(Fraction(x) ** k)


@lru_cache(maxsize=4096)
def factor(x: int) -> tuple[tuple[int, int], ...]:
    """Split x >= 1 into base ** exponent pairs; bases are prime except perhaps a large last one."""
    out: list[tuple[int, int]] = []
    p = 2
    while p * p <= x and p < 5000:
        e = 0
        while x % p == 0:
            x //= p
            e += 1
        if e:
            out.append((p, e))
        p += 1 if p == 2 else 2
    if x > 1:
        out.append((x, 1))
    return tuple(out)


def factor_rational(x: Num) -> dict[int, int]:
    """A positive rational as a product of integer powers of integer bases."""
    out: dict[int, int] = {}
    for base, e in factor(x.numerator):
        out[base] = out.get(base, 0) + e
    for base, e in factor(x.denominator):
        out[base] = out.get(base, 0) - e
    return {b: e for b, e in out.items() if e}
