r"""A function of p = softmax(s) written in logits: by the quotient itself, or by margins.

By margins, p_j = 1/(1 + sum_{k != j} e^(s_k - s_j)), which shows that p_j lies between 0 and 1, 1 - p_j is that sum
times p_j, and p_k / p_j = e^(s_k - s_j): equation (1) of the article read from left to right.
"""

from __future__ import annotations

from collections.abc import Iterable

from sympy import Add, Expr, Indexed, Integer, Mul, Ne, Pow, exp, log

from nmderive.calculus.expansion import expanded
from nmderive.calculus.substitute import substitute_array
from nmderive.calculus.sums import IndexedOperator, IndexSum
from nmderive.calculus.symbols import M, S, index
from nmderive.losses.loss import Loss
from nmderive.structure.canonical import P


def by_softmax(expr: Expr, loss: Loss, scale: Expr) -> Expr:
    """Return the expression with p_ij = e^(c s_ij) / sum_k e^(c s_ik), c the scale; sigmoid(c s_i) for binary tasks."""
    if M not in loss.shape:
        return substitute_array(expr, P, loss.indices, 1 / (1 + exp(-scale * loss.logit)))
    letter = index("z")
    total = IndexSum(exp(scale * S[(*loss.indices[:-1], letter)]), letter, M)
    return substitute_array(expr, P, loss.indices, exp(scale * loss.logit) / total)


def by_margins(expr: Expr, loss: Loss, scale: Expr) -> Expr:
    """Return the expression in exponentials of differences of a row's logits, constants that meet cancelled."""
    found = _margins(expr, 0)
    return found if scale == 1 else substitute_array(found, S, loss.indices, scale * loss.logit)


def _margins(expr: Expr, depth: int) -> Expr:
    if not expr.has(P):
        return expr
    if isinstance(expr, Indexed | Pow | Mul):
        return _monomial(expr, depth)
    if isinstance(expr, log):
        return _logarithm(expr, depth)
    if isinstance(expr, IndexedOperator):
        letter = index(f"m{depth}")
        body, conditions = expr.open(letter)
        inner = _margins(body, depth + 1)
        if not isinstance(expr, IndexSum):
            return expr.func(inner, letter, expr.domain, *conditions)
        parts = Add.make_args(_spread(inner))
        return Add(*(IndexSum(part, letter, expr.domain, *conditions) for part in parts))
    if isinstance(expr, Add):
        whole = _complement(expr, depth)
        return Add(*(_margins(a, depth) for a in expr.args)) if whole is None else whole
    return expr.func(*(_margins(a, depth) for a in expr.args))


def _spread(expr: Expr) -> Expr:
    """Return x (1 + y), as x/p_j becomes, as x + x y, where no other sum is multiplied."""
    if isinstance(expr, Mul):
        sums = [a for a in expr.args if isinstance(a, Add)]
        if len(sums) == 1 and isinstance(sums[0] - 1, IndexSum) and sums[0].has(S):
            rest = Mul(*(a for a in expr.args if a is not sums[0]))
            return Add(*(rest * t for t in sums[0].args))
    if isinstance(expr, Add):
        return Add(*(_spread(a) for a in expr.args))
    return expr


def others(entry: Indexed, depth: int) -> Expr:
    """Return (1 - p_j) / p_j = sum_{k != j} e^(s_k - s_j) for an entry p_j."""
    letter = index(f"q{depth}")
    row, own = entry.indices[:-1], entry.indices[-1]
    return IndexSum(exp(S[(*row, letter)] - S[entry.indices]), letter, M, Ne(letter, own))


def _complement(expr: Add, depth: int) -> Expr | None:
    """Return c/p_j - c as c X; None for anything else."""
    if len(expr.args) != 2:
        return None
    plain = next((a for a in expr.args if not a.has(P)), None)
    term = next((a for a in expr.args if a.has(P)), None)
    if plain is None or term is None:
        return None
    entries = sorted(term.atoms(Indexed) & _entries(term), key=str)
    ratio = term / plain
    if len(entries) == 1 and ratio == -1 / entries[0]:
        return -plain * others(entries[0], depth)
    return None


def _entries(expr: Expr) -> set[Indexed]:
    return {e for e in expr.atoms(Indexed) if e.base == P}


def _monomial(expr: Expr, depth: int) -> Expr:
    powers: dict[Indexed, Expr] = {}
    rest: list[Expr] = []
    for f in Mul.make_args(expr):
        base, power = f.as_base_exp() if not isinstance(f, exp) else (f, Integer(1))
        if isinstance(base, Indexed) and base.base == P and not power.has(P, S):
            powers[base] = powers.get(base, Integer(0)) + power
        elif f.has(P):
            inner = _margins(base, depth)
            rest.append(Pow(inner, _margins(power, depth)))
        else:
            rest.append(f)
    rows: dict[tuple[Expr, ...], list[tuple[Indexed, Expr]]] = {}
    for entry, power in powers.items():
        rows.setdefault(tuple(entry.indices[:-1]), []).append((entry, power))
    return Mul(*rest, *(_row(entries, depth) for entries in rows.values()))


def _row(entries: Iterable[tuple[Indexed, Expr]], depth: int) -> Expr:
    """Return the product of p_k^(a_k), all of one row."""
    ordered = sorted(entries, key=lambda x: str(x[0]))
    degree = Add(*(a for _, a in ordered))
    exponent = Add(*(a * S[e.indices] for e, a in ordered))
    if degree == 0:
        return exp(exponent)
    own = ordered[0][0]
    return exp(expanded(exponent - degree * S[own.indices])) * (1 + others(own, depth)) ** -degree


def _logarithm(expr: log, depth: int) -> Expr:
    """Return log of a monomial as a sum of logs of 1 + X, that of anything else as it is."""
    parts: list[Expr] = []
    rest: list[Expr] = []
    for f in Mul.make_args(expr.args[0]):
        base, power = f.as_base_exp() if not isinstance(f, exp) else (f, Integer(1))
        if isinstance(base, Indexed) and base.base == P and not power.has(P, S):
            parts.append(-power * log(1 + others(base, depth)))
        else:
            rest.append(f)
    for f in list(rest):
        shares = _entries(1 - f)
        if len(shares) == 1 and 1 - f in shares:  # log(1 - p_j) = log(X) - log(1 + X)
            own = others(1 - f, depth)
            rest.remove(f)
            parts += [log(own), -log(1 + own)]
    kept = Mul(*rest)
    inner = _margins(kept, depth)
    return Add(*parts, Integer(0) if kept == 1 else log(_spread(inner)))


__all__ = ["by_margins", "by_softmax"]
