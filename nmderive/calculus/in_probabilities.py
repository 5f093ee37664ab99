r"""Write an expression by p = softmax(s), as papers do, where its exponentials occur as those probabilities only.

Every e^(c s_ij) is p_ij^c Z_i^c, with Z_i = sum_k e^(s_ik); where the powers of each Z_i cancel, what is left is
the same expression in p.
"""

from __future__ import annotations

from dataclasses import dataclass

from sympy import Add, Expr, Indexed, IndexedBase, Integer, Mul, Pow, Symbol, cancel, exp, log, powsimp

from nmderive.calculus.expansion import expanded
from nmderive.calculus.paper_form import paper_form
from nmderive.calculus.sums import IndexSum
from nmderive.calculus.symbols import M, S, index

#: The array of probabilities, for printing; a parser reads p as softmax(s).
P = IndexedBase(Symbol("p", positive=True), positive=True)

Row = tuple[Expr, ...]


@dataclass(frozen=True)
class _Scaled:
    """expr times the product of Z_row^degree."""

    expr: Expr
    degrees: tuple[tuple[Row, Expr], ...] = ()


class _NotHomogeneous(Exception):
    """The powers of a normaliser differ between the terms of a sum."""


def in_probabilities(expr: Expr) -> Expr | None:
    """Return an equal expression in p without a normaliser; None where there is none, or no normaliser occurs."""
    is_taken = any(x.name == "p" for x in expr.atoms(Symbol))
    if is_taken or not any(_row_of(x) for x in expr.atoms(IndexSum)):
        return None
    try:
        found = _scaled(expr)
    except _NotHomogeneous:
        return None
    return None if found.degrees else tidied(paper_form(tidied(found.expr)))


def definition(indices: tuple[Symbol, ...]) -> tuple[Expr, Expr]:
    """Return both sides of p_ij = e^(s_ij) / sum_k e^(s_ik)."""
    entry = S[indices]
    return P[indices], exp(entry) / _normaliser(tuple(indices[:-1]))


def _normaliser(row: Row) -> Expr:
    letter = index("k")
    return IndexSum(exp(S[(*row, letter)]), letter, M)


def _scaled(expr: Expr) -> _Scaled:
    if not expr.has(S) or isinstance(expr, Indexed):
        return _Scaled(expr)
    if isinstance(expr, exp):
        return _exponential(expr.args[0])
    if isinstance(expr, IndexSum):
        return _sum(expr)
    if isinstance(expr, Mul):
        return _product([_scaled(a) for a in expr.args])
    if isinstance(expr, Add):
        return _addition([_scaled(a) for a in expr.args])
    if isinstance(expr, Pow) and not expr.exp.has(S):
        base = _scaled(expr.base)
        return _Scaled(base.expr**expr.exp, _clean({r: d * expr.exp for r, d in base.degrees}))
    if isinstance(expr, log):
        inside = _scaled(expr.args[0])
        if not inside.degrees:
            return _Scaled(log(inside.expr))
    raise _NotHomogeneous


def _exponential(exponent: Expr) -> _Scaled:
    factors: list[Expr] = []
    degrees: dict[Row, Expr] = {}
    rest: list[Expr] = []
    for term in Add.make_args(expanded(exponent)):
        entries = [f for f in Mul.make_args(term) if isinstance(f, Indexed) and f.base == S]
        if len(entries) != 1 or (term / entries[0]).has(S):
            rest.append(term)
            continue
        row, weight = tuple(entries[0].indices[:-1]), term / entries[0]
        factors.append(P[entries[0].indices] ** weight)
        degrees[row] = degrees.get(row, Integer(0)) + weight
    if any(t.has(S) for t in rest):
        raise _NotHomogeneous
    return _Scaled(Mul(*factors) * exp(Add(*rest)), _clean(degrees))


def _row_of(expr: IndexSum) -> tuple[Row] | None:
    """Return the row whose normaliser Z an expression is."""
    body = expr.body
    if expr.domain != M or expr.conditions or not isinstance(body, exp) or not isinstance(body.args[0], Indexed):
        return None
    *row, last = body.args[0].indices
    return (tuple(row),) if body.args[0].base == S and last == expr.bound and last not in row else None


def _sum(expr: IndexSum) -> _Scaled:
    whole = _row_of(expr)
    if whole is not None:
        return _Scaled(Integer(1), ((whole[0], Integer(1)),))
    letter = index(f"z{expr.bound.name.lstrip('_')}")
    body, conditions = expr.open(letter)
    inside = _scaled(body)
    if any(letter in row for row, _ in inside.degrees):
        raise _NotHomogeneous
    return _Scaled(IndexSum(inside.expr, letter, expr.domain, *conditions), inside.degrees)


def _product(parts: list[_Scaled]) -> _Scaled:
    degrees: dict[Row, Expr] = {}
    for part in parts:
        for row, degree in part.degrees:
            degrees[row] = degrees.get(row, Integer(0)) + degree
    return _Scaled(Mul(*(p.expr for p in parts)), _clean(degrees))


def _addition(parts: list[_Scaled]) -> _Scaled:
    if len({p.degrees for p in parts}) != 1:
        raise _NotHomogeneous
    return _Scaled(Add(*(p.expr for p in parts)), parts[0].degrees)


def _clean(degrees: dict[Row, Expr]) -> tuple[tuple[Row, Expr], ...]:
    return tuple(sorted(((r, d) for r, d in degrees.items() if d != 0), key=str))


def tidied(expr: Expr) -> Expr:
    """Return the expression with sum_k p_ik = 1, powers of one p merged, and quotients of parameters reduced."""
    if not expr.has(P):
        return expr
    if isinstance(expr, IndexSum):
        letter = index(f"z{expr.bound.name.lstrip('_')}")
        body, conditions = expr.open(letter)
        body = tidied(body)
        is_row = isinstance(body, Indexed) and body.indices[-1] == letter and letter not in body.indices[:-1]
        if is_row and body.base == P and expr.domain == M and not conditions:
            return Integer(1)
        return IndexSum(body, letter, expr.domain, *conditions)
    if isinstance(expr, Indexed):
        return expr
    changed = expr.func(*(tidied(a) for a in expr.args))
    if not isinstance(changed, Mul):
        return changed
    plain = Mul(*(a for a in changed.args if not a.has(Indexed, IndexSum)))
    rest = Mul(*(a for a in changed.args if a.has(Indexed, IndexSum)))
    return cancel(plain) * powsimp(rest, combine="exp")
