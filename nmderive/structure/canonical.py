"""The one form that equal spellings of a loss share, and the same as a function of p = softmax(s)."""

from __future__ import annotations

from functools import lru_cache

from sympy import Expr, Indexed, IndexedBase, Integer, Mul, exp, log

from nmderive.budget import limited
from nmderive.calculus.normal_form import normal_form, on_simplex, reduced, to_expression, without_kinks
from nmderive.calculus.substitute import substitute_array
from nmderive.calculus.sums import IndexedOperator, IndexSum
from nmderive.calculus.symbols import M, S, T, array, index
from nmderive.errors import NmderiveError
from nmderive.losses.loss import Loss

#: p_ij = softmax(s)_ij: positive, and the p of a row sum to one.
P = array("p", "positive")
_STEPS = 6_000
_TIMES = 3


@lru_cache(maxsize=256)
def canonical(loss: Loss) -> Expr | None:
    """Return the loss as the normal form writes it, rows of labels summing to one; None where that is too long."""
    if loss.has_undefined_functions:
        return None
    return _settled(loss.expr, loss)


@lru_cache(maxsize=256)
def in_probabilities(loss: Loss) -> Expr | None:
    """Return l at s = log(p)/c, rows of p summing to one: a function of p = softmax(c s) where shifts change nothing.

    None where a row is no distribution over classes, or the formula is too long. That l is this function of
    p = softmax(s) is for the user of the form to show.
    """
    plain = canonical(loss) if M in loss.shape else None
    if plain is None:
        return None
    scale = scale_of(plain)
    found = _settled(substitute_array(plain, S, loss.indices, log(P[loss.indices]) / scale), loss)
    return None if found is None else _settled(rows_to_one(rows_to_one(found, P), T), loss)


def scale_of(expr: Expr) -> Expr:
    """Return c where sum_k e^(c s_ik) occurs, so that p is softmax(c s); 1 where there is no such sum, or several."""
    scales = set()
    for total in expr.atoms(IndexSum):
        body = total.body
        if total.domain == M and not total.conditions and isinstance(body, exp):
            weight, entry = body.args[0].as_independent(S, as_Add=False)
            if isinstance(entry, Indexed) and entry.indices[-1] == total.bound:
                scales.add(weight)
    return scales.pop() if len(scales) == 1 else Integer(1)


def _settled(expr: Expr, loss: Loss) -> Expr | None:
    """Return the normal form as an expression that it no longer changes: a reduction may leave logs to split."""
    try:
        with limited(steps=_STEPS):
            for _ in range(_TIMES):
                poly = reduced(normal_form(expr))
                poly = without_kinks(poly) or poly
                found = to_expression(on_simplex(on_simplex(poly, "p")) if M in loss.shape else poly)
                if found == expr:
                    break
                expr = found
    except NmderiveError:
        return None
    return expr


def rows_to_one(expr: Expr, base: IndexedBase) -> Expr:
    """Return an equal expression, for rows of ``base`` that sum to one: sum_k x p_ik is x where x does not hold k."""
    if not expr.args or isinstance(expr, Indexed) or not expr.has(base):
        return expr
    if not isinstance(expr, IndexedOperator):
        return expr.func(*(rows_to_one(a, base) if isinstance(a, Expr) else a for a in expr.args))
    letter = index(f"o{expr.bound.name.lstrip('_')}")
    body, conditions = expr.open(letter)
    body = rows_to_one(body, base)
    if isinstance(expr, IndexSum) and expr.domain == M and not conditions:
        rest = _without_entry(body, letter, base)
        if rest is not None:
            return rest
    return expr.func(body, letter, expr.domain, *conditions)


def _without_entry(body: Expr, letter: Expr, base: IndexedBase) -> Expr | None:
    """Return sum_letter body where one entry of a row alone holds the letter, also under sums over other indices."""
    if isinstance(body, IndexSum) and not any(letter in c.free_symbols for c in body.conditions):
        own = index(f"w{body.bound.name.lstrip('_')}")
        inner, conditions = body.open(own)
        rest = _without_entry(inner, letter, base)
        return None if rest is None else IndexSum(rest, own, body.domain, *conditions)
    factors = Mul.make_args(body)
    holding = [f for f in factors if f.has(letter)]
    if len(holding) != 1:
        return None
    entry = holding[0]
    if isinstance(entry, IndexSum) and entry is not body:
        rest = _without_entry(entry, letter, base)
    elif isinstance(entry, Indexed) and entry.base == base and entry.indices[-1] == letter \
            and letter not in entry.indices[:-1]:
        rest = Mul()
    else:
        return None
    return None if rest is None else Mul(*(f for f in factors if f is not entry), rest)


__all__ = ["P", "canonical", "in_probabilities", "rows_to_one", "scale_of"]
