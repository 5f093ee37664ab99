"""Replacing every entry of an array by an expression in its indices: t[i, j] becomes softmax(s)[i, j]."""

from __future__ import annotations

from sympy import Expr, Indexed, IndexedBase, Symbol


def substitute_array(expr: Expr, base: IndexedBase, indices: tuple[Symbol, ...], value: Expr) -> Expr:
    """Replace ``base[x, y]`` by ``value`` with ``indices`` replaced by x, y, everywhere in ``expr``.

    Bound indices of ``value`` are renamed where they would capture x or y.
    """
    if isinstance(expr, Indexed):
        if expr.base != base or len(expr.indices) != len(indices):
            return expr
        return value.xreplace(dict(zip(indices, expr.indices, strict=True)))
    if not expr.args or not expr.has(base):
        return expr
    return expr.func(*(substitute_array(a, base, indices, value) for a in expr.args))
