"""Guards against zero: where(t == 0, 0, t * x) multiplies t x by a sign that changes nothing, since t is there, too."""

from __future__ import annotations

from sympy import Expr, Mul, Pow, sign


def without_guards(expr: Expr) -> Expr:
    """Return ``expr`` without the factors sign(x)^2 beside a factor x: where they are not 1, that is 0."""
    return expr.replace(lambda e: isinstance(e, Mul), _unguarded) if expr.has(sign) else expr


def _unguarded(*product: Expr) -> Expr:
    factors = [f for p in product for f in Mul.make_args(p)]
    bases = {f.base if isinstance(f, Pow) and f.exp.is_positive else f for f in factors}
    return Mul(*(f for f in factors if not _is_guard(f, bases)))


def _is_guard(factor: Expr, bases: set[Expr]) -> bool:
    if not (isinstance(factor, Pow) and isinstance(factor.base, sign) and factor.exp.is_Integer):
        return False
    guarded = factor.base.args[0]
    return bool(factor.exp > 0 and factor.exp % 2 == 0 and (guarded in bases or -guarded in bases))


__all__ = ["without_guards"]
