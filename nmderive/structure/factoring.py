"""Sums of products factored where that says more: t^2 - 2 t p + p^2 is (t - p)^2, c t - t is -(1 - c) t."""

from __future__ import annotations

from collections.abc import Mapping

from sympy import Add, Expr, Indexed, Mul, Pow, Symbol, collect, exp, factor, log

from nmderive.calculus.sums import IndexedOperator
from nmderive.calculus.symbols import S, T

#: SymPy counts no steps: what it factors is bounded by its size.
_LONGEST = 120


def factored(expr: Expr) -> Expr:
    """Return an equal expression with sums of products factored: t^2 - 2 t p + p^2 is (t - p)^2."""
    if not expr.args or isinstance(expr, Indexed):
        return expr
    if isinstance(expr, IndexedOperator):
        body, conditions = expr.open(expr.bound)
        return expr.func(factored(body), expr.bound, expr.domain, *conditions)
    inner = expr.func(*(factored(a) if isinstance(a, Expr) else a for a in expr.args))
    if not isinstance(inner, Add) or inner.count_ops() > _LONGEST:
        return inner
    letters = _letters(inner)
    plain = _in_letters(inner, letters)
    back = {v: k for k, v in letters.items()}
    found = factor(plain)
    if isinstance(found, Mul) and any(_is_logit(back.get(f, f)) for f in found.args):
        found = plain  # s (s - t) says less than s^2 - s t
    if isinstance(found, Add):
        found = _by_parts(plain, letters)
    return _uprights(found).xreplace(back) if isinstance(found, Add) else Mul(
        *(_upright(f.xreplace(back)) for f in Mul.make_args(found)))


def _is_logit(expr: Expr) -> bool:
    return isinstance(expr, Indexed) and expr.base == S


def _by_parts(plain: Expr, letters: Mapping[Expr, Symbol]) -> Expr:
    """Return the sum with the terms that hold no logarithm factored, the others collected."""
    logs = {v for k, v in letters.items() if k.has(log)}
    with_logs = Add(*(t for t in Add.make_args(plain) if t.free_symbols & logs))
    without = plain - with_logs
    factors = factor(without)
    if with_logs == 0 or isinstance(factors, Add) or not isinstance(without, Add):
        return _collected(plain, letters)
    return _collected(with_logs, letters) + factors


def _collected(plain: Expr, letters: Mapping[Expr, Symbol]) -> Expr:
    """Return the sum with equal labels, then equal parameters, before brackets, where that is shorter."""
    labels = [v for k, v in letters.items() if isinstance(k, Indexed) and k.base == T]
    parameters = [v for k, v in letters.items() if isinstance(k, Symbol)]
    found = collect(plain, [*labels, *parameters])
    return found if found.count_ops() <= plain.count_ops() else plain


def _uprights(expr: Expr) -> Expr:
    return Add(*(Mul(*(_upright(f) for f in Mul.make_args(t))) for t in Add.make_args(expr)))


def _upright(factor_: Expr) -> Expr:
    """Return x - 1 as -(1 - x), whose sign is seen where x is a share; anything else as it is."""
    if not isinstance(factor_, Add) or len(factor_.args) != 2 or factor_.has(S):
        return factor_
    number, share = factor_.as_coeff_Add()
    powers = [f.as_base_exp()[1] for f in Mul.make_args(share)]
    if not number.is_negative or share.could_extract_minus_sign() or any(e.could_extract_minus_sign() for e in powers):
        return factor_
    return Mul(-1, -factor_, evaluate=False)


def _letters(expr: Expr) -> dict[Expr, Symbol]:
    """Return letters for what is no sum, product or whole power, named in one order: SymPy's answers hang on it."""
    found: set[Expr] = set()
    _opaque(expr, found)
    ordered = sorted(found, key=str)
    return {x: Symbol(f"letter{k}", positive=x.is_positive, real=True) for k, x in enumerate(ordered)}


def _opaque(expr: Expr, found: set[Expr]) -> None:
    if isinstance(expr, Add | Mul):
        for argument in expr.args:
            _opaque(argument, found)
    elif _is_whole_power(expr):
        _opaque(expr.base, found)
    elif not expr.is_Rational:
        found.add(expr)


def _is_whole_power(expr: Expr) -> bool:
    return isinstance(expr, Pow) and bool(expr.exp.is_Integer and expr.exp > 0) and not isinstance(expr, exp)


def _in_letters(expr: Expr, letters: Mapping[Expr, Symbol]) -> Expr:
    if isinstance(expr, Add | Mul):
        return expr.func(*(_in_letters(a, letters) for a in expr.args))
    if _is_whole_power(expr):
        return _in_letters(expr.base, letters) ** expr.exp
    return letters.get(expr, expr)


__all__ = ["factored"]
