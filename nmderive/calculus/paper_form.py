r"""Rearrange an expression as a paper would print it, without changing its value.

Signs and factors that do not depend on a bound index move out of its sum, exponentials split for it:
``sum_k -t_ij exp(s_ik - s_ij)`` becomes ``-t_ij exp(-s_ij) sum_k exp(s_ik)``.
"""

from __future__ import annotations

from sympy import Add, Expr, Mul, Pow, exp

from nmderive.calculus.sums import IndexSum


def paper_form(expr: Expr) -> Expr:
    """Return ``expr`` with factors pulled out of sums; the value stays the same."""
    if not expr.args:
        return expr
    if isinstance(expr, IndexSum):
        return _pulled(paper_form(expr.body), expr)
    # A denominator is an argument of the loss's logs: it stays as the reader knows it.
    if isinstance(expr, Pow) and expr.exp.is_negative:
        return expr
    if expr.has(IndexSum):
        return expr.func(*(paper_form(a) for a in expr.args))
    return expr


def _pulled(body: Expr, template: IndexSum) -> Expr:
    inside, outside = [], []
    for factor in Mul.make_args(body):
        free, bound = _split(factor, template)
        outside.append(free)
        inside.append(bound)
    rest = Mul(*inside)
    summed = IndexSum(rest, template.bound, template.domain, *template.conditions)
    front = Mul(*outside)
    if front == 1:
        return summed
    return Mul(front, summed, evaluate=not front.is_Rational or not isinstance(summed, Add))


def _split(factor: Expr, template: IndexSum) -> tuple[Expr, Expr]:
    """Return (part without the bound index, the rest)."""
    one = Mul()
    if not factor.has(template.bound):
        return factor, one
    if isinstance(factor, exp):
        terms = Add.make_args(factor.args[0])
        free = [a for a in terms if not a.has(template.bound)]
        bound = [a for a in terms if a.has(template.bound)]
        if free and len(bound) == 1:
            return exp(Add(*free)), exp(Add(*bound))
    return one, factor
