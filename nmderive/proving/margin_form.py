"""Write -log of a softmax as log(1 + sum of exponentials): log(sum_k w_k e^(s_k) / e^(s_j)) by its margins.

This is equation (1) of the article read from left to right; the logarithms then hold a positive constant, which
is what the arguments about infima and existence need.
"""

from __future__ import annotations

from sympy import Add, Expr, Integer, Mul, Ne, Symbol, exp, log

from nmderive.calculus.expansion import expanded
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
        return expanded(weight) * Mul(*(_margins(a, depth) for a in expr.args if a.has(S)))
    if isinstance(expr, Add):
        return expr.func(*(_margins(a, depth) for a in expr.args))
    return expr


def _quotient(argument: Expr, depth: int) -> Expr | None:
    """Return log of the argument where it is c exp(a) X or c exp(a) / X, X a sum that holds exp(-a), or exp(a)."""
    mirrored = _one_minus_sigmoid(argument)
    if mirrored is not None:
        return -log(1 + mirrored)
    factors = Mul.make_args(argument)
    plain = Mul(*(f for f in factors if not f.has(S)))
    varying = [f for f in factors if f.has(S)]
    for factor in varying:
        base, power = factor.as_base_exp()
        if power not in (1, -1) or isinstance(factor, exp):
            continue
        rest = Mul(*(f for f in varying if f is not factor))
        for own, weight in ((rest**-power, plain), ((plain * rest) ** -power, Integer(1))):
            margins = over_term(Add.make_args(base), own, depth)
            if margins is not None:
                return (log(weight) if weight != 1 else 0) + power * log(margins)
    return None


def _one_minus_sigmoid(argument: Expr) -> Expr | None:
    """Return 1/E where the argument is 1 - 1/(1 + E), E an exponential: it is 1/(1 + 1/E)."""
    rest = 1 / (1 - argument)
    if isinstance(rest, Add):
        own = rest - 1
        if isinstance(own, exp):
            return exp(-own.args[0])
    return None


def over_term(terms: tuple[Expr, ...], own: Expr, depth: int) -> Expr | None:
    """Return (sum of terms)/own, where own, up to a factor without logits, is one of the terms or in one of them."""
    for position, term in enumerate(terms):
        others = [_divided(t, own, depth) for p, t in enumerate(terms) if p != position]
        ratio = _ratio(term, own)
        if not ratio.has(S):
            return Add(ratio, *others)
        if isinstance(term, IndexSum) and term.domain == M and not term.conditions:
            found = _letter_of(term, own)
            if found is not None:
                letter, weight = found
                bound = index(f"q{depth}")
                body, _ = term.open(bound)
                return Add(weight, IndexSum(_ratio(body, own), bound, M, Ne(bound, letter)), *others)
    return None


def _letter_of(term: IndexSum, own: Expr) -> tuple[Symbol, Expr] | None:
    """Return the index at which a summand is ``own`` up to a factor without logits, and that factor."""
    for letter in sorted((f for f in own.free_symbols if getattr(f, "is_Symbol", False) and f.is_integer), key=str):
        if letter not in (M, N):
            weight = _ratio(term.open(letter)[0], own)
            if not weight.has(S):
                return letter, weight
    return None


def _divided(term: Expr, own: Expr, depth: int) -> Expr:
    if isinstance(term, IndexSum):
        bound = index(f"q{depth}")
        body, conditions = term.open(bound)
        return IndexSum(_ratio(body, own), bound, term.domain, *conditions)
    return _ratio(term, own)


def _ratio(term: Expr, own: Expr) -> Expr:
    """Return the quotient with its exponentials merged into one."""
    factors = [*Mul.make_args(term), *(1 / f for f in Mul.make_args(own))]
    exponent = Add(*(f.args[0] for f in factors if isinstance(f, exp)))
    return Mul(*(f for f in factors if not isinstance(f, exp))) * exp(exponent)


__all__ = ["margin_form", "over_term"]
