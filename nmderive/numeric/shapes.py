"""What a formula's parts are: nonnegative, positive at the labels' domain, complements that must not cancel."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from sympy import Add, Expr, Indexed, Integer, Mul, Ne, Pow, Symbol, exp, log

from nmderive.calculus.sums import IndexProduct, IndexSum
from nmderive.calculus.symbols import T


def is_label(expr: Expr) -> bool:
    """Tell whether ``expr`` is one label t[...], which lies in [0, 1]."""
    return isinstance(expr, Indexed) and expr.base == T


def is_rest_of_label(expr: Expr) -> bool:
    """Tell whether ``expr`` is 1 - t[...]."""
    return isinstance(expr, Add) and len(expr.args) == 2 and expr.args[0] == 1 and is_label(-expr.args[1])


@lru_cache(maxsize=4096)
def loggable(expr: Expr) -> bool:
    """Tell whether ``expr`` is nonnegative by its form, with labels in [0, 1]."""
    if isinstance(expr, exp) or is_label(expr) or is_rest_of_label(expr):
        return True
    if isinstance(expr, Indexed | Symbol) or expr.is_number:
        return bool(expr.is_nonnegative)
    if isinstance(expr, Add):
        return all(loggable(a) for a in expr.args) or complement(expr) is not None
    if isinstance(expr, Mul):
        return all(loggable(a) for a in expr.args)
    if isinstance(expr, Pow):
        return loggable(expr.base) and bool(expr.exp.is_real)
    if isinstance(expr, IndexSum | IndexProduct):
        return loggable(expr.body)
    return isinstance(expr, log) and _at_least_one(expr.args[0])


def _at_least_one(expr: Expr) -> bool:
    return isinstance(expr, Add) and bool(expr.args[0].is_number and expr.args[0] >= 1) and all(
        loggable(a) for a in expr.args[1:]
    )


@lru_cache(maxsize=4096)
def complement(expr: Expr) -> Expr | None:
    """Rewrite c - c X / (X + others) as c others / (X + others); None where ``expr`` has not that form.

    One minus a softmax is the sum over the other classes, and one minus a sigmoid is the other sigmoid: the
    difference itself would lose all digits where the probability is close to 1.
    """
    if not isinstance(expr, Add) or len(expr.args) != 2 or not expr.args[0].is_number:
        return None
    constant, term = expr.args
    fraction = term / -constant
    for power in [f for f in Mul.make_args(fraction) if isinstance(f, Pow) and f.exp == -1]:
        rest = others(fraction / power, power.base)
        if rest is not None:
            return constant * rest * power
    return _weighted_complement(constant, fraction)


def _weighted_complement(constant: Expr, fraction: Expr) -> Expr | None:
    """Rewrite c - c sum_j t_j p_j as c sum_j (1 - t_j) p_j for p_j = X_j / sum_k X_k and labels t."""
    if not isinstance(fraction, IndexSum) or fraction.conditions or not isinstance(fraction.body, Mul):
        return None
    labels = [f for f in fraction.body.args if is_label(f)]
    shares = fraction.body / labels[0] if len(labels) == 1 else None
    for power in [f for f in Mul.make_args(shares) if isinstance(f, Pow) and f.exp == -1] if labels else []:
        whole, part = power.base, shares / power
        if (
            isinstance(whole, IndexSum) and not whole.conditions and whole.domain == fraction.domain
            and whole.body.xreplace({whole.bound: fraction.bound}) == part
        ):
            body = (1 - labels[0]) * part
            return constant * power * IndexSum(body, fraction.bound, fraction.domain)
    return None


def others(part: Expr, whole: Expr) -> Expr | None:
    """Return ``whole`` without its summand ``part``; None where ``part`` is not a summand."""
    if isinstance(whole, Add) and part in whole.args:
        return Add(*(a for a in whole.args if a != part))
    if isinstance(whole, IndexSum) and not whole.conditions:
        for candidate in _indices(part):
            if whole.body.xreplace({whole.bound: candidate}) == part:
                return IndexSum(whole.body, whole.bound, whole.domain, Ne(whole.bound, candidate))
    return None


def _indices(expr: Expr) -> list[Any]:
    found: dict[Any, None] = {}
    for entry in sorted(expr.atoms(Indexed), key=str):
        for k in entry.indices:
            if isinstance(k, Symbol | Integer):
                found[k] = None
    return list(found)


__all__ = ["complement", "is_label", "is_rest_of_label", "loggable", "others"]
