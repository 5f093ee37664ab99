"""Numbers of code as exact numbers: 0.1 is 1/10, 0.3333333333333333 is 1/3, 0.6931471805599453 is log 2."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

from sympy import Expr, Integer, Rational, log, pi, sqrt

from nmderive.tracing.context import current, refused

_LARGEST_DENOMINATOR = 1000
_DIGITS = 12
#: Last places by which a result of arithmetic on short numbers may be off.
_ULPS = 4
#: Above this, what a difference of numbers near 1 leaves, such as 1 - 0.95, may be off by a last place of 1.
_CANCELLED = 1e-3


def exact(value: Any) -> Expr:
    """Return the number that a Python or library scalar stands for; a guess is noted."""
    if isinstance(value, bool) or type(value).__name__ == "bool":
        return Integer(bool(value))
    if isinstance(value, int):
        return Integer(int(value))
    if isinstance(value, Fraction):
        return Rational(value.numerator, value.denominator)
    if isinstance(value, complex) or not hasattr(value, "__float__"):
        raise refused(f"{type(value).__name__} is not a real number", "arrays are arguments of the function")
    if hasattr(value, "__index__"):
        return Integer(value.__index__())
    return _of_float(float(value))


def _of_float(value: float) -> Expr:
    if not math.isfinite(value):
        raise refused(f"the number {value} is not finite", "mask with zeros after exp, not with infinity before it")
    simple = Fraction(value).limit_denominator(_LARGEST_DENOMINATOR)
    if float(simple) == value:
        return Rational(simple.numerator, simple.denominator)
    text = repr(value)
    digits = text.split("e")[0].replace(".", "").replace("-", "").strip("0")
    decimal = Rational(text)
    if len(digits) < _DIGITS:
        return decimal
    near = _near(value)
    if near is not None:
        current().note(f"the number {text} is read as {near}, from which it differs by rounding")
        return near
    named = _named(value)
    shown = text if named is None else f"{text} (as {named})"
    current().note(f"the number {text} is read as {shown if named is not None else 'exactly this decimal'}")
    return decimal if named is None else named


def _near(value: float) -> Expr | None:
    """Return a simple number that a step or two of arithmetic, such as 1 - 0.7, would round to ``value``."""
    simple, short = Fraction(value).limit_denominator(_LARGEST_DENOMINATOR), float(f"{value:.{_DIGITS}g}")
    ratio = Rational(simple.numerator, simple.denominator)
    last = max(_ULPS * math.ulp(value), math.ulp(1) if abs(value) > _CANCELLED else 0)
    for other, exactly in ((float(simple), ratio), (short, Rational(repr(short)))):
        if 0 < abs(other - value) <= last:
            return exactly
    return None


def _named(value: float) -> Expr | None:
    """Return log k, 1/log k, sqrt k or pi where ``value`` is its nearest float."""
    size = abs(value)
    sign = -1 if value < 0 else 1
    for k in range(2, 101):
        if size == math.log(k):
            return sign * log(k)
        if size == 1 / math.log(k):
            return sign / log(k)
        if size == math.sqrt(k):
            return sign * sqrt(k)
    return sign * pi if size == math.pi else None


__all__ = ["exact"]
