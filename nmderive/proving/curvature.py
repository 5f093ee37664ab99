"""Convexity in the logits by structure, for all n and m.

Every node of the expression gets a sign, a curvature and a log-curvature. The rules are those of
disciplined (geometric) convex programming: exp of an affine function is log-affine; nonnegative sums and
products of log-convex functions are log-convex; the log of a log-convex function is convex; nonnegative
sums of convex functions are convex. Conditions on indices only drop terms. Labels lie in [0, 1].
Source: Grant, Boyd, Ye, "Disciplined convex programming" (2006); Agrawal, Diamond, Boyd, "Disciplined
geometric programming" (2019).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from math import prod
from typing import Any

from sympy import Abs, Add, Expr, Indexed, Integer, KroneckerDelta, Mul, Pow, exp, log
from sympy import sign as signum

from nmderive.calculus.extrema import IndexExtremum, IndexMax
from nmderive.calculus.kinks import maximum, with_maxima
from nmderive.calculus.sums import IndexProduct, IndexSum
from nmderive.calculus.symbols import S
from nmderive.proving.ranges import NO_DOMAINS, Domains, sign_by_range


class Shape(Enum):
    """Curvature of a function of the logits; also used for the curvature of its logarithm."""

    AFFINE = "affine"
    CONVEX = "convex"
    CONCAVE = "concave"
    UNKNOWN = "unknown"

    def flipped(self) -> Shape:
        """Return the curvature of the negative."""
        return {Shape.CONVEX: Shape.CONCAVE, Shape.CONCAVE: Shape.CONVEX}.get(self, self)


@dataclass(frozen=True)
class Curvature:
    """What is known of a node: constant in s or not, sign (1, -1, 0 for unknown), shape, log-shape.

    ``sign`` 1 means nonnegative. ``log_shape`` speaks only of functions with sign 1.
    """

    constant: bool
    sign: int
    shape: Shape
    log_shape: Shape = Shape.UNKNOWN


_UNKNOWN = Curvature(False, 0, Shape.UNKNOWN)


def curvature(expr: Expr, domains: Domains = NO_DOMAINS) -> Curvature:
    """Return what the structure of ``expr`` shows of its curvature in the logits; ``domains`` are the parameters'."""
    if not expr.has(S):
        sign = constant_sign(expr, domains)
        return Curvature(True, sign, Shape.AFFINE, Shape.AFFINE if sign == 1 else Shape.UNKNOWN)
    if isinstance(expr, Indexed):
        return Curvature(False, 0, Shape.AFFINE)
    if isinstance(expr, Add):
        expr = with_maxima(expr) if expr.has(Abs) else expr
        return _sum_of([curvature(a, domains) for a in Add.make_args(expr)])
    if isinstance(expr, maximum):
        parts = [curvature(a, domains) for a in expr.args]
        convex = _joined({Shape.CONVEX, *(p.shape for p in parts)})
        return Curvature(False, int(any(p.sign == 1 for p in parts)), convex)
    if isinstance(expr, IndexExtremum):
        return _extremum(curvature(expr.body, domains), isinstance(expr, IndexMax))
    if isinstance(expr, IndexSum):
        return _sum_of([curvature(expr.body, domains)], single=False)
    if isinstance(expr, Mul):
        return _product_of([curvature(a, domains) for a in expr.args])
    if isinstance(expr, IndexProduct):
        body = curvature(expr.body, domains)
        return _from_log(body.log_shape) if body.sign == 1 else _UNKNOWN
    if isinstance(expr, exp):
        return _from_log(curvature(expr.args[0], domains).shape)
    if isinstance(expr, log):
        return _logarithm(curvature(expr.args[0], domains), _is_at_least_one(expr.args[0], domains))
    if isinstance(expr, Abs):
        inner = curvature(expr.args[0], domains)
        is_known = inner.shape is Shape.AFFINE or inner.sign == 1 and inner.shape is Shape.CONVEX
        return Curvature(False, 1, Shape.CONVEX if is_known else Shape.UNKNOWN)
    if isinstance(expr, Pow):
        return _power(curvature(expr.base, domains), expr.exp, domains)
    return _UNKNOWN


def is_convex(expr: Expr, domains: Domains = NO_DOMAINS) -> bool:
    """Tell whether the structure of ``expr`` shows that it is convex in the logits, for all n and m."""
    return curvature(expr, domains).shape in (Shape.CONVEX, Shape.AFFINE)


def _extremum(body: Curvature, is_maximum: bool) -> Curvature:
    """Return the curvature of a maximum of convex functions, or a minimum of concave ones, over an index."""
    kept = Shape.CONVEX if is_maximum else Shape.CONCAVE
    shape, log_shape = (_joined({kept, x}) for x in (body.shape, body.log_shape))
    return Curvature(False, body.sign, shape, log_shape)


def _from_log(shape: Shape) -> Curvature:
    """Return the curvature of a positive function whose log has ``shape``; log-convex implies convex."""
    own = Shape.CONVEX if shape in (Shape.AFFINE, Shape.CONVEX) else Shape.UNKNOWN
    return Curvature(False, 1, own, shape)


def _sum_of(parts: list[Curvature], single: bool = True) -> Curvature:
    shapes = {p.shape for p in parts}
    sign = _common_sign(parts)
    shape = _joined(shapes)
    log_shape = Shape.UNKNOWN
    if sign == 1 and all(p.log_shape in (Shape.AFFINE, Shape.CONVEX) for p in parts):
        log_shape = parts[0].log_shape if single and len(parts) == 1 else Shape.CONVEX
    return Curvature(False, sign, shape, log_shape)


def _common_sign(parts: list[Curvature]) -> int:
    signs = {p.sign for p in parts}
    return signs.pop() if len(signs) == 1 else 0


def _joined(shapes: set[Shape]) -> Shape:
    for shape in (Shape.AFFINE, Shape.CONVEX, Shape.CONCAVE):
        if shapes <= {Shape.AFFINE, shape}:
            return shape
    return Shape.UNKNOWN


def _product_of(parts: list[Curvature]) -> Curvature:
    varying = [p for p in parts if not p.constant]
    factor = 1
    for part in parts:
        factor *= part.sign if part.constant else 1
    if len(varying) == 1 and factor:
        body = varying[0]
        sign = body.sign * factor
        shape = body.shape if factor == 1 else body.shape.flipped()
        return Curvature(False, sign, shape, body.log_shape if sign == 1 else Shape.UNKNOWN)
    if len(varying) == 1 and varying[0].shape is Shape.AFFINE:
        return Curvature(False, 0, Shape.AFFINE)
    if any(p.sign != 1 for p in parts):
        return _UNKNOWN
    return _from_log(_joined({p.log_shape for p in parts}))


def _power(base: Curvature, exponent: Expr, domains: Domains) -> Curvature:
    if exponent.has(S):
        return _UNKNOWN
    sign = constant_sign(exponent, domains)
    if base.sign == 1 and sign:
        log_shape = base.log_shape if sign == 1 else base.log_shape.flipped()
        if log_shape is not Shape.UNKNOWN:
            return _from_log(log_shape)
    if base.shape is Shape.AFFINE and exponent.is_Integer and exponent % 2 == 0 and exponent > 0:
        return Curvature(False, 1, Shape.CONVEX)
    return Curvature(False, 1, _power_shape(base.shape, exponent, sign, domains)) if base.sign == 1 else _UNKNOWN


def _power_shape(shape: Shape, exponent: Expr, sign: int, domains: Domains) -> Shape:
    """Return the curvature of a power of what is not negative: x^a is convex for a >= 1 and a < 0, concave between."""
    beyond_one = constant_sign(exponent - 1, domains)
    if shape in (Shape.AFFINE, Shape.CONVEX) and beyond_one == 1 or shape is Shape.CONCAVE and sign == -1:
        return Shape.CONVEX
    if shape in (Shape.AFFINE, Shape.CONCAVE) and sign == 1 and beyond_one == -1:
        return Shape.CONCAVE
    return Shape.UNKNOWN


def _is_at_least_one(expr: Expr, domains: Domains) -> bool:
    """Tell whether an expression is a number of at least one and parts that are not negative."""
    number, rest = expr.as_coeff_Add()
    return bool(number >= 1) and all(curvature(a, domains).sign == 1 for a in Add.make_args(rest))


def _logarithm(argument: Curvature, is_of_one: bool) -> Curvature:
    shape = argument.log_shape
    if shape is Shape.UNKNOWN and argument.shape in (Shape.CONCAVE, Shape.AFFINE):
        shape = Shape.CONCAVE
    return Curvature(False, int(is_of_one), shape)


def _of_jump(expr: Expr) -> int:
    """Return the sign of a function of one sign alone, which is -1, 0 or 1: as an indicator is written."""
    jumps = expr.atoms(signum)
    values = [expr.xreplace({jump: Integer(x)}) for jump in jumps for x in (-1, 0, 1)]
    if len(jumps) != 1 or not all(x.is_Rational for x in values):
        return 0
    return 1 if all(x >= 0 for x in values) else -1 if all(x <= 0 for x in values) else 0


def constant_sign(expr: Any, domains: Domains = NO_DOMAINS) -> int:
    """Return 1 (nonnegative), -1 (nonpositive) or 0 (open) for an expression without logits."""
    if expr.is_nonnegative or isinstance(expr, KroneckerDelta):
        return 1
    if expr.is_nonpositive:
        return -1
    if isinstance(expr, IndexSum | IndexExtremum):
        return constant_sign(expr.body, domains)
    if isinstance(expr, IndexProduct):
        return max(constant_sign(expr.body, domains), 0)
    if isinstance(expr, Mul):
        return prod(constant_sign(a, domains) for a in expr.args)
    if isinstance(expr, Add):
        signs = {constant_sign(a, domains) for a in expr.args}
        if len(signs) == 1:
            return signs.pop()
        return _of_jump(expr) or sign_by_range(expr, domains)
    if isinstance(expr, Pow):
        return 1 if constant_sign(expr.base, domains) == 1 or expr.exp.is_even else 0
    return 0
