"""Real numbers for witnesses: exact combinations of logarithms, or rigorous enclosures.

A value is exactly q + sum of c_b * log(b) over whole numbers b >= 2, where that is known,
and otherwise lies between two rationals.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from .intervals import Enclosure, exp_enclosure, log_enclosure, outward
from .numbers import bits, factor_rational, power
from .reject import Undefined

Logs = tuple[tuple[int, Fraction], ...]
_EXACT_BITS = 1500


class Imprecise(Exception):
    """More precision is needed."""


@dataclass(frozen=True)
class Value:
    """A real number."""

    q: Fraction | None
    logs: Logs
    lo: Fraction
    hi: Fraction

    @property
    def rational(self) -> Fraction | None:
        """The exact value if it is known to be rational."""
        return self.q if self.q is not None and not self.logs else None


def exact(q: Fraction | int) -> Value:
    """A rational number."""
    q = Fraction(q)
    return Value(q, (), q, q)


ZERO, ONE = exact(0), exact(1)


class Arithmetic:
    """Operations on values at a precision."""

    def __init__(self, bits: int) -> None:
        self.bits = bits

    def between(self, lo: Fraction, hi: Fraction) -> Value:
        """Some number in an interval."""
        return Value(None, (), *outward(lo, hi, self.bits))

    def combination(self, q: Fraction, logs: dict[int, Fraction]) -> Value:
        """The number q + sum of c * log(b)."""
        kept = tuple(sorted((b, c) for b, c in logs.items() if c))
        lo = hi = q
        for b, c in kept:
            low, high = log_enclosure(Fraction(b), self.bits)
            lo, hi = (lo + c * low, hi + c * high) if c > 0 else (lo + c * high, hi + c * low)
        if not kept and q.numerator.bit_length() + q.denominator.bit_length() > _EXACT_BITS:
            return self.between(q, q)
        return Value(q, kept, *((lo, hi) if not kept else outward(lo, hi, self.bits)))

    def add(self, a: Value, b: Value) -> Value:
        """The sum."""
        if a.q is not None and b.q is not None:
            logs = dict(a.logs)
            for base, c in b.logs:
                logs[base] = logs.get(base, Fraction(0)) + c
            return self.combination(a.q + b.q, logs)
        return self.between(a.lo + b.lo, a.hi + b.hi)

    def mul(self, a: Value, b: Value) -> Value:
        """The product."""
        if a.rational is None:
            a, b = b, a
        factor = a.rational
        if factor == 0:
            return ZERO
        if factor is not None and b.q is not None:
            return self.combination(b.q * factor, {base: c * factor for base, c in b.logs})
        ends = [x * y for x in (a.lo, a.hi) for y in (b.lo, b.hi)]
        return self.between(min(ends), max(ends))

    def exp(self, a: Value) -> Value:
        """The exponential."""
        if a.q == 0 and all(c.denominator == 1 for _, c in a.logs):
            if sum(abs(int(c)) * b.bit_length() for b, c in a.logs) <= _EXACT_BITS:
                result = Fraction(1)
                for b, c in a.logs:
                    result *= Fraction(b) ** int(c)
                return exact(result)
        return self.between(exp_enclosure(a.lo, self.bits)[0], exp_enclosure(a.hi, self.bits)[1])

    def log(self, a: Value) -> Value:
        """The logarithm of a positive number."""
        self.require_positive(a)
        if a.rational is not None:
            powers = factor_rational(a.rational).items()
            return self.combination(Fraction(0), {b: Fraction(e) for b, e in powers})
        return self.between(log_enclosure(a.lo, self.bits)[0], log_enclosure(a.hi, self.bits)[1])

    def require_positive(self, a: Value) -> None:
        """Refuse what is not positive."""
        if a.hi <= 0:
            raise Undefined("a logarithm or a fractional power of a number that is not positive")
        if a.lo <= 0:
            raise Imprecise

    def inverse(self, a: Value) -> Value:
        """One divided by the number."""
        if a.rational is not None:
            if a.rational == 0:
                raise Undefined("division by zero")
            return exact(1 / a.rational)
        if a.lo <= 0 <= a.hi:
            raise Imprecise
        return self.between(1 / a.hi, 1 / a.lo)

    def power(self, a: Value, e: Value) -> Value:
        """The power; an exponent that is no whole number needs a positive base."""
        r = e.rational
        if r is not None and r.denominator == 1 and abs(r) <= 1000:
            return self.whole_power(a, int(r))
        if a.rational == 0 and r is not None and r > 0:
            return ZERO
        if a.lo == 0 and r is not None and r > 0:
            return self.between(Fraction(0), self.exp(self.mul(e, self.log(self.between(a.hi, a.hi)))).hi)
        return self.exp(self.mul(e, self.log(a)))

    def whole_power(self, a: Value, k: int) -> Value:
        """The power with a whole exponent."""
        if k < 0:
            return self.inverse(self.whole_power(a, -k))
        if a.rational is not None and k * bits(a.rational) < 20000:
            return self.combination(Fraction(power(a.rational, k)), {})
        if k == 0:
            return ONE
        ends: Enclosure = (a.lo**k, a.hi**k)
        low = Fraction(0) if k % 2 == 0 and a.lo <= 0 <= a.hi else min(ends)
        return self.between(low, max(ends))
