"""Sums over classes joined with the term that they lack: sum_k x_k - x_j is sum_{k != j} x_k."""

from __future__ import annotations

from collections.abc import Iterator

from sympy import Add, Basic, Expr, Indexed, Mul, Ne, Symbol

from nmderive.budget import step
from nmderive.calculus.sums import IndexedOperator, IndexSum
from nmderive.calculus.symbols import M, N, T, index
from nmderive.structure.canonical import rows_to_one


def with_exclusions(expr: Expr) -> Expr:
    """Return an equal expression with sum_k x_k - x_j written as sum_{k != j} x_k; rows of labels sum to one."""
    if not expr.args or isinstance(expr, Indexed):
        return expr
    if isinstance(expr, IndexedOperator):
        letter = Symbol(f"e{expr.bound.name.lstrip('_')}", integer=True, positive=True)
        body, conditions = expr.open(letter)
        return expr.func(with_exclusions(body), letter, expr.domain, *conditions)
    inner = expr.func(*(with_exclusions(a) if isinstance(a, Expr) else a for a in expr.args))
    if not isinstance(inner, Add):
        return inner
    return _joined(inner.args)


def _joined(args: tuple[Basic, ...]) -> Expr:
    """Return the sum of the terms, each sum over classes joined with a value of it that another term takes away."""
    queue = [term for term in args if isinstance(term, Expr)]
    waiting, repeated = set(queue), []
    for term in queue:  # what is joined may lack a value more, and is looked at last
        whole, taken = _lacking(term, waiting) if term in waiting else (None, None)
        if whole is None or taken is None:
            continue
        waiting -= {term, taken}
        if whole in waiting:
            repeated.append(whole)
        else:
            waiting.add(whole)
            queue.append(whole)
    return Add(*waiting, *repeated)


def _lacking(term: Expr, waiting: set[Expr]) -> tuple[Expr | None, Expr | None]:
    """Return the term without a value that one of those waiting takes away, and which does; else twice None."""
    for whole, own in _excluding(term):
        for x in (own, _of_rows_to_one(own)):
            if -x in waiting:
                return whole, -x
    return None, None


def _of_rows_to_one(own: Expr) -> Expr:
    """Return an equal expression, rows of labels summing to one, where that leaves a multiple of n."""
    factors = Mul.make_args(rows_to_one(own, T))
    plain = [f.domain * f.body if isinstance(f, IndexSum) and not f.conditions and f.body.is_number else f
             for f in factors]
    return Mul(*plain)


def _excluding(term: Expr) -> Iterator[tuple[Expr, Expr]]:
    """Yield (the term without one value of a class index, the term at that value) for its sums over classes."""
    for path in _paths(term):
        letter, body = path[-1]
        others = {f for f in body.free_symbols if isinstance(f, Symbol) and f.is_integer and f not in (letter, M, N)}
        for other in sorted(others, key=str):
            if _names_class(body, other):
                step(len(path))  # each nested sum is opened and closed again
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


__all__ = ["with_exclusions"]
