"""A loss given as a chain of equal sides, A = B = C: the first is the loss, where the others do not differ from it."""

from __future__ import annotations

import random
from collections.abc import Iterable
from typing import Any

from sympy import Expr, Indexed, IndexedBase, Rational, Symbol

from nmderive.calculus.specialise import entry_symbol, specialise
from nmderive.calculus.symbols import SIZES, ClassSet, M, N, S, T
from nmderive.errors import NmderiveError, ParseError
from nmderive.notation import Statement

#: Sizes (n, m) of the points at which the sides are compared, and the digits that have to agree.
_POINTS, _DIGITS = ((1, 3), (2, 2)), 25


def first_side(statement: Statement) -> Expr:
    """Return the first side; ParseError where another one has another value at a point, or cannot be compared.

    Agreement at points is no proof that they are equal, and none is claimed: the loss is the first side.
    """
    first, *others = statement.sides
    for number, other in enumerate(others, 2):
        for n, m in _POINTS:
            if not _agree(first, other, n, m, statement):
                raise ParseError(
                    f"side 1 and side {number} of this chain differ at n={n}, m={m}",
                    hint="give one side; `nmderive equal` shows a point at which two differ",
                )
    return first


def is_one_hot(read_as: Iterable[str]) -> bool:
    """Tell whether labels were read as those of a target class: what holds at soft labels only says nothing of it."""
    return any("a one-hot label" in note or "are one-hot" in note for note in read_as)


def _agree(one: Expr, other: Expr, n: int, m: int, statement: Statement) -> bool:
    free = {a for side in (one, other) for a in side.free_symbols if isinstance(a, Symbol) and a.is_integer} - {*SIZES}
    if any(side.atoms(ClassSet) for side in (one, other)):
        return False
    rule = {a: Rational(1) for a in free}
    try:
        sides = [specialise(side.xreplace(rule), {"n": n, "m": m}) for side in (one, other)]
        point = _point(sides, n, m, statement)
        difference = (sides[0] - sides[1]).xreplace(point).evalf(2 * _DIGITS)
    except NmderiveError:
        return False
    return bool(difference.is_number and difference.is_finite and abs(difference) < Rational(1, 10**_DIGITS))


def _point(sides: list[Expr], n: int, m: int, statement: Statement) -> dict[Any, Any]:
    """Return values for all letters; the labels of a sample add up to one, except those of a binary task."""
    chance = random.Random(f"{n} {m}")
    point: dict[Any, Any] = {}
    rows = range(1, n + 1) if len(statement.shape) == 2 else (None,)
    for row in rows:
        places = [(row, j) if row is not None else (j,) for j in range(1, (n if statement.shape == (N,) else m) + 1)]
        parts = [chance.randint(1, 9) for _ in places]
        if is_one_hot(statement.read_as) and statement.shape != (N,):
            target = chance.randrange(len(places))
            parts = [int(k == target) for k in range(len(places))]
        total = 10 if statement.shape == (N,) else sum(parts)
        for place, part in zip(places, parts, strict=True):
            point[_entry(T, place)] = Rational(part, total)
            point[_entry(S, place)] = Rational(chance.randint(-20, 20), 10)
    for symbol in sorted(set().union(*(side.free_symbols for side in sides)), key=str):
        if symbol not in point and symbol not in (N, M):
            point[symbol] = Rational(chance.randint(1, 9), 10)
    return point


def _entry(base: IndexedBase, place: tuple[int, ...]) -> Symbol:
    return entry_symbol(Indexed(base, *place))


__all__ = ["first_side", "is_one_hot"]
