"""Sums over the same indices joined to one, and sums over classes joined with the term that they lack.

The normal form splits sums as far as they go; what can be said of a sum of squares, or of a label beside its
complement, is seen where they stand together.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sympy import Add, Dummy, Expr, Indexed, Mul, Ne, Pow, Symbol, cancel, collect, exp, factor, log

from nmderive.calculus.sums import IndexedOperator, IndexSum
from nmderive.calculus.symbols import M, N, S, T, index

#: SymPy counts no steps: what it factors is bounded by its size.
_LONGEST = 120


def joined(expr: Expr, depth: int = 0) -> Expr:
    """Return an equal expression in which sums over the same indices, that are added, are one sum."""
    if not expr.args or isinstance(expr, Indexed):
        return expr
    if isinstance(expr, IndexedOperator):
        letter = index(f"j{depth}")
        body, conditions = expr.open(letter)
        return expr.func(joined(body, depth + 1), letter, expr.domain, *conditions)
    if not isinstance(expr, Add):
        return expr.func(*(joined(a, depth) if isinstance(a, Expr) else a for a in expr.args))
    letter = index(f"j{depth}")
    groups: dict[Any, list[Expr]] = {}
    rest: list[Expr] = []
    for term in expr.args:
        found = _one_sum(term, letter)
        if found is None:
            rest.append(joined(term, depth))
        else:
            groups.setdefault(found[0], []).append(found[1])
    sums = [IndexSum(joined(Add(*bodies), depth + 1), letter, domain, *conditions)
            for (domain, conditions), bodies in groups.items()]
    return Add(*rest, *sums)


def _one_sum(term: Expr, letter: Symbol) -> tuple[Any, Expr] | None:
    """Return ((size, conditions), body) of a multiple of one sum, its factor inside the body; else None."""
    factors = Mul.make_args(term)
    sums = [f for f in factors if isinstance(f, IndexSum)]
    if len(sums) != 1:
        return None
    body, conditions = sums[0].open(letter)
    return (sums[0].domain, tuple(conditions)), Mul(*(f for f in factors if f is not sums[0]), body)


def factored(expr: Expr) -> Expr:
    """Return an equal expression with sums of products factored: t^2 - 2 t p + p^2 is (t - p)^2."""
    if not expr.args or isinstance(expr, Indexed):
        return expr
    if isinstance(expr, IndexedOperator):
        body, conditions = expr.open(expr.bound)
        return expr.func(factored(body), expr.bound, expr.domain, *conditions)
    inner = expr.func(*(factored(a) if isinstance(a, Expr) else a for a in expr.args))
    if not isinstance(inner, Add) or inner.count_ops() > _LONGEST:
        return inner
    letters: dict[Expr, Dummy] = {}
    plain = _as_letters(inner, letters)
    back = {v: k for k, v in letters.items()}
    found = factor(plain)
    if isinstance(found, Mul) and any(_is_logit(back.get(f, f)) for f in found.args):
        found = plain  # s (s - t) says less than s^2 - s t
    if isinstance(found, Add):
        found = _by_parts(plain, letters)
    return _uprights(found).xreplace(back) if isinstance(found, Add) else Mul(
        *(_upright(f.xreplace(back)) for f in Mul.make_args(found)))


def _is_logit(expr: Expr) -> bool:
    return isinstance(expr, Indexed) and expr.base == S


def _by_parts(plain: Expr, letters: Mapping[Expr, Dummy]) -> Expr:
    """Return the sum with the terms that hold no logarithm factored, the others collected."""
    logs = {v for k, v in letters.items() if k.has(log)}
    with_logs = Add(*(t for t in Add.make_args(plain) if t.free_symbols & logs))
    without = plain - with_logs
    factors = factor(without)
    if with_logs == 0 or isinstance(factors, Add) or not isinstance(without, Add):
        return _collected(plain, letters)
    return _collected(with_logs, letters) + factors


def _collected(plain: Expr, letters: Mapping[Expr, Dummy]) -> Expr:
    """Return the sum with equal labels, then equal parameters, before brackets, where that is shorter."""
    labels = [v for k, v in letters.items() if isinstance(k, Indexed) and k.base == T]
    parameters = [v for k, v in letters.items() if isinstance(k, Symbol)]
    found = collect(plain, [*labels, *parameters])
    return found if found.count_ops() <= plain.count_ops() else plain


def _uprights(expr: Expr) -> Expr:
    return Add(*(Mul(*(_upright(f) for f in Mul.make_args(t))) for t in Add.make_args(expr)))


def _upright(factor_: Expr) -> Expr:
    """Return x - 1 as -(1 - x), whose sign is seen where x is a share; anything else as it is."""
    if not isinstance(factor_, Add) or len(factor_.args) != 2 or factor_.has(S):
        return factor_
    number, share = factor_.as_coeff_Add()
    powers = [f.as_base_exp()[1] for f in Mul.make_args(share)]
    if not number.is_negative or share.could_extract_minus_sign() or any(e.could_extract_minus_sign() for e in powers):
        return factor_
    return Mul(-1, -factor_, evaluate=False)


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


_ROW, _CLASS = index("u0"), index("u1")


def _as_rows(term: Expr) -> tuple[bool, Expr] | None:
    """Return (is it a sum over rows, its body at one row); n x is the sum of x; None for anything else."""
    found = _one_sum(term, _ROW)
    if found is not None and found[0] == (N, ()):
        return True, found[1]
    return (False, term / N) if N in Mul.make_args(term) and not term.has(S, T, IndexSum) else None


def _one_row(parts: list[Expr]) -> Expr | None:
    """Return the terms of a row under its labels; None where no term has them as the weights of a plain sum."""
    shares: list[Expr] = []
    rest: list[Expr] = []
    label = None
    for part in (p for whole in parts for p in _addends(whole)):
        found = _one_sum(part, _CLASS)
        own = [] if found is None or found[0] != (M, ()) else [
            f for f in Mul.make_args(found[1])
            if isinstance(f, Indexed) and f.base == T and f.indices[-1] == _CLASS and _CLASS not in f.indices[:-1]]
        if found is not None and len(own) == 1 and label in (None, own[0]):
            label = own[0]
            shares.append(found[1] / label)
        else:
            rest.append(part)
    kept = [x for x in rest if x.has(T) or (_one_sum(x, _CLASS) or ((N, ()), x))[0] == (M, ())]
    free = [x for x in rest if x not in kept]
    if label is None or not free:
        return None
    return Add(*kept, IndexSum(label * Add(*shares, *free), _CLASS, M))


def _addends(part: Expr) -> list[Expr]:
    """Return a plain sum over classes as the sums of its addends, anything else as it is."""
    found = _one_sum(part, _CLASS)
    if found is None or found[0] != (M, ()):
        return [part]
    return [IndexSum(a, _CLASS, M) for a in Add.make_args(found[1])]


def over_own_logit(expr: Expr) -> Expr:
    """Return an equal expression in which t_ij log(x) is t_ij (s_ij + log(x e^(-s_ij))), x a sum of exponentials."""
    if not expr.has(S) or isinstance(expr, Indexed):
        return expr
    if isinstance(expr, IndexedOperator):
        body, conditions = expr.open(expr.bound)
        return expr.func(over_own_logit(body), expr.bound, expr.domain, *conditions)
    if isinstance(expr, Mul):
        labels = [f for f in expr.args if isinstance(f, Indexed) and f.base == T]
        if len(labels) == 1:
            own = S[labels[0].indices]
            return Mul(*(f if f is labels[0] else _over(f, own) for f in expr.args))
    return expr.func(*(over_own_logit(a) if isinstance(a, Expr) else a for a in expr.args))


def _over(expr: Expr, own: Expr) -> Expr:
    """Return the expression with its logarithms of sums of exponentials taken over e^own, linear terms collected."""
    if isinstance(expr, Add):
        return Add(*(_over(a, own) for a in expr.args))
    if isinstance(expr, Mul):
        return Mul(*(_over(a, own) for a in expr.args)).expand() if expr.has(log) else expr
    if isinstance(expr, IndexSum):
        body, conditions = expr.open(expr.bound)
        parts = Add.make_args(_over(body, own))
        return Add(*(IndexSum(part, expr.bound, expr.domain, *conditions) for part in parts))
    if isinstance(expr, log) and expr.args[0].has(exp):
        return own + log(_divided(expr.args[0], own))
    return expr


def _divided(expr: Expr, own: Expr) -> Expr:
    if isinstance(expr, Add):
        return Add(*(_divided(a, own) for a in expr.args))
    if isinstance(expr, IndexSum):
        body, conditions = expr.open(expr.bound)
        inner, letter = _divided(body, own), own.indices[-1]
        at_own = inner.xreplace({expr.bound: letter})
        if expr.domain == M and not conditions and isinstance(letter, Symbol) and not at_own.has(S):
            return at_own + IndexSum(inner, expr.bound, M, Ne(expr.bound, letter))
        return expr.func(inner, expr.bound, expr.domain, *conditions)
    if isinstance(expr, Mul):
        head = next((f for f in expr.args if isinstance(f, IndexSum | exp)), None)
        if head is not None:
            return Mul(*(f for f in expr.args if f is not head), _divided(head, own))
    return exp(expr.args[0] - own) if isinstance(expr, exp) else expr * exp(-own)


def with_powers(expr: Expr) -> Expr:
    """Return an equal expression with e^(c log x) written as x^c."""
    if not expr.args or isinstance(expr, Indexed):
        return expr
    if isinstance(expr, IndexedOperator):
        body, conditions = expr.open(expr.bound)
        return expr.func(with_powers(body), expr.bound, expr.domain, *conditions)
    inner = expr.func(*(with_powers(a) if isinstance(a, Expr) else a for a in expr.args))
    if not isinstance(inner, exp):
        return inner
    powers, rest = [], []
    for term in Add.make_args(inner.args[0].expand()):
        logs = [f for f in Mul.make_args(term) if isinstance(f, log)]
        others = [f for f in Mul.make_args(term) if not isinstance(f, log)]
        if len(logs) == 1 and not any(f.has(S) for f in others):
            powers.append(logs[0].args[0] ** Mul(*others))
        else:
            rest.append(term)
    return Mul(*powers, exp(Add(*rest)))


def _as_letters(expr: Expr, letters: dict[Expr, Dummy]) -> Expr:
    """Return a polynomial with letters for what is no sum, product or whole power."""
    if isinstance(expr, Add | Mul):
        return expr.func(*(_as_letters(a, letters) for a in expr.args))
    if isinstance(expr, Pow) and expr.exp.is_Integer and expr.exp > 0 and not isinstance(expr, exp):
        return _as_letters(expr.base, letters) ** expr.exp
    if expr.is_Rational:
        return expr
    return letters.setdefault(expr, Dummy("x", positive=expr.is_positive, real=True))


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


def outward(expr: Expr) -> Expr:
    """Return an equal expression with factors before the sums whose index they do not hold."""
    if not expr.args or isinstance(expr, Indexed):
        return expr
    if isinstance(expr, IndexedOperator):
        body, conditions = expr.open(expr.bound)
        inner = outward(body)
        if not isinstance(expr, IndexSum):
            return expr.func(inner, expr.bound, expr.domain, *conditions)
        before, rest = inner.as_independent(expr.bound, as_Add=False) if isinstance(inner, Mul) else (1, inner)
        return before * IndexSum(rest, expr.bound, expr.domain, *conditions)
    return expr.func(*(outward(a) if isinstance(a, Expr) else a for a in expr.args))


def with_exclusions(expr: Expr) -> Expr:
    """Return an equal expression with sum_k x_k - x_j written as sum_{k != j} x_k."""
    if not expr.args or isinstance(expr, Indexed):
        return expr
    if isinstance(expr, IndexedOperator):
        letter = Symbol(f"e{expr.bound.name.lstrip('_')}", integer=True, positive=True)
        body, conditions = expr.open(letter)
        return expr.func(with_exclusions(body), letter, expr.domain, *conditions)
    inner = expr.func(*(with_exclusions(a) if isinstance(a, Expr) else a for a in expr.args))
    if not isinstance(inner, Add):
        return inner
    terms = list(inner.args)
    changed = True
    while changed:
        changed = False
        for term in terms:
            found = next(((whole, own) for whole, own in _excluding(term) if -own in terms), None)
            if found is not None:
                terms.remove(term)
                terms.remove(-found[1])
                terms.append(found[0])
                changed = True
                break
    return Add(*terms)


def _excluding(term: Expr) -> Iterator[tuple[Expr, Expr]]:
    """Yield (the term without one value of a class index, the term at that value) for its sums over classes."""
    for path in _paths(term):
        letter, body = path[-1]
        others = {f for f in body.free_symbols if isinstance(f, Symbol) and f.is_integer and f not in (letter, M, N)}
        for other in sorted(others, key=str):
            if _names_class(body, other):
                yield _wrapped(term, path, other), _wrapped(term, path, other, at=True)


def _names_class(body: Expr, letter: Symbol) -> bool:
    """Tell whether the letter stands where classes do in some entry."""
    return any(e.indices[-1] == letter for e in body.atoms(Indexed)) and all(
        letter not in e.indices[:-1] for e in body.atoms(Indexed))


def _paths(term: Expr) -> Iterator[list[tuple[Symbol, Expr]]]:
    """Yield the way into nested sums of a product that ends in a plain sum over classes: letters and bodies."""
    sums = [f for f in Mul.make_args(term) if isinstance(f, IndexSum)]
    if len(sums) != 1:
        return
    node, path = sums[0], []
    depth = 0
    while True:
        letter = index(f"x{depth}")
        body, conditions = node.open(letter)
        path.append((letter, body))
        if node.domain == M and not conditions:
            yield list(path)
        inner = [f for f in Mul.make_args(body) if isinstance(f, IndexSum)]
        if len(inner) != 1:
            return
        node, depth = inner[0], depth + 1


def _wrapped(term: Expr, path: list[tuple[Symbol, Expr]], other: Symbol, at: bool = False) -> Expr:
    """Return the term with the last sum of the path without, or at, one value of its index."""
    head = next(f for f in Mul.make_args(term) if isinstance(f, IndexSum))
    return Mul(*(f for f in Mul.make_args(term) if f is not head), _rebuilt(head, path, other, at))


def _rebuilt(node: IndexSum, path: list[tuple[Symbol, Expr]], other: Symbol, at: bool) -> Expr:
    letter, body = path[0]
    _, conditions = node.open(letter)
    if len(path) == 1:
        return body.xreplace({letter: other}) if at else IndexSum(body, letter, node.domain, *conditions,
                                                                  Ne(letter, other))
    inner = next(f for f in Mul.make_args(body) if isinstance(f, IndexSum))
    rest = Mul(*(f for f in Mul.make_args(body) if f is not inner))
    return IndexSum(rest * _rebuilt(inner, path[1:], other, at), letter, node.domain, *conditions)


__all__ = [
    "complemented", "factored", "joined", "outward", "over_own_logit", "under_labels", "with_exclusions", "with_powers",
]
