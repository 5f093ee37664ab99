r"""The convex log-sum-exp family: sums of positive weights times log(constant + weights times exponentials).

``convex_form`` reads a loss, whatever its name and writing, as l = linear(s) + sum_c w_c log A_c with
A_c = b_c + sum_r v_cr exp(a_cr . s), b_c >= 0, w_c, v_cr >= 0 and linear forms a_cr of one row of logits. Then l
is convex, and its Hessian is at least the sum of the ``Piece``s: weight times a a' with

* b_c > 0: weight w_c b_c q_cr / A_c^2 and a = a_cr, where q_cr = v_cr exp(a_cr . s) (by Cauchy-Schwarz),
* b_c = 0: weight w_c q_cr q_ch / (2 A_c^2) and a = a_cr - a_ch (the variance as a sum over pairs).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import count
from typing import Any

from sympy import Add, Expr, Indexed, Integer, Mul, Pow, Rational, Symbol, exp, log

from nmderive.calculus.expansion import expanded
from nmderive.calculus.sums import IndexSum
from nmderive.calculus.symbols import M, N, S
from nmderive.losses.loss import Loss
from nmderive.numeric.shapes import loggable


@dataclass(frozen=True)
class Binder:
    """A bound index with its size and the conditions on it."""

    name: Symbol
    domain: Symbol
    conditions: tuple[Any, ...]


@dataclass(frozen=True)
class Entry:
    """``factor`` times s[row, column], or times the sum over the row where ``column`` is None."""

    factor: Expr
    row: Any
    column: Any


@dataclass(frozen=True)
class Piece:
    """A part weight a a' of the Hessian: product of ``weights`` times exp of ``exponent``, over A squared."""

    binders: tuple[Binder, ...]
    weights: tuple[Expr, ...]
    exponent: tuple[Entry, ...]
    direction: tuple[Entry, ...]
    argument: Expr
    outer: tuple[Binder, ...]


@dataclass(frozen=True)
class _Atom:
    binders: tuple[Binder, ...]
    weights: tuple[Expr, ...]
    exponent: tuple[Entry, ...]


class _OutsideError(Exception):
    """The loss is not of the family."""


@lru_cache(maxsize=64)
def convex_form(loss: Loss) -> tuple[Piece, ...] | None:
    """Return the pieces of a loss of the family, None for any other loss."""
    if loss.shape[-1] != M or loss.parameters or loss.arrays or loss.class_sets or loss.has_undefined_functions:
        return None
    try:
        found = tuple(_Reading().pieces(loss.expr, (), (), 1))
    except _OutsideError:
        return None
    return found or None


class _Reading:
    def __init__(self) -> None:
        self._numbers = count(1)

    def _opened(self, expr: IndexSum) -> tuple[Binder, Expr]:
        name = Symbol(f"bound{next(self._numbers)}", integer=True, positive=True)
        body, conditions = expr.open(name)
        return Binder(name, expr.domain, tuple(conditions)), body

    def pieces(self, expr: Expr, outer: tuple[Binder, ...], weights: tuple[Expr, ...], sign: int) -> Iterator[Piece]:
        """Yield the pieces of sign times weights times ``expr``."""
        if _flat(expr):
            return
        if isinstance(expr, Add):
            for a in expr.args:
                yield from self.pieces(a, outer, weights, sign)
        elif isinstance(expr, IndexSum):
            binder, body = self._opened(expr)
            if body.has(binder.name) or binder.conditions:
                yield from self.pieces(body, (*outer, binder), weights, sign)
            else:  # The index does not occur: the sum is its size times the body.
                yield from self.pieces(body, outer, (*weights, expr.domain), sign)
        elif isinstance(expr, Mul):
            inner = [f for f in expr.args if f.has(S)]
            number, rest = Mul(*(f for f in expr.args if not f.has(S))).as_coeff_Mul()
            if len(inner) != 1 or not number.is_Rational or not loggable(rest):
                raise _OutsideError
            known = (*weights, abs(number), *Mul.make_args(rest))
            yield from self.pieces(inner[0], outer, known, sign if number > 0 else -sign)
        elif isinstance(expr, log):
            yield from self._of_log(expr.args[0], outer, weights, sign)
        else:
            raise _OutsideError

    def _of_log(self, arg: Expr, outer: tuple[Binder, ...], weights: tuple[Expr, ...], sign: int) -> Iterator[Piece]:
        if not arg.has(S):
            return
        if isinstance(arg, exp):
            yield from self.pieces(expanded(arg.args[0]), outer, weights, sign)
        elif isinstance(arg, Mul):
            for f in arg.args:
                yield from self._of_log(f, outer, weights, sign)
        elif isinstance(arg, Pow) and arg.exp.is_Rational:
            power = (*weights, abs(arg.exp))
            yield from self._of_log(arg.base, outer, power, sign if arg.exp > 0 else -sign)
        elif sign < 0:
            raise _OutsideError
        else:
            yield from self._of_argument(arg, outer, weights)

    def _of_argument(self, arg: Expr, outer: tuple[Binder, ...], weights: tuple[Expr, ...]) -> Iterator[Piece]:
        constant, atoms = Integer(0), []
        for atom in self._atoms(arg):
            if atom.exponent:
                atoms.append(atom)
            elif not atom.binders and all(w.is_Rational for w in atom.weights):
                constant += Mul(*atom.weights)
        if constant > 0:
            for a in atoms:
                binders = (*outer, *a.binders)
                yield Piece(binders, (*weights, constant, *a.weights), a.exponent, a.exponent, arg, outer)
            return
        if any(b.domain == N for a in atoms for b in a.binders) or any(not a.exponent for a in self._atoms(arg)):
            raise _OutsideError
        for a in atoms:
            for b in self._atoms(arg):
                if b.exponent:
                    away = tuple(Entry(-e.factor, e.row, e.column) for e in b.exponent)
                    yield Piece(
                        (*outer, *a.binders, *b.binders), (*weights, Rational(1, 2), *a.weights, *b.weights),
                        (*a.exponent, *b.exponent), (*a.exponent, *away), arg, outer,
                    )

    def _atoms(self, expr: Expr) -> Iterator[_Atom]:
        """Yield the summands of a nonnegative sum: weights times one exponential."""
        if not expr.has(S):
            if not loggable(expr):
                raise _OutsideError
            yield _Atom((), tuple(Mul.make_args(expr)), ())
        elif isinstance(expr, Add):
            for a in expr.args:
                yield from self._atoms(a)
        elif isinstance(expr, IndexSum):
            binder, body = self._opened(expr)
            for a in self._atoms(body):
                yield _Atom((binder, *a.binders), a.weights, a.exponent)
        elif isinstance(expr, Mul):
            yield from self._products(expr.args)
        elif isinstance(expr, Pow) and not isinstance(expr, exp) and expr.exp.is_Integer and 1 < expr.exp < 4:
            yield from self._products([expr.base] * int(expr.exp))
        elif isinstance(expr, exp):
            yield _Atom((), (), tuple(entries(expr.args[0])))
        else:
            raise _OutsideError

    def _products(self, factors: Iterable[Expr]) -> Iterator[_Atom]:
        found = [_Atom((), (), ())]
        for f in factors:
            found = [
                _Atom(a.binders + b.binders, a.weights + b.weights, a.exponent + b.exponent)
                for a in found for b in self._atoms(f)
            ]
        yield from found


def entries(expr: Expr) -> Iterator[Entry]:
    """Yield the entries of a linear form of one row of logits."""
    for term in Add.make_args(expanded(expr)):
        factors = Mul.make_args(term)
        inner = [f for f in factors if f.has(S)]
        factor = Mul(*(f for f in factors if not f.has(S)))
        if len(inner) != 1 or not factor.subs(M, 2).is_Rational:
            raise _OutsideError
        one = inner[0]
        if isinstance(one, IndexSum) and not one.conditions and one.domain == M and isinstance(one.body, Indexed):
            *row, column = one.body.indices
            if one.bound in row or column != one.bound:
                raise _OutsideError
            yield Entry(factor, row[0] if row else None, None)
        elif isinstance(one, Indexed):
            *row, column = one.indices
            yield Entry(factor, row[0] if row else None, column)
        else:
            raise _OutsideError


def _flat(expr: Expr) -> bool:
    """Tell whether ``expr`` is linear in the logits."""
    if not expr.has(S) or isinstance(expr, Indexed):
        return True
    if isinstance(expr, Add):
        return all(_flat(a) for a in expr.args)
    if isinstance(expr, Mul):
        return sum(a.has(S) for a in expr.args) == 1 and all(_flat(a) for a in expr.args)
    return isinstance(expr, IndexSum) and _flat(expr.body)


__all__ = ["Binder", "Entry", "Piece", "convex_form", "entries"]
