"""Logarithms of sums over what the label that they stand beside has in them: log(sum_k w_k e^(s_k - s_j) / w_j).

``t_j log(x)`` becomes ``t_j (log(own) + log(x / own))``, own the term of x at the label's class: the logarithm then
holds a 1 and what is positive, and terms such as ``- s_j`` beside it cancel.
"""

from __future__ import annotations

from sympy import Add, Expr, Indexed, Integer, Mul, Ne, Symbol, exp, expand_log, log

from nmderive.calculus.expansion import expanded
from nmderive.calculus.sums import IndexedOperator, IndexSum
from nmderive.calculus.symbols import M, S, T
from nmderive.structure.canonical import P


def over_own_logit(expr: Expr) -> Expr:
    """Return an equal expression with the logarithms beside a label over what that label's class has in them."""
    if not expr.has(S, P) or isinstance(expr, Indexed):
        return expr
    if isinstance(expr, IndexedOperator):
        body, conditions = expr.open(expr.bound)
        return expr.func(over_own_logit(body), expr.bound, expr.domain, *conditions)
    if isinstance(expr, Mul):
        labels = [f for f in expr.args if isinstance(f, Indexed) and f.base == T]
        if len(labels) == 1:
            place = tuple(labels[0].indices)
            return Mul(*(f if f is labels[0] else _over(f, place) for f in expr.args))
    return expr.func(*(over_own_logit(a) if isinstance(a, Expr) else a for a in expr.args))


def _over(expr: Expr, place: tuple[Expr, ...]) -> Expr:
    """Return the expression with its logarithms over their own terms, what then meets collected."""
    if isinstance(expr, Add):
        return Add(*(_over(a, place) for a in expr.args))
    if isinstance(expr, Mul):
        return Mul(*(_over(a, place) for a in expr.args)).expand() if expr.has(log) else expr
    if isinstance(expr, IndexSum):
        body, conditions = expr.open(expr.bound)
        parts = Add.make_args(_over(body, place))
        return Add(*(IndexSum(part, expr.bound, expr.domain, *conditions) for part in parts))
    if isinstance(expr, log) and expr.args[0].has(exp):
        own = _own_term(expr.args[0], place)
        return _log(own) + log(_divided(expr.args[0], own, place[-1]))
    return expr


def _log(own: Expr) -> Expr:
    """Return the logarithm of a product of positive factors and exponentials as a sum."""
    return Add(*(f.args[0] if isinstance(f, exp) else expand_log(log(f)) for f in Mul.make_args(own)))


def _own_term(argument: Expr, place: tuple[Expr, ...]) -> Expr:
    """Return the term of the label's class: that of a sum over classes, one that stands alone, or else e^(s_ij)."""
    for term in Add.make_args(argument):
        own = term
        if isinstance(term, IndexSum) and term.domain == M and not term.conditions:
            own = term.body.xreplace({term.bound: place[-1]})
        elif isinstance(term, IndexSum):
            continue
        entries = {e for e in own.atoms(Indexed) if e.base in (S, P)}
        if own.has(exp) and entries and all(tuple(e.indices) == place for e in entries) and _is_positive(own):
            return own
    return exp(S[place])


def _is_positive(own: Expr) -> bool:
    return all(isinstance(f, exp) or bool(f.is_positive) for f in Mul.make_args(own))


def _divided(expr: Expr, own: Expr, letter: Expr) -> Expr:
    if isinstance(expr, Add):
        return Add(*(_divided(a, own, letter) for a in expr.args))
    if isinstance(expr, IndexSum):
        body, conditions = expr.open(expr.bound)
        inner = _divided(body, own, letter)
        at_own = inner.xreplace({expr.bound: letter})
        if expr.domain == M and not conditions and isinstance(letter, Symbol) and not at_own.has(S, P):
            return at_own + IndexSum(inner, expr.bound, M, Ne(expr.bound, letter))
        return expr.func(inner, expr.bound, expr.domain, *conditions)
    if isinstance(expr, Mul):
        head = next((f for f in expr.args if isinstance(f, IndexSum)), None)
        if head is not None:
            return Mul(*(f for f in expr.args if f is not head), _divided(head, own, letter))
    return _merged(expr / own)


def _merged(quotient: Expr) -> Expr:
    """Return the product with its exponentials as one."""
    factors = Mul.make_args(quotient)
    exponent = Add(*(f.args[0] for f in factors if isinstance(f, exp)), Integer(0))
    return Mul(*(f for f in factors if not isinstance(f, exp))) * exp(expanded(exponent))


__all__ = ["over_own_logit"]
