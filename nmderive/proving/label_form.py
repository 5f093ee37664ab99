"""Write a row's log-sum-exp beside its labelled logits as cross-entropy, using that the row's labels sum to one.

``log Z - sum_j t_j a_j`` is ``-sum_j t_j log(exp(a_j) / Z)``, from which margins can be read off.
"""

from __future__ import annotations

from sympy import Add, Expr, Indexed, Mul, exp, log

from nmderive.calculus.sums import IndexSum
from nmderive.calculus.symbols import M, N, S, T, index

_ROW, _CLASS = index("rl"), index("cl")


def label_form(expr: Expr) -> Expr | None:
    """Return the loss as cross-entropy and what remains, equal where rows of labels sum to one; None if not so made."""
    rows, others = [], []
    for term in Add.make_args(expr):
        weight, body = term.as_coeff_Mul()
        if isinstance(body, IndexSum) and body.domain == N and not body.conditions:
            opened = (weight * body.open(_ROW)[0]).expand()
            rows += Add.make_args(opened)
        else:
            others.append(term)
    if rows:
        inner = _one_row(rows)
        return None if inner is None else IndexSum(inner, _ROW, N) + Add(*others)
    return _one_row(others)


def _one_row(terms: list[Expr]) -> Expr | None:
    """Return the row with its first log-sum-exp under the labels."""
    linear = [t for t in terms if _labelled(t) is not None]
    totals = [t for t in terms if isinstance(t, log) and t.has(S) and not t.has(T)]
    if not linear or not totals:
        return None
    total = totals[0]
    exponent = -Add(*(_labelled(t) or 0 for t in linear))
    label = next(a for a in linear[0].atoms(Indexed) if a.base == T)
    place = T[(*label.indices[:-1], _CLASS)]
    rest = Add(*(t for t in terms if t is not total and t not in linear))
    return rest - IndexSum(place * log(exp(exponent) / total.args[0]), _CLASS, M)


def _labelled(term: Expr) -> Expr | None:
    """Return a_j where the term is sum_j t_j a_j with a_j linear in one logit; None otherwise."""
    weight, body = term.as_coeff_Mul()
    if not isinstance(body, IndexSum) or body.domain != M or body.conditions:
        return None
    inner, _ = body.open(_CLASS)
    factors = Mul.make_args(inner)
    labels = [f for f in factors if isinstance(f, Indexed) and f.base == T and f.indices[-1] == _CLASS]
    logits = [f for f in factors if f.has(S)]
    if len(labels) != 1 or len(logits) != 1 or not isinstance(logits[0], Indexed):
        return None
    return weight * Mul(*(f for f in factors if f is not labels[0]))
