"""Guess the scale c of a link t = softmax(c s) or t = sigmoid(c s) from the smallest case.

At n = 1, m = 2 the link has one unknown, c. Its value is found in floating point at two points, read as a
simple rational, and, where the loss has a parameter, as a rational function of it. All that comes out is
a guess: proving/ judges it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import pairwise

from mpmath import findroot
from sympy import Expr, Integer, Rational, Symbol, lambdify

from nmderive.calculus.specialise import specialise
from nmderive.calculus.substitute import substitute_array
from nmderive.calculus.symbols import M, T, parameter
from nmderive.errors import NmderiveError
from nmderive.losses.links import Link, sigmoid_link, softmax_link
from nmderive.losses.loss import Loss
from nmderive.proving.points import entries_of, fitting

_SCALE = parameter("nmderive_scale")
_LOGITS = ((0.9, -0.35, 0.5, -0.8, 0.15, 1.3), (-0.6, 1.1, -0.25, 0.7, -1.2, 0.35))
_PARAMETER_VALUES = (0.4, 0.7, 0.55)
_GRID = [k / 16 + 1e-3 for k in range(-64, 65)]
_LARGEST_DENOMINATOR = 12


def guess_links(loss: Loss) -> Iterator[Link]:
    """Yield links that hold, in floating point, at the smallest size."""
    families = [softmax_link] if M in loss.shape else []
    families.append(sigmoid_link)
    for family in families:
        try:
            scales = _scales(loss, family)
        except (NmderiveError, ArithmeticError, ValueError, TypeError, NameError):
            continue
        for scale in scales:
            if scale != 0:
                yield family(loss, scale)


def _scales(loss: Loss, family: Callable[[Loss, Expr], Link]) -> list[Expr]:
    residual = _residual(loss, family)
    names = loss.parameters
    if not names:
        return [Rational(c.numerator, c.denominator) for c in _common_roots(residual, {})]
    return _parametric(residual, names)


def _residual(loss: Loss, family: Callable[[Loss, Expr], Link]) -> Callable[..., float]:
    """Return the gradient's first entry, mostly at n=1, m=2, as a function of the scale, logits, parameters."""
    sizes = fitting(loss, ((1, 2),), {})[0]
    link = family(loss, _SCALE)
    gradient = substitute_array(loss.gradient, T, loss.indices, link.expr)
    first = gradient.xreplace({i: Integer(1) for i in loss.indices})
    plain = specialise(first, sizes, {"Omega_neg": frozenset({1}), "Omega_pos": frozenset({2})})
    logits = [specialise(loss.logit.xreplace(_at(loss, c)), sizes) for c in entries_of(loss, sizes)]
    compiled = lambdify([_SCALE, logits, list(loss.parameters)], plain, "math")
    return lambda scale, at, values: compiled(scale, [at[k % len(at)] for k in range(len(logits))], values)


def _at(loss: Loss, entry: tuple[int, ...]) -> dict[Symbol, Integer]:
    return {i: Integer(v) for i, v in zip(loss.indices, entry, strict=True)}


def _common_roots(residual: Callable[..., float], values: dict[str, float]) -> list[Fraction]:
    """Return simple rationals that are roots at every trial point."""
    found = None
    for logits in _LOGITS:
        roots = {_rational(r) for r in _roots(residual, logits, list(values.values()))} - {None}
        found = roots if found is None else found & roots
    return sorted((r for r in found or set() if r is not None), key=lambda r: (r != 1, abs(r)))


def _rational(value: float) -> Fraction | None:
    guess = Fraction(value).limit_denominator(_LARGEST_DENOMINATOR)
    return guess if abs(value - guess) < 1e-9 else None


def _roots(residual: Callable[..., float], logits: tuple[float, ...], values: list[float]) -> list[float]:
    def f(scale: float) -> float:
        result = residual(float(scale), logits, values)
        if isinstance(result, complex) or not math.isfinite(result):
            raise ArithmeticError("the residual is not finite")
        return float(result)

    sampled = []
    for c in _GRID:
        try:
            sampled.append((c, f(c)))
        except (ArithmeticError, ValueError):
            continue
    roots = []
    for (a, fa), (b, fb) in pairwise(sampled):
        if fa * fb < 0 and max(abs(fa), abs(fb)) > 1e-12:
            roots.append(float(findroot(f, (a, b), solver="anderson", tol=1e-22)))
    return roots


def _parametric(residual: Callable[..., float], names: tuple[Symbol, ...]) -> list[Expr]:
    """Fit the scale as a constant, or as c0 + c1 p or its inverse in one parameter p."""
    base = {p.name: _PARAMETER_VALUES[k % 3] for k, p in enumerate(names)}
    constant = _common_roots(residual, base)
    if constant and constant == _common_roots(residual, {k: v + 0.11 for k, v in base.items()}):
        return [Rational(c.numerator, c.denominator) for c in constant]
    for symbol in names:
        fitted = _fit(residual, base, symbol)
        if fitted is not None:
            return [fitted]
    return []


def _fit(residual: Callable[..., float], base: dict[str, float], symbol: Symbol) -> Expr | None:
    samples = []
    for value in _PARAMETER_VALUES:
        values = list({**base, symbol.name: value}.values())
        at = [_roots(residual, logits, values) for logits in _LOGITS]
        shared = [r for r in at[0] if any(abs(r - q) < 1e-8 for q in at[1])]
        if len(shared) != 1:
            return None
        samples.append((value, shared[0]))
    for invert in (False, True):
        line = _line([(x, 1 / y if invert else y) for x, y in samples])
        if line is not None:
            expr = Rational(line[0]) + Rational(line[1]) * symbol
            return 1 / expr if invert else expr
    return None


def _line(samples: list[tuple[float, float]]) -> tuple[str, str] | None:
    """Return (c0, c1) as text when y = c0 + c1 x with simple rationals."""
    (x0, y0), (x1, y1), (x2, y2) = samples
    slope = _rational((y1 - y0) / (x1 - x0))
    if slope is None:
        return None
    offset = _rational(y0 - float(slope) * x0)
    if offset is None or abs(offset + slope * x2 - y2) > 1e-7:
        return None
    return str(offset), str(slope)
