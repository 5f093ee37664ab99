"""Write -log of a softmax as log(1 + sum of exponentials): log(sum_k e^(s_k) / e^(s_j)) by its margins.

This is equation (1) of the article read from left to right; the logarithms then hold a positive constant, which
is what the arguments about infima and existence need.
"""

from __future__ import annotations

from sympy import Add, Expr, Mul, Ne, Pow, Symbol, exp, log

from nmderive.calculus.sums import IndexedOperator, IndexSum
from nmderive.calculus.symbols import M, N, S, index


def margin_form(expr: Expr) -> Expr:
    """Return an equal expression with logs of softmax quotients written by margins, wherever both are defined."""
    return _margins(expr, 0)


def _margins(expr: Expr, depth: int) -> Expr:
    if not expr.has(S):
        return expr
    if isinstance(expr, IndexedOperator):
        letter = index(f"{'r' if expr.domain == N else 'c'}{depth}")
        body, conditions = expr.open(letter)
        return expr.func(_margins(body, depth + 1), letter, expr.domain, *conditions)
    if isinstance(expr, log):
        found = _quotient(expr.args[0], depth)
        return expr if found is None else found
    if isinstance(expr, Mul):
        weight = Mul(*(a for a in expr.args if not a.has(S)))
        return weight.expand() * Mul(*(_margins(a, depth) for a in expr.args if a.has(S)))
    if isinstance(expr, Add):
        return expr.func(*(_margins(a, depth) for a in expr.args))
    return expr


def _quotient(argument: Expr, depth: int) -> Expr | None:
    """Return log of the argument where it is c * exp(a)^p / X^p, X a sum over classes with exp(a) among its terms."""
    mirrored = _one_minus_sigmoid(argument)
    if mirrored is not None:
        return -log(1 + mirrored)
    factors = Mul.make_args(argument)
    for position, factor in enumerate(factors):
        base, power = factor.as_base_exp()
        if isinstance(factor, Pow) and power == -1:
            rest = Mul(*factors[:position], *factors[position + 1 :])
            terms = Add.make_args(base)
            margins = _over_term(terms, rest, depth)
            if margins is not None:
                return -log(1 + margins)
    return None


def _one_minus_sigmoid(argument: Expr) -> Expr | None:
    """Return 1/E where the argument is 1 - 1/(1 + E), E an exponential: it is 1/(1 + 1/E)."""
    rest = 1 / (1 - argument)
    if isinstance(rest, Add):
        own = rest - 1
        if isinstance(own, exp):
            return exp(-own.args[0])
    return None


def _over_term(terms: tuple[Expr, ...], own: Expr, depth: int) -> Expr | None:
    """Return (sum of terms)/own - 1, where one of the terms, or one of the summands of one, is ``own``."""
    for position, term in enumerate(terms):
        others = [_divided(t, own, depth) for p, t in enumerate(terms) if p != position]
        if term == own:
            return Add(*others)
        if isinstance(term, IndexSum) and term.domain == M and not term.conditions and isinstance(own, exp):
            letter = _letter_of(term, own)
            if letter is not None:
                bound = index(f"q{depth}")
                body, _ = term.open(bound)
                return Add(IndexSum(_ratio(body, own), bound, M, Ne(bound, letter)), *others)
    return None


def _letter_of(term: IndexSum, own: Expr) -> Symbol | None:
    for letter in sorted((f for f in own.free_symbols if getattr(f, "is_Symbol", False) and f.is_integer), key=str):
        if letter not in (M, N) and term.open(letter)[0] == own:
            return letter
    return None


def _divided(term: Expr, own: Expr, depth: int) -> Expr:
    if isinstance(term, IndexSum):
        bound = index(f"q{depth}")
        body, conditions = term.open(bound)
        return IndexSum(_ratio(body, own), bound, term.domain, *conditions)
    return _ratio(term, own)


def _ratio(term: Expr, own: Expr) -> Expr:
    if isinstance(term, exp) and isinstance(own, exp):
        return exp(term.args[0] - own.args[0])
    return term / own


__all__ = ["margin_form"]
