r"""What a paper writes shorter: labels that sum to one, sigmoids folded, factors that all terms share in front.

The values stay the same for labels that sum to one over the classes, as those of a row do (docs/semantics.md).
"""

from __future__ import annotations

from sympy import (
    Add,
    Expr,
    Function,
    Indexed,
    Integer,
    Mul,
    Pow,
    Rational,
    Symbol,
    exp,
    expand_mul,
    igcd,
    ilcm,
    powsimp,
)

from nmderive.calculus.in_probabilities import P
from nmderive.calculus.sums import IndexSum
from nmderive.calculus.symbols import M, N, S, T


class sigma(Function):  # type: ignore[misc]  # noqa: N801 - a function is printed by its name
    """The sigmoid, for printing."""

    is_positive = True


def with_whole_rows(expr: Expr, has_columns: bool = False) -> Expr:
    """Return the expression with the sum of a row of labels as 1, and that of a column where ``has_columns``."""
    if not expr.args or isinstance(expr, Indexed):
        return expr
    if isinstance(expr, IndexSum) and expr.domain == M and not expr.conditions:
        body = expr.body
        whole = _affine_in_labels(body, expr.bound)
        if whole is not None:
            return whole
    if has_columns and isinstance(expr, IndexSum) and expr.domain == N and not expr.conditions:
        body = expr.body
        if isinstance(body, Indexed) and body.base == T and body.indices[0] == expr.bound:
            return Integer(1)
    changed = [with_whole_rows(a, has_columns) for a in expr.args]
    return expr if all(a is b for a, b in zip(changed, expr.args, strict=True)) else expr.func(*changed)


def _affine_in_labels(body: Expr, bound: Symbol) -> Expr | None:
    """Return m a + b for the sum over a row of a + b t_ij, where a and b hold no class; None for other bodies."""
    front = Mul(*(f for f in Mul.make_args(body) if not f.has(bound)))
    total: Expr = Integer(0)
    for term in Add.make_args(Mul(*(f for f in Mul.make_args(body) if f.has(bound)))):
        labels = [f for f in Mul.make_args(term) if isinstance(f, Indexed) and f.base == T and f.indices[-1] == bound]
        rest = Mul(*(f for f in Mul.make_args(term) if f not in labels))
        if len(labels) > 1 or rest.has(bound) or any(bound in f.indices[:-1] for f in labels):
            return None
        total += rest if labels else M * rest
    return front * total if total.has(T) or body.has(T) else None


def with_sigmoids(expr: Expr, has_probabilities: bool) -> Expr:
    """Return the expression with 1/(1 + e^-x) as the sigmoid of x, which is p_i at a logit s_i where p is in use."""
    if not expr.args or isinstance(expr, Indexed):
        return expr
    if isinstance(expr, Mul | Pow):  # Before what is inside, so that e^x/(1 + e^x) is found as one.
        expr = _folded(expr, has_probabilities)
        if not expr.args or isinstance(expr, Indexed):
            return expr
    changed = [with_sigmoids(a, has_probabilities) for a in expr.args]
    if all(a is b for a, b in zip(changed, expr.args, strict=True)):
        return expr
    return powsimp(Mul(*changed), combine="exp") if isinstance(expr, Mul) else expr.func(*changed)


def _folded(expr: Expr, has_probabilities: bool) -> Expr:
    """Fold e^x/(1 + e^x) and 1/(1 + e^x) among the factors of a product."""
    factors = list(Mul.make_args(expr))
    for k, factor in enumerate(factors):
        if not isinstance(factor, Pow) or not factor.exp.could_extract_minus_sign():
            continue
        exponent = _softplus_exponent(factor.base)
        if exponent is None:
            continue
        count = -factor.exp
        fold = _sigmoid(-exponent, has_probabilities) ** count
        for at, other in enumerate(factors):
            if isinstance(other, exp) and at != k and (other.args[0] / exponent).is_Integer:
                power = other.args[0] / exponent
                if power > 0 and (not count.is_Integer or power <= count):
                    fold = _sigmoid(exponent, has_probabilities) ** power * _sigmoid(
                        -exponent, has_probabilities) ** (count - power)
                    factors[at] = Integer(1)
        factors[k] = fold
    return powsimp(Mul(*factors), combine="exp")


def _softplus_exponent(base: Expr) -> Expr | None:
    """Return x of 1 + e^x."""
    if isinstance(base, Add) and len(base.args) == 2 and Integer(1) in base.args:
        other = next(a for a in base.args if a != 1)
        return other.args[0] if isinstance(other, exp) else None
    return None


def _sigmoid(x: Expr, has_probabilities: bool) -> Expr:
    if has_probabilities and isinstance(x, Indexed) and x.base == S:
        return P[x.indices]
    if has_probabilities and isinstance(-x, Indexed) and (-x).base == S:
        return 1 - P[(-x).indices]
    return sigma(x)


def with_factors_in_front(expr: Expr) -> Expr:
    """Return a sum with everything that all its terms share in front: p_ij (delta_jk - p_ik)."""
    expr = Add(*(expand_mul(t, deep=False) for t in Add.make_args(expr)))
    if not isinstance(expr, Add):
        return expr
    parts = [t.as_coeff_Mul() for t in expr.args]
    powers = [dict(rest.as_powers_dict()) for _, rest in parts]
    numbers = [c for c, _ in parts]
    front: Expr = Integer(1)
    if all(c.is_Rational for c in numbers):
        front = Rational(igcd(*(c.p for c in numbers)), ilcm(*(c.q for c in numbers)))
    for base in powers[0]:
        shared = [p.get(base, Integer(0)) for p in powers]
        if all(p == shared[0] for p in shared):
            front *= base ** shared[0]
        elif all(p.is_Rational for p in shared) and (min(shared) > 0 or max(shared) < 0):
            front *= base ** (min(shared) if min(shared) > 0 else max(shared))
    return expr if front == 1 else Mul(front, Add(*(t / front for t in expr.args)), evaluate=not front.is_Rational)


def with_common_factor(expr: Expr) -> Expr:
    """Return a sum with the sizes and parameters that divide or multiply all its terms in front: (p - t)/n."""
    if not isinstance(expr, Add):
        return expr
    terms = [dict(t.as_powers_dict()) for t in expr.args]
    front = Integer(1)
    for base in terms[0]:
        powers = [t.get(base, Integer(0)) for t in terms]
        is_plain = not base.is_number and not base.has(Indexed, IndexSum)
        if is_plain and all(p.is_Integer for p in powers) and (min(powers) > 0 or max(powers) < 0):
            front *= base ** (min(powers) if min(powers) > 0 else max(powers))
    return expr if front == 1 else Mul(front, Add(*(t / front for t in expr.args)))


__all__ = ["sigma", "with_common_factor", "with_factors_in_front", "with_sigmoids", "with_whole_rows"]
