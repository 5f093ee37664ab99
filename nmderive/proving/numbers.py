"""Numbers a verdict may rest on: exact (rationals and rational combinations of logs of primes) and balls.

``Logs`` is ``constant + sum of q_p log(p)`` over primes p. Logs of distinct primes and 1 are linearly
independent over the rationals as far as the test needs: such a form without constant is zero only if all
its coefficients are (unique factorisation); with a constant, exp of it would be an algebraic number, which
it is not (Lindemann). So zero is decided exactly. Inside, rationals are python-flint's, ten times as fast as Fraction;
``plain`` gives the number to who asked.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from flint import arb, ctx, fmpq

from nmderive.calculus.normal_form.functions import rational_primes
from nmderive.errors import DomainError, NmderiveError, UnsupportedError


class Inexact(NmderiveError):
    """The value is not in the exact number system; use balls."""


class Logs:
    """``constant + sum coefficient * log(prime)``, with at least one coefficient not zero."""

    __slots__ = ("constant", "coefficients")

    def __init__(self, constant: fmpq, coefficients: dict[int, fmpq]) -> None:
        self.constant = constant
        self.coefficients = coefficients

    def __str__(self) -> str:
        parts = [f"{c}*log({p})" for p, c in sorted(self.coefficients.items())]
        return " + ".join(([str(self.constant)] if self.constant else []) + parts)


Exact = Any  # fmpq | Logs, and Fraction on the way in; mypy knows no types of flint
_ZERO, _ONE = fmpq(0), fmpq(1)


def _form(constant: fmpq, coefficients: dict[int, fmpq]) -> Exact:
    kept = {p: c for p, c in coefficients.items() if c}
    return Logs(constant, kept) if kept else constant


class ExactField:
    """Operations on exact values; Inexact where a result leaves the system."""

    name = "exact"

    def rational(self, value: Fraction) -> Exact:
        """Return a rational number."""
        return fmpq(value.numerator, value.denominator)

    def plain(self, x: Exact) -> Exact:
        """Return a rational as a Fraction, anything else as it is."""
        return Fraction(int(x.p), int(x.q)) if type(x) is fmpq else x

    def add(self, x: Exact, y: Exact) -> Exact:
        """Return x + y."""
        if type(x) is fmpq and type(y) is fmpq:
            return x + y
        cx, lx = _parts(x)
        cy, ly = _parts(y)
        return _form(cx + cy, {p: lx.get(p, _ZERO) + ly.get(p, _ZERO) for p in lx | ly})

    def multiply(self, x: Exact, y: Exact) -> Exact:
        """Return x * y."""
        if type(x) is fmpq and type(y) is fmpq:
            return x * y
        cx, lx = _parts(x)
        cy, ly = _parts(y)
        if lx and ly:
            raise Inexact("a product of logarithms")
        number, constant, logs = (cy, cx, lx) if lx else (cx, cy, ly)
        return _form(constant * number, {p: c * number for p, c in logs.items()})

    def power(self, x: Exact, exponent: Exact) -> Exact:
        """Return x ** exponent."""
        if isinstance(exponent, Logs):
            raise Inexact("a logarithm in an exponent")
        if isinstance(x, Logs):
            if exponent == 1:
                return x
            raise Inexact("a power of a logarithm")
        base, power = _parts(x)[0], _parts(exponent)[0]
        if base == 0 and power < 0:
            raise DomainError("division by zero")
        if power.q == 1:
            if abs(power) > 4096:
                raise Inexact("a very large power")
            return base ** int(power.p)
        if base < 0:
            raise DomainError("a fractional power of a negative number")
        if base == 0:
            return _ZERO
        return self._from_primes({p: e * power for p, e in _factored(base).items()})

    def exp(self, x: Exact) -> Exact:
        """Return exp(x)."""
        constant, coefficients = _parts(x)
        if constant != 0:
            raise Inexact("exp of a rational number")
        return self._from_primes(coefficients)

    def log(self, x: Exact) -> Exact:
        """Return log(x)."""
        if isinstance(x, Logs):
            raise Inexact("a logarithm of a logarithm")
        if x <= 0:
            raise DomainError("the logarithm of a number that is not positive")
        return _form(_ZERO, {p: fmpq(e) for p, e in _factored(x).items()})

    def _from_primes(self, exponents: dict[int, fmpq]) -> Exact:
        value = _ONE
        for prime, exponent in exponents.items():
            if exponent.q != 1:
                raise Inexact("an irrational root")
            if abs(exponent) > 4096:
                raise Inexact("a very large power")
            value *= fmpq(prime) ** int(exponent.p)
        return value

    def sign(self, x: Exact) -> int | None:
        """Return -1, 0 or 1; None where the sign is open (never for rationals)."""
        if not isinstance(x, Logs):
            return int(x > 0) - int(x < 0)
        ball = BallField(192).from_exact(x)
        return 1 if ball > 0 else -1 if ball < 0 else None

    def larger(self, x: Exact, y: Exact, side: int) -> Exact:
        """Return the larger of two numbers, with side -1 the smaller."""
        gap = self.sign(self.add(x, self.multiply(-_ONE, y)))
        if gap is None:
            raise Inexact("which of two numbers is larger is open")
        return x if gap * side >= 0 else y

    def is_zero(self, x: Exact) -> bool | None:
        """Tell whether x is zero; None where that is open."""
        return not isinstance(x, Logs) and bool(x == 0)

    def show(self, x: Exact) -> str:
        """Return the value as text."""
        return str(x)


def _factored(x: Exact) -> dict[int, int]:
    try:
        return rational_primes(Fraction(int(x.numerator), int(x.denominator)))
    except UnsupportedError as error:
        raise Inexact(error.message) from error


def _parts(x: Exact) -> tuple[fmpq, dict[int, fmpq]]:
    """Return the constant and the coefficients of logarithms."""
    if isinstance(x, Logs):
        return x.constant, x.coefficients
    return x if type(x) is fmpq else fmpq(x.numerator, x.denominator), {}


class BallField:
    """Operations on real balls (python-flint's arb): every result encloses the true value."""

    name = "balls"

    def __init__(self, bits: int = 192) -> None:
        self.bits = bits

    def _run(self, operation: Any, *args: Any) -> Any:
        before = ctx.prec
        ctx.prec = self.bits
        try:
            result = operation(*args)
        finally:
            ctx.prec = before
        if not result.is_finite():
            raise DomainError("the value is not finite or not defined at this point")
        return result

    def rational(self, value: Fraction) -> Any:
        """Return a ball around a rational number."""
        return self._run(lambda: arb(fmpq(value.numerator, value.denominator)))

    def from_exact(self, value: Exact) -> Any:
        """Return a ball around an exact value."""
        constant, coefficients = _parts(value)
        total = self._run(lambda: arb(constant))
        for prime, coefficient in coefficients.items():
            total = self._run(lambda a, q, p: a + arb(q) * arb(p).log(), total, coefficient, prime)
        return total

    def plain(self, x: Any) -> Any:
        """Return the ball itself."""
        return x

    def add(self, x: Any, y: Any) -> Any:
        """Return x + y."""
        return self._run(lambda: x + y)

    def multiply(self, x: Any, y: Any) -> Any:
        """Return x * y."""
        return self._run(lambda: x * y)

    def power(self, x: Any, exponent: Any) -> Any:
        """Return x ** exponent."""
        whole = exponent.unique_fmpz() if exponent.is_exact() else None
        if whole is not None:
            return self._run(lambda: x ** int(whole))
        if x.is_zero() and exponent > 0:
            return x
        return self._run(lambda: (exponent * x.log()).exp())

    def exp(self, x: Any) -> Any:
        """Return exp(x)."""
        return self._run(lambda: x.exp())

    def log(self, x: Any) -> Any:
        """Return log(x)."""
        return self._run(lambda: x.log())

    def absolute(self, x: Any) -> Any:
        """Return |x|."""
        return self._run(lambda: abs(x))

    def larger(self, x: Any, y: Any, side: int) -> Any:
        """Return a ball around the larger of two numbers, with side -1 around the smaller."""
        return self._run(lambda: x.max(y) if side > 0 else x.min(y))

    def sign(self, x: Any) -> int | None:
        """Return -1 or 1 where the ball excludes zero, 0 where it is zero without a radius, else None."""
        return 1 if x > 0 else -1 if x < 0 else 0 if x.is_zero() else None

    def is_zero(self, x: Any) -> bool | None:
        """Return False where the ball excludes zero; None otherwise."""
        return None if x.contains(0) else False

    def show(self, x: Any) -> str:
        """Return the value as text with its radius."""
        return str(x.str(20))


Field = ExactField | BallField
