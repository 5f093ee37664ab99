"""Limits that keep hostile input from hanging or filling the memory."""

from __future__ import annotations

from sympy import Basic, Expr, Pow, Rational

from nmderive.errors import ParseError, Span

MAX_CHARACTERS = 20_000
MAX_DEPTH = 60
MAX_DIGITS = 1_000
MAX_POWER = 10_000
#: Of a number that is written with one, such as 1e-8.
MAX_EXPONENT = 45
TOO_LONG = f"at most {MAX_DIGITS} digits, and exponents up to {MAX_EXPONENT}"
#: A formula with more nodes is not printed: nobody would read it, and laying it out takes minutes.
MAX_PRINTED_NODES = 20_000
_MAX_BITS = 4_000
#: Python refuses to print longer integers.
_MAX_PRINTED_BITS = 13_000


def is_too_long(number: str) -> bool:
    """Tell whether a number, as it is written (12.5, 1e-8), has too many digits, or would have."""
    digits, _, power = number.lower().partition("e")
    return len(digits) > MAX_DIGITS or len(power) > 4 or bool(power) and abs(int(power)) > MAX_EXPONENT


def shortened(text: str) -> str:
    """Return ``text`` cut to a length that fits into a message."""
    return text if len(text) <= 40 else f"{text[:39]}…"


def safe_power(base: Expr, exponent: Expr, source: str | None = None, span: Span | None = None) -> Expr:
    """Return ``base**exponent``; a ParseError where SymPy would work out a huge number."""
    large = isinstance(exponent, Rational) and abs(exponent.p) > MAX_POWER * exponent.q
    if isinstance(base, Rational) and isinstance(exponent, Rational):
        bits = max(base.p.bit_length(), base.q.bit_length())
        large = large or (bits > 1 and bits * abs(exponent.p) > _MAX_BITS) or exponent.q > MAX_POWER
    if large:
        raise ParseError(
            "the power is too large to work out",
            source=source,
            span=span,
            hint=f"exponents go up to {MAX_POWER}, numbers up to {MAX_DIGITS} digits",
        )
    return Pow(base, exponent)


def is_printable(expr: Basic) -> bool:
    """Tell whether a formula is short enough to be laid out and read."""
    left, pending = MAX_PRINTED_NODES, [expr]
    while pending and left:
        left -= 1
        pending.extend(pending.pop().args)
    return not pending


def has_large_number(expr: Expr) -> bool:
    """Tell whether a number in ``expr`` is too long to be printed."""
    numbers = expr.atoms(Rational)
    return any(max(abs(a.p), a.q).bit_length() > _MAX_PRINTED_BITS for a in numbers)


def are_too_large(values: list[Expr]) -> bool:
    """Tell whether the numbers among ``values`` are too long to be added or multiplied out."""
    numbers = [a for a in values if isinstance(a, Rational)]
    bits = sum(int(a.p).bit_length() + int(a.q).bit_length() for a in numbers)
    return bits > 4 * _MAX_PRINTED_BITS
