"""Counterexamples at rational points: exact where possible, in balls that exclude zero otherwise."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import product
from random import Random
from typing import Any

from sympy import Expr, Symbol

from nmderive.budget import check_budget, limited
from nmderive.calculus.symbols import T
from nmderive.errors import BudgetExceeded, DomainError, UnsupportedError
from nmderive.losses.links import Link
from nmderive.losses.loss import Loss
from nmderive.proving.evaluate import Evaluator, Point
from nmderive.proving.numbers import BallField, ExactField, Field, Inexact
from nmderive.proving.points import at_edges, entries_of, hard_table, label_table, point_at, sizes_for, with_hard_labels

#: Steps for looking at points for one statement, unless the caller says otherwise.
_STEPS = 15_000


#: So many sizes are tried at the edges, where e^s are such powers of small numbers: beyond 10^9.
_EDGES, _FAR = 3, 40


@dataclass(frozen=True)
class Witness:
    """A point at which a claimed zero is not zero: its value (text), and whether the value is exact."""

    point: Point
    entry: tuple[int, ...]
    value: str
    exact: bool
    labels: Mapping[tuple[int, ...], Fraction] | None = None
    free: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Search:
    """The outcome of a search for a counterexample: the first witness, and how many points were tried."""

    witness: Witness | None
    tried: tuple[str, ...]


def refute_stationary(
    loss: Loss, link: Link, sizes: Iterable[dict[str, int]] | None = None, each: int = 2, steps: int = _STEPS
) -> Search:
    """Look for a rational point at which the gradient does not vanish though the labels follow ``link``.

    The search ends after ``steps``; ``tried`` names the sizes of the points that were looked at.
    """
    tried: list[str] = []
    try:
        with limited(steps=steps):
            for size, number in product(sizes if sizes is not None else sizes_for(loss), range(each)):
                evaluated, witness = _witness_at(loss, link, size, number)
                if evaluated:
                    tried.append(size_text(loss, size))
                if witness is not None:
                    return Search(witness, tuple(dict.fromkeys(tried)))
    except BudgetExceeded:
        check_budget()  # a limit from outside goes on; our own only ends the search
    return Search(None, tuple(dict.fromkeys(tried)))


def _witness_at(loss: Loss, link: Link, sizes: dict[str, int], number: int) -> tuple[bool, Witness | None]:
    """Try exact arithmetic with e^s small numbers, then with e^s perfect powers, then balls.

    Returns whether the gradient has a value there at all, and the witness if it is not zero.
    """
    attempts: list[tuple[Field, int]] = [(ExactField(), 1), (ExactField(), _root(sizes)), (BallField(), 1)]
    for field_, root in attempts:
        point = point_at(loss, sizes, number, root)
        try:
            return True, _nonzero_entry(loss, link, point, field_)
        except Inexact:
            continue
        except (DomainError, UnsupportedError):
            return False, None
    return False, None


def _root(sizes: Mapping[str, int]) -> int:
    m = sizes.get("m", 1)
    return m if m % 2 == 0 else 2 * m


def _nonzero_entry(loss: Loss, link: Link, point: Point, field_: Field) -> Witness | None:
    evaluator = Evaluator(field_, point)
    evaluator.link("t", loss.indices, link.expr)
    for entry in entries_of(loss, dict(point.sizes)):
        value = evaluator.value(loss.gradient, dict(zip(loss.indices, entry, strict=True)))
        if field_.is_zero(value) is False:
            evaluator.value(loss.expr)  # a formula of the gradient may be defined where the loss is not
            labels = _rational_labels(evaluator, loss, point)
            return Witness(point, entry, field_.show(value), isinstance(field_, ExactField), labels)
    return None


def _rational_labels(
    evaluator: Evaluator, loss: Loss, point: Point
) -> dict[tuple[int, ...], Fraction] | None:
    table = {}
    for entry in entries_of(loss, dict(point.sizes)):
        value = evaluator.value(loss.label, dict(zip(loss.indices, entry, strict=True)))
        if not isinstance(value, Fraction):
            return None
        table[entry] = value
    return table


def refute_equal(
    left: Expr,
    right: Expr,
    loss: Loss,
    sizes: Iterable[dict[str, int]] | None = None,
    each: int = 2,
    free: Mapping[Symbol, str] | None = None,
    hard: bool = False,
) -> Search:
    """Look for a rational point at which ``left`` and ``right`` differ: logits, labels, free indices.

    ``free`` gives the range ("n" or "m") of every free index; with ``hard`` the labels are 0 and 1.
    """
    tried: list[str] = []
    all_sizes = list(sizes if sizes is not None else sizes_for(loss))
    for edge, some in ((False, all_sizes), (True, all_sizes[:_EDGES])):
        for size, number in product(some, range(2 if edge else each)):
            evaluated, witness = _difference_at(left - right, loss, size, number, free or {}, hard, edge)
            if evaluated:
                tried.append(size_text(loss, size))
            if witness is not None:
                if not left.has(T) and not right.has(T):  # labels that cancel from the difference stand in the sides
                    witness = replace(witness, labels=None)
                return Search(witness, tuple(dict.fromkeys(tried)))
    return Search(None, tuple(dict.fromkeys(tried)))


def _difference_at(
    difference: Expr, loss: Loss, sizes: dict[str, int], number: int, free: Mapping[Symbol, str], hard: bool,
    edge: bool,
) -> tuple[bool, Witness | None]:
    """Try one point; at the ``edge`` it has logits that lie far apart (0), or special parameters (1)."""
    attempts: list[tuple[Field, int]] = [(ExactField(), 1), (ExactField(), _root(sizes)), (BallField(), 1)]
    for field_, root in attempts:
        point = point_at(loss, sizes, number, root if not edge or number else _FAR)
        point = at_edges(loss, point) if edge and number else point
        random = Random(f"labels {number}")
        labels = hard_table(loss, sizes, random) if hard else label_table(loss, sizes, random, 1 - number % 2)
        full = Point(point.sizes, point.exp_s, {**point.arrays, "t": labels}, point.parameters, point.sets)
        full = with_hard_labels(loss, point, labels) if hard else full
        try:
            return True, _differing_entry(difference, free, full, labels, field_)
        except Inexact:
            continue
        except (DomainError, UnsupportedError):
            return False, None
    return False, None


def _differing_entry(
    difference: Expr, free: Mapping[Symbol, str], point: Point, labels: Mapping[tuple[int, ...], Fraction],
    field_: Field,
) -> Witness | None:
    letters = sorted(free, key=str)
    for entry in product(*(range(1, point.sizes[free[x]] + 1) for x in letters)):
        env = dict(zip(letters, entry, strict=True))
        value: Any = Evaluator(field_, point).value(difference, env)
        if field_.is_zero(value) is False:
            at = {x.name: v for x, v in env.items()}
            return Witness(point, entry, field_.show(value), isinstance(field_, ExactField), labels, at)
    return None


def size_text(loss: Loss, sizes: Mapping[str, int]) -> str:
    """Return ``n=2, m=3`` with the sizes that the loss has."""
    return ", ".join(f"{size.name}={sizes[size.name]}" for size in loss.spans)
