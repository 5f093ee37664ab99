"""Labels as the weights of what they stand for: a row's terms under its labels, a label beside its complement."""

from __future__ import annotations

from sympy import Add, Expr, Indexed, Mul, cancel, exp, log

from nmderive.calculus.sums import IndexedOperator, IndexSum
from nmderive.calculus.symbols import M, N, S, T, index
from nmderive.notation.label_products import before_each_term
from nmderive.structure.canonical import P
from nmderive.structure.joining import one_sum

_ROW, _CLASS = index("u0"), index("u1")


def under_labels(expr: Expr) -> Expr:
    """Return an equal expression with sum_i (x + sum_j t_ij y) as sum_ij t_ij (x + y): rows of labels sum to one."""
    sums = [f for f in Mul.make_args(expr) if isinstance(f, Add) and f.has(T)]
    if isinstance(expr, Mul) and len(sums) == 1:
        return Mul(*(f for f in expr.args if f is not sums[0]), under_labels(sums[0]))
    terms = [_as_rows(t) for t in Add.make_args(expr)]
    if all(t is not None for t in terms) and any(t and t[0] for t in terms):
        row = _one_row([part for t in terms if t for part in Add.make_args(t[1])])
        return expr if row is None else IndexSum(row, _ROW, N)
    row = _one_row(list(Add.make_args(expr)))
    return expr if row is None else row


def _as_rows(term: Expr) -> tuple[bool, Expr] | None:
    """Return (is it a sum over rows, its body at one row); x is the sum of x/n; None for anything else."""
    found = one_sum(term, _ROW)
    if found is not None and found[0] == (N, ()):
        return True, found[1]
    return None if term.has(S, P, T, IndexSum) else (False, term / N)


def _one_row(parts: list[Expr]) -> Expr | None:
    """Return the terms of a row under its labels; None where no term has them as the weights of a plain sum."""
    shares: list[Expr] = []
    rest: list[Expr] = []
    label = None
    for part in (p for whole in parts for p in _addends(whole)):
        found = one_sum(part, _CLASS)
        own = [] if found is None or found[0] != (M, ()) else [
            f for f in Mul.make_args(found[1])
            if isinstance(f, Indexed) and f.base == T and f.indices[-1] == _CLASS and _CLASS not in f.indices[:-1]]
        if found is not None and len(own) == 1 and label in (None, own[0]):
            label = own[0]
            shares.append(found[1] / label)
        else:
            rest.append(part)
    kept = [x for x in rest if x.has(T) or (one_sum(x, _CLASS) or ((N, ()), x))[0] == (M, ())]
    free = [x for x in rest if x not in kept]
    if label is None or not free:
        return None
    return Add(*kept, IndexSum(label * Add(*shares, *free), _CLASS, M))


def _addends(part: Expr) -> list[Expr]:
    """Return a plain sum over classes as the sums of its addends, anything else as it is."""
    found = one_sum(part, _CLASS)
    if found is None or found[0] != (M, ()):
        return [part]
    return [IndexSum(a, _CLASS, M) for a in Add.make_args(found[1])]


def complemented(expr: Expr) -> Expr:
    """Return an equal expression with log(1 + e^a) - c a written as c log(1 + e^(-a)) + (1 - c) log(1 + e^a)."""
    if not expr.has(S) or isinstance(expr, Indexed):
        return expr
    if isinstance(expr, IndexedOperator):
        body, conditions = expr.open(expr.bound)
        return expr.func(complemented(body), expr.bound, expr.domain, *conditions)
    if not isinstance(expr, Add):
        return expr.func(*(complemented(a) if isinstance(a, Expr) else a for a in expr.args))
    linear = Add(*(t for t in expr.args if _is_linear(t)))
    for term in expr.args:
        found = _softplus(term)
        if found is None or linear == 0:
            continue
        weight, exponent = found
        share = cancel(-linear / exponent)
        if not share.has(S):
            rest = [t for t in expr.args if t is not term and not _is_linear(t)]
            return Add(*rest, share * log(1 + exp(-exponent)), (weight - share) * log(1 + exp(exponent)))
    return expr.func(*(complemented(a) for a in expr.args))


def _is_linear(term: Expr) -> bool:
    logits = [f for f in Mul.make_args(term) if f.has(S)]
    return len(logits) == 1 and isinstance(logits[0], Indexed)


def _softplus(term: Expr) -> tuple[Expr, Expr] | None:
    """Return (w, a) of w log(1 + e^a), a linear in one logit."""
    logs = [f for f in Mul.make_args(term) if f.has(S)]
    if len(logs) != 1 or not isinstance(logs[0], log):
        return None
    power = logs[0].args[0] - 1
    if not isinstance(power, exp) or not _is_linear(power.args[0]):
        return None
    return Mul(*(f for f in Mul.make_args(term) if f is not logs[0])), power.args[0]


def before_logs(expr: Expr) -> Expr:
    """Return the expression with labels before each term of a bracket with their logarithm: 0 log 0 is 0 there."""
    if not expr.args or isinstance(expr, Indexed) or not (expr.has(log) and expr.has(T)):
        return expr
    if isinstance(expr, IndexedOperator):
        body, conditions = expr.open(expr.bound)
        return expr.func(before_logs(body), expr.bound, expr.domain, *conditions)
    return before_each_term(expr.func(*(before_logs(a) if isinstance(a, Expr) else a for a in expr.args)))


__all__ = ["before_logs", "complemented", "under_labels"]
