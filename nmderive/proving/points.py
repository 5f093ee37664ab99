"""Rational points for refutations: distinct small numbers, the same in every run."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import product
from random import Random

from sympy import Indexed

from nmderive.calculus.symbols import M, N
from nmderive.losses.loss import Loss
from nmderive.proving.evaluate import Point

_NUMBERS = (1, 2, 3, 5, 7, 4, 11, 6, 13, 17, 9, 19, 23, 8, 29, 31)
_POSITIVE = (Fraction(2), Fraction(1, 2), Fraction(3), Fraction(1, 3), Fraction(3, 2))
_REAL = (Fraction(2), Fraction(-1), Fraction(1, 2), Fraction(3), Fraction(-1, 2))


def sizes_for(loss: Loss, largest: int = 4) -> list[dict[str, int]]:
    """Return the sizes to try, small ones first: 1x2 to 3x4 for a matrix of logits."""
    if loss.shape == (N, M):
        order = [(1, 2), (1, 3), (2, 2), (2, 3), (3, 2), (1, 4), (3, 3), (2, 4), (3, 4)]
        return [{"n": n, "m": m} for n, m in order if m <= largest]
    if loss.shape == (M,):
        return [{"n": 1, "m": m} for m in (2, 3, 4) if m <= largest]
    return [{"n": n, "m": 2} for n in (1, 2, 3)]


def entries_of(loss: Loss, sizes: dict[str, int]) -> list[tuple[int, ...]]:
    """Return the index tuples of all logits at ``sizes``."""
    return list(product(*(range(1, sizes[size.name] + 1) for size in loss.shape)))


def points(loss: Loss, sizes: dict[str, int], count: int, root: int = 1) -> Iterator[Point]:
    """Yield the first ``count`` points."""
    return (point_at(loss, sizes, number, root) for number in range(count))


def point_at(loss: Loss, sizes: dict[str, int], number: int, root: int = 1) -> Point:
    """Return one point; e^s are ``root``-th powers of small numbers, so that roots come out rational."""
    random = Random(f"{number}:{sorted(sizes.items())}")
    entries = entries_of(loss, sizes)
    numbers = list(_NUMBERS[: max(len(entries), 4)]) if number == 0 else list(_NUMBERS)
    random.shuffle(numbers)
    if number == 0:
        numbers.sort()
    exp_s = {e: Fraction(numbers[p % len(numbers)]) ** root for p, e in enumerate(entries)}
    return Point(
        sizes, exp_s, _arrays(loss, sizes, random), _parameters(loss, number), _sets(loss, sizes, number)
    )


def label_table(loss: Loss, sizes: dict[str, int], random: Random) -> dict[tuple[int, ...], Fraction]:
    """Return random positive rational labels; rows sum to one where there are classes."""
    entries = entries_of(loss, sizes)
    raw = {e: Fraction(random.randint(1, 9)) for e in entries}
    if M not in loss.shape:
        return {e: v / 10 for e, v in raw.items()}
    totals: dict[tuple[int, ...], Fraction] = {}
    for e, v in raw.items():
        totals[e[:-1]] = totals.get(e[:-1], Fraction(0)) + v
    return {e: v / totals[e[:-1]] for e, v in raw.items()}


def hard_table(loss: Loss, sizes: dict[str, int], random: Random) -> dict[tuple[int, ...], Fraction]:
    """Return random labels 0 and 1; a row has one 1 where there are classes."""
    entries = entries_of(loss, sizes)
    if M not in loss.shape:
        return {e: Fraction(random.randint(0, 1)) for e in entries}
    targets = {e[:-1]: random.randint(1, sizes["m"]) for e in entries}
    return {e: Fraction(int(e[-1] == targets[e[:-1]])) for e in entries}


def _parameters(loss: Loss, number: int) -> dict[str, Fraction]:
    values = {}
    for position, symbol in enumerate(loss.parameters):
        pool = _POSITIVE if symbol.is_nonnegative else _REAL
        values[symbol.name] = pool[(number + position) % len(pool)]
    return values


def _arrays(loss: Loss, sizes: dict[str, int], random: Random) -> dict[str, dict[tuple[int, ...], Fraction]]:
    tables = {}
    for entry in loss.arrays:
        ranges = [sizes[_range_of(loss, entry, p)] for p in range(len(entry.indices))]
        keys = list(product(*(range(1, size + 1) for size in ranges)))
        tables[str(entry.base.label)] = {key: Fraction(random.randint(1, 9), 3) for key in keys}
    return tables


def _range_of(loss: Loss, entry: Indexed, position: int) -> str:
    """Return the range of an extra array's index: two indices are row and class, one is a class."""
    if len(entry.indices) == 2:
        return ("n", "m")[position]
    return "m" if M in loss.shape else "n"


def _sets(loss: Loss, sizes: dict[str, int], number: int) -> dict[str, frozenset[int]]:
    if not loss.class_sets:
        return {}
    classes = range(1, sizes["m"] + 1)
    negative = frozenset(c for c in classes if (c + number) % 2)
    return {"Omega_neg": negative, "Omega_pos": frozenset(classes) - negative}


__all__ = ["entries_of", "label_table", "point_at", "points", "sizes_for"]
