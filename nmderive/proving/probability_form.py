"""Write softmax probabilities as p_j = (1 + sum_{k != j} exp(s_k - s_j))^(-1), which shows that p_j <= 1."""

from __future__ import annotations

from sympy import Add, Expr, Indexed, Integer, Mul, Pow, exp

from nmderive.calculus.sums import IndexedOperator, IndexSum
from nmderive.calculus.symbols import M, N, S, T, index
from nmderive.proving.margin_form import over_term


def probability_form(expr: Expr) -> Expr:
    """Return an equal expression, for labels whose rows sum to one, in which softmax quotients are inverses."""
    return _written(expr, 0)


def _written(expr: Expr, depth: int) -> Expr:
    if not expr.has(S) or isinstance(expr, Indexed):
        return expr
    if isinstance(expr, IndexedOperator):
        letter = index(f"{'u' if expr.domain == N else 'v'}{depth}")
        body, conditions = expr.open(letter)
        return expr.func(_written(body, depth + 1), letter, expr.domain, *conditions)
    if isinstance(expr, Add):
        return _mean_of_complements(Add(*(_written(a, depth) for a in expr.args)))
    if isinstance(expr, Mul):
        quotient = _quotient(expr, depth)
        return expr.func(*(_written(a, depth) for a in expr.args)) if quotient is None else quotient
    return expr.func(*(_written(a, depth) for a in expr.args))


def _quotient(expr: Mul, depth: int) -> Expr | None:
    """Return the product with exp(c a) X^(-c) as (X / exp(a))^(-c), None where there is no such pair."""
    for bottom in expr.args:
        if not isinstance(bottom, Pow) or not isinstance(bottom.base, IndexSum | Add) or bottom.exp.has(S):
            continue
        for top in expr.args:
            if not isinstance(top, exp):
                continue
            own = exp((top.args[0] / -bottom.exp).expand())
            margins = over_term(Add.make_args(bottom.base), own, depth)
            if margins is not None:
                rest = Mul(*(a for a in expr.args if a is not top and a is not bottom))
                return Pow(margins, bottom.exp) * _written(rest, depth)
    return None


def _mean_of_complements(expr: Expr) -> Expr:
    """Return 1 - sum_j t_ij x_j as sum_j t_ij (1 - x_j)."""
    if not isinstance(expr, Add) or Integer(1) not in expr.args:
        return expr
    for term in expr.args:
        weight, body = term.as_coeff_Mul()
        if weight == -1 and isinstance(body, IndexSum) and body.domain == M and not body.conditions:
            letter = index("w")
            inner, _ = body.open(letter)
            labels = [f for f in Mul.make_args(inner) if isinstance(f, Indexed) and f.base == T]
            if len(labels) == 1 and labels[0].indices[-1] == letter:
                share = Mul(*(f for f in Mul.make_args(inner) if f is not labels[0]))
                rest = Add(*(a for a in expr.args if a != 1 and a is not term))
                return rest + IndexSum(labels[0] * (1 - share), letter, M)
    return expr
