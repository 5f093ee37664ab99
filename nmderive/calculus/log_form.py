"""Write a loss as a sum of logarithms: log of a product becomes a sum of logs, products are multiplied out.

``-t log(exp(s)/X)`` becomes ``-t s + t log(X)``: the form in which convexity can be read off.
"""

from __future__ import annotations

from sympy import Add, Expr, Indexed, Mul, Pow, exp, log

from nmderive.calculus.sums import IndexProduct, IndexSum
from nmderive.calculus.symbols import S


def log_form(expr: Expr) -> Expr:
    """Return an equal expression with logarithms of products split, wherever both are defined."""
    if isinstance(expr, Add):
        return Add(*(log_form(a) for a in expr.args))
    if isinstance(expr, IndexSum):
        parts = Add.make_args(log_form(expr.body))
        return Add(*(IndexSum(part, expr.bound, expr.domain, *expr.conditions) for part in parts))
    if isinstance(expr, Mul):
        return _distributed(expr)
    if isinstance(expr, log):
        return _split(expr.args[0])
    return expr


def without_products(expr: Expr) -> Expr:
    """Return an equal expression in which logarithms of products over an index are sums of logarithms.

    ``log prod_j p_j^t_j`` becomes ``sum_j t_j log p_j``; quotients stay together, so that margins can be read off.
    """
    if not expr.args or isinstance(expr, Indexed) or not expr.has(IndexProduct):
        return expr
    if isinstance(expr, log):
        return Add(*(_of_factor(f) for f in Mul.make_args(expr.args[0])))
    return expr.func(*(without_products(a) if isinstance(a, Expr) else a for a in expr.args))


def _of_factor(factor: Expr) -> Expr:
    """Return the logarithm of a factor, that of a product over an index as a sum."""
    if isinstance(factor, IndexProduct):
        inner = without_products(log(factor.body))
        if isinstance(factor.body, Pow) and not factor.body.exp.has(S):
            inner = factor.body.exp * without_products(log(factor.body.base))
        return IndexSum(inner, factor.bound, factor.domain, *factor.conditions)
    if isinstance(factor, Pow) and isinstance(factor.base, IndexProduct) and not factor.exp.has(S):
        return factor.exp * _of_factor(factor.base)
    return log(factor)


def _distributed(expr: Mul) -> Expr:
    constant = Mul(*(a for a in expr.args if not a.has(S)))
    varying = [a for a in expr.args if a.has(S)]
    if len(varying) != 1:
        return expr
    return Add(*(_scaled(constant, part) for part in Add.make_args(log_form(varying[0]))))


def _scaled(constant: Expr, part: Expr) -> Expr:
    """Return constant * part with the constant inside part's sums, where signs meet and cancel."""
    if isinstance(part, IndexSum):
        return IndexSum(_scaled(constant, part.body), part.bound, part.domain, *part.conditions)
    return constant * part


def _split(argument: Expr) -> Expr:
    if isinstance(argument, Mul):
        return Add(*(_split(a) for a in argument.args))
    if isinstance(argument, Pow) and not argument.exp.has(S):
        return _distributed(Mul(argument.exp, log(argument.base), evaluate=False))
    if isinstance(argument, exp):
        return argument.args[0]
    if isinstance(argument, IndexProduct):
        inner = _split(argument.body)
        return Add(*(
            IndexSum(part, argument.bound, argument.domain, *argument.conditions) for part in Add.make_args(inner)
        ))
    return log(argument)
