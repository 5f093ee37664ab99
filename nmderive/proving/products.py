"""A logarithm of a constant and products of log-convex parts, and the sum of log(1 + part) that stands for it.

log(c + sum of X_g + products of several X_g), c > 0, and sum_g log(1 + X_g) are flat along the same directions, tend to
their infimum together, and grow alike where rows are repeated: what is shown of the latter holds for the former.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache

from sympy import Add, Expr, Mul, log

from nmderive.calculus.sums import IndexedOperator, IndexProduct, IndexSum
from nmderive.calculus.symbols import S, index
from nmderive.checker import check
from nmderive.evidence import Certificate
from nmderive.losses.loss import Loss
from nmderive.notation.ast import to_ast
from nmderive.proving import certificates
from nmderive.proving.curvature import Shape, curvature
from nmderive.structure.reader import standard_views

_LOG_CONVEX = (Shape.AFFINE, Shape.CONVEX)


@lru_cache(maxsize=64)
def companion(loss: Loss) -> tuple[Loss, Certificate] | None:
    """Return the sum of log(1 + X_g) as a loss, and the accepted certificate that it stands for the loss."""
    if not isinstance(loss.expr, log) or not loss.expr.has(IndexProduct):
        return None
    try:
        logs = Add(*_logs(loss.expr.args[0]))
    except _NotApart:
        return None
    for once in (True, False):
        certificate = Certificate("products", {
            "loss": to_ast(loss.expr), "shape": [s.name for s in loss.shape], "once": once, "least_m": 1,
            **certificates.declarations(loss),
        })
        if check(certificate.as_json()).accepted:
            other = replace(loss, name="", source="", form="", expr=logs)
            return replace(other, expr=next(iter(standard_views(other)), logs)), certificate
    return None


class _NotApart(Exception):
    """The expression is no constant with products of log-convex parts."""


def _logs(expr: Expr) -> Iterator[Expr]:
    """Yield the sums of log(1 + X_g), kind by kind."""
    if not expr.has(S):
        return
    if isinstance(expr, Add):
        for term in expr.as_ordered_terms():
            yield from _logs(term)
    elif isinstance(expr, IndexProduct) or isinstance(expr, IndexSum) and expr.has(IndexProduct):
        yield from _inside(expr)
    elif _is_log_convex(expr):
        yield log(1 + expr)
    elif isinstance(expr, Mul):
        for factor in expr.args:
            yield from _logs(factor)
    else:
        raise _NotApart


def _inside(expr: IndexedOperator) -> Iterator[Expr]:
    letter = index(f"x{expr.bound.name.lstrip('_')}")
    body, conditions = expr.open(letter)
    for part in _logs(body):
        yield IndexSum(part, letter, expr.domain, *conditions)


def _is_log_convex(expr: Expr) -> bool:
    found = curvature(expr)
    return found.sign == 1 and found.log_shape in _LOG_CONVEX


__all__ = ["companion"]
