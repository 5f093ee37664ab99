"""Logarithms of sums of exponentials over the logit of the label that they stand beside: log(sum_k e^(s_k - s_j))."""

from __future__ import annotations

from sympy import Add, Expr, Indexed, Mul, Ne, Symbol, exp, log

from nmderive.calculus.sums import IndexedOperator, IndexSum
from nmderive.calculus.symbols import M, S, T


def over_own_logit(expr: Expr) -> Expr:
    """Return an equal expression in which t_ij log(x) is t_ij (s_ij + log(x e^(-s_ij))), x a sum of exponentials."""
    if not expr.has(S) or isinstance(expr, Indexed):
        return expr
    if isinstance(expr, IndexedOperator):
        body, conditions = expr.open(expr.bound)
        return expr.func(over_own_logit(body), expr.bound, expr.domain, *conditions)
    if isinstance(expr, Mul):
        labels = [f for f in expr.args if isinstance(f, Indexed) and f.base == T]
        if len(labels) == 1:
            own = S[labels[0].indices]
            return Mul(*(f if f is labels[0] else _over(f, own) for f in expr.args))
    return expr.func(*(over_own_logit(a) if isinstance(a, Expr) else a for a in expr.args))


def _over(expr: Expr, own: Expr) -> Expr:
    """Return the expression with its logarithms of sums of exponentials taken over e^own, linear terms collected."""
    if isinstance(expr, Add):
        return Add(*(_over(a, own) for a in expr.args))
    if isinstance(expr, Mul):
        return Mul(*(_over(a, own) for a in expr.args)).expand() if expr.has(log) else expr
    if isinstance(expr, IndexSum):
        body, conditions = expr.open(expr.bound)
        parts = Add.make_args(_over(body, own))
        return Add(*(IndexSum(part, expr.bound, expr.domain, *conditions) for part in parts))
    if isinstance(expr, log) and expr.args[0].has(exp):
        return own + log(_divided(expr.args[0], own))
    return expr


def _divided(expr: Expr, own: Expr) -> Expr:
    if isinstance(expr, Add):
        return Add(*(_divided(a, own) for a in expr.args))
    if isinstance(expr, IndexSum):
        body, conditions = expr.open(expr.bound)
        inner, letter = _divided(body, own), own.indices[-1]
        at_own = inner.xreplace({expr.bound: letter})
        if expr.domain == M and not conditions and isinstance(letter, Symbol) and not at_own.has(S):
            return at_own + IndexSum(inner, expr.bound, M, Ne(expr.bound, letter))
        return expr.func(inner, expr.bound, expr.domain, *conditions)
    if isinstance(expr, Mul):
        head = next((f for f in expr.args if isinstance(f, IndexSum | exp)), None)
        if head is not None:
            return Mul(*(f for f in expr.args if f is not head), _divided(head, own))
    return exp(expr.args[0] - own) if isinstance(expr, exp) else expr * exp(-own)


__all__ = ["over_own_logit"]
