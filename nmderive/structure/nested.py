"""Write products of sums as sums: (sum_i a_i) (sum_k b_k) becomes sum_i sum_k a_i b_k, every sum kept whole."""

from __future__ import annotations

from sympy import Add, Expr, Mul, Pow, exp, log

from nmderive.calculus.sums import IndexedOperator, IndexSum
from nmderive.calculus.symbols import N, S, index
from nmderive.errors import UnsupportedError

_LIMIT = 400


def nested(expr: Expr) -> Expr:
    """Return an equal expression in which no two sums that hold logits are multiplied, nor raised to a whole power."""
    return _nested(expr, [0])


def _nested(expr: Expr, count: list[int]) -> Expr:
    if not expr.has(S):
        return expr
    if isinstance(expr, IndexedOperator):
        letter = _letter(expr, count)
        body, conditions = expr.open(letter)
        return expr.func(_nested(body, count), letter, expr.domain, *conditions)
    if isinstance(expr, log):
        return log(_multiplied(expr.args[0], count))
    if isinstance(expr, Mul) and sum(a.has(S) for a in expr.args) > 1:
        return _multiplied(expr, count)
    if isinstance(expr, Add | Mul):
        return expr.func(*(_nested(a, count) for a in expr.args))
    return expr


def _letter(expr: IndexedOperator, count: list[int]) -> Expr:
    count[0] += 1
    if count[0] > _LIMIT * 20:
        raise UnsupportedError("too many sums to multiply out")
    return index(f"{'r' if expr.domain == N else 'c'}{count[0]}")


def _multiplied(expr: Expr, count: list[int]) -> Expr:
    """Return the argument of a logarithm with its products of sums nested."""
    if isinstance(expr, Add):
        return Add(*(_multiplied(a, count) for a in expr.args))
    if isinstance(expr, Pow) and expr.exp.is_Integer and 1 < expr.exp <= 4 and expr.base.has(S):
        return _product([expr.base] * int(expr.exp), count)
    if isinstance(expr, Mul):
        return _product(list(expr.args), count)
    return expr


def _product(factors: list[Expr], count: list[int]) -> Expr:
    """Multiply sums and additions that hold logits, the binders of each under letters of their own."""
    factors = [x for f in factors for x in _powers(f)]
    for position, factor in enumerate(factors):
        rest = factors[:position] + factors[position + 1 :]
        others = [f for f in rest if f.has(S) and not isinstance(f, exp)]
        if not others or not factor.has(S) or isinstance(factor, exp):
            continue
        if isinstance(factor, IndexSum):
            letter = _letter(factor, count)
            body, conditions = factor.open(letter)
            return IndexSum(_product([body, *rest], count), letter, factor.domain, *conditions)
        if isinstance(factor, Add):
            return Add(*(_product([term, *rest], count) for term in factor.args))
        if isinstance(factor, Mul):
            return _product([*factor.args, *rest], count)
    return Mul(*factors)


def _powers(factor: Expr) -> list[Expr]:
    """Return a small whole power of something with logits as that many factors."""
    if isinstance(factor, Pow) and factor.exp.is_Integer and 1 < factor.exp <= 4 and factor.base.has(S):
        return [factor.base] * int(factor.exp)
    return [factor]
