"""Rational points for refutations: distinct small numbers, the same in every run."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from functools import lru_cache
from itertools import product
from random import Random

from sympy import Expr, Integer, Symbol

from nmderive.calculus.domains import Domain
from nmderive.calculus.sums import IndexedOperator
from nmderive.calculus.symbols import M, N
from nmderive.losses.loss import Loss
from nmderive.proving.evaluate import Point

_NUMBERS = (1, 2, 3, 5, 7, 4, 11, 6, 13, 17, 9, 19, 23, 8, 29, 31)
#: Values of parameters: usual ones first, then what is often special (0, 1, whole, negative).
_VALUES = tuple(map(Fraction, ("2", "1/2", "3", "1", "1/3", "3/2", "0", "-1", "4", "-1/2", "5", "7")))
_POSITIVE, _NEGATIVE = "Omega_pos", "Omega_neg"
_SPECIAL = ("-1", "0", "1")
_FARTHEST = 8


def sizes_for(loss: Loss, largest: int = 4, fixed: Mapping[str, int] | None = None) -> list[dict[str, int]]:
    """Return the sizes to try: 1x2 to 3x4, n = m for a square matrix, a single class, and those about named indices.

    Those that are fixed are as they are, however large, and none is smaller than the formula needs.
    """
    rows, classes = (sorted({x + d for x in literals(loss.expr, size) for d in (-1, 0, 1)}) for size in (N, M))
    if loss.is_square:
        order = [(n, n) for n in (2, 1, 3)]
    elif loss.shape == (N, M):
        order = [(1, 2), (1, 3), (2, 2), (2, 3), (3, 2), (1, 1), (2, 1), (1, 4), (3, 3), (2, 4), (3, 4)]
        order = [x for x in order if x[1] <= largest] + [(2, m) for m in classes] + [(n, 2) for n in rows]
    elif loss.shape == (M,):
        order = [(1, m) for m in (2, 3, 1, 4) if m <= largest] + [(1, m) for m in classes]
    else:
        order = [(n, 2) for n in (1, 2, 3)] + [(n, 2) for n in rows]
    return fitting(loss, [(n, m) for n, m in order if 1 <= n <= _FARTHEST and 1 <= m <= _FARTHEST], fixed or {})


def fitting(loss: Loss, order: Iterable[tuple[int, int]], fixed: Mapping[str, int]) -> list[dict[str, int]]:
    """Return sizes n, m with those that are fixed as they are, and none smaller than the formula needs."""
    own, least = {**dict(loss.sizes), **fixed}, {"n": 1, "m": 1, **loss.least_sizes}
    if loss.is_square and own:
        own = dict.fromkeys(("n", "m"), max(own.values()))
    found = ((own.get("n", max(n, least["n"])), own.get("m", max(m, least["m"]))) for n, m in order)
    return [{"n": n, "m": m} for n, m in dict.fromkeys(found)]


def known(loss: Loss, order: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yield those sizes n, m for which the loss is known, and large enough for its formula."""
    sizes, least = dict(loss.sizes), loss.least_sizes
    return ((n, m) for n, m in order if sizes.get("n", n) == n >= least.get("n", 1)
            and sizes.get("m", m) == m >= least.get("m", 1))


def literals(expr: Expr, size: Symbol) -> set[int]:
    """Return the numbers that indices over the range are compared with, as in k != 3."""
    found: set[int] = set()
    for operator in expr.atoms(IndexedOperator):
        if operator.domain == size:
            numbers = {a for c in operator.conditions for a in c.args if isinstance(a, Integer)}
            found |= {int(a) for a in numbers}
    return found


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
    # Logits of both signs, but for the first point, whose numbers are the easiest to read.
    ends = [random.choice((1, -1)) if number else 1 for _ in entries]
    exp_s = {e: Fraction(numbers[p % len(numbers)]) ** (root * ends[p]) for p, e in enumerate(entries)}
    own = number + sizes.get("n", 1) + sizes.get("m", 1)
    return Point(
        sizes, exp_s, _arrays(loss, sizes, random, number), _parameters(loss, own - 3 if own >= 3 else own),
        _sets(loss, sizes, number),
    )


def label_table(
    loss: Loss, sizes: dict[str, int], random: Random, least: int = 1
) -> dict[tuple[int, ...], Fraction]:
    """Return random positive rational labels (with ``least`` 0: some are zero); rows of classes sum to one."""
    entries = entries_of(loss, sizes)
    if loss.is_square:
        return {e: Fraction(int(e[0] == e[1])) for e in entries}
    raw = {e: Fraction(random.randint(least, 9)) for e in entries}
    if M in loss.shape and least == 0:
        for e in entries:  # a row needs a label that is not zero
            raw[e] = raw[e] or Fraction(int(e[-1] == 1))
    if M not in loss.shape:
        return {e: v / 10 for e, v in raw.items()}
    totals: dict[tuple[int, ...], Fraction] = {}
    for e, v in raw.items():
        totals[e[:-1]] = totals.get(e[:-1], Fraction(0)) + v
    return {e: v / totals[e[:-1]] for e, v in raw.items()}


def hard_table(loss: Loss, sizes: dict[str, int], random: Random) -> dict[tuple[int, ...], Fraction]:
    """Return random labels 0 and 1; a row has one 1 where there are classes."""
    if loss.is_square:
        return label_table(loss, sizes, random)
    entries = entries_of(loss, sizes)
    if M not in loss.shape:
        return {e: Fraction(random.randint(0, 1)) for e in entries}
    targets = {e[:-1]: random.randint(1, sizes["m"]) for e in entries}
    if {_POSITIVE, _NEGATIVE} & set(loss.class_sets):  # all rows have it as their target
        targets = dict.fromkeys(targets, targets[entries[0][:-1]])
    return {e: Fraction(int(e[-1] == targets[e[:-1]])) for e in entries}


def with_hard_labels(loss: Loss, point: Point, labels: Mapping[tuple[int, ...], Fraction]) -> Point:
    """Return the point with hard labels; class sets have the target of all rows as their one positive."""
    sets = dict(point.sets)
    if _POSITIVE in sets and M in loss.shape:
        positive = frozenset(e[-1] for e, q in labels.items() if q == 1)
        sets |= {_POSITIVE: positive, _NEGATIVE: frozenset(range(1, point.sizes["m"] + 1)) - positive}
    return Point(point.sizes, point.exp_s, {**point.arrays, "t": labels}, point.parameters, sets)


def _parameters(loss: Loss, number: int) -> dict[str, Fraction]:
    values = {}
    for position, symbol in enumerate(loss.parameters):
        pool = values_in(domain_of(symbol.name, symbol, loss))
        values[symbol.name] = pool[(number + position) % len(pool)]
    return values


def at_edges(loss: Loss, point: Point) -> Point:
    """Return the point with parameters that are special where they are allowed: 0, negative, or 1."""
    special = {}
    for position, symbol in enumerate(loss.parameters):
        domain = domain_of(symbol.name, symbol, loss)
        pool = [v for v in map(Fraction, _SPECIAL) if v in domain] or list(values_in(domain))
        special[symbol.name] = pool[position % len(pool)]
    return replace(point, parameters=special)


def domain_of(name: str, expr: Expr, loss: Loss) -> Domain:
    """Return the domain of a parameter or array: as declared, or by its sign."""
    own = dict(loss.domains).get(name)
    if own is not None:
        return own
    return Domain(Fraction(0), low_open=bool(expr.is_positive)) if expr.is_nonnegative else Domain()


@lru_cache(maxsize=256)
def values_in(domain: Domain) -> tuple[Fraction, ...]:
    """Return values of a domain to try: usual ones, its ends where they belong to it, and some inside."""
    low = domain.low if domain.low is not None else (domain.high or Fraction(0)) - 2
    high = domain.high if domain.high is not None else low + 4
    inside = [low + (high - low) * Fraction(k, 4) for k in (2, 1, 3)]
    whole = [Fraction(math.floor(low) + k) for k in range(4)] if domain.integer else []
    found = [v for v in (*_VALUES, low, high, *inside, *whole, *domain.values) if v in domain]
    return tuple(dict.fromkeys(found))


def _arrays(
    loss: Loss, sizes: dict[str, int], random: Random, number: int
) -> dict[str, dict[tuple[int, ...], Fraction]]:
    """Return the arrays: usual numbers, and at every other point those that are special, where they are allowed."""
    tables = {}
    for entry in loss.arrays:
        name = entry.base.name
        keys = list(product(*(range(1, sizes[size] + 1) for size in loss.array_ranges[name])))
        domain = domain_of(name, entry, loss)
        pool = values_in(domain)
        usual = [v for v in (Fraction(k, 3) for k in range(1, 10)) if v in domain]
        if number == 1 and domain.low == 0 and 0 in domain:
            pool = (Fraction(0),)  # weights that are all zero leave nothing of a term
        tables[name] = {key: random.choice(pool if number % 2 else usual or pool) for key in keys}
    return tables


def _sets(loss: Loss, sizes: dict[str, int], number: int) -> dict[str, frozenset[int]]:
    if not loss.class_sets:
        return {}
    classes = range(1, sizes["m"] + 1)
    negative = frozenset(c for c in classes if (c + number) % 2)
    found = {_NEGATIVE: negative, _POSITIVE: frozenset(classes) - negative}
    others = [name for name in loss.class_sets if name not in found]
    if len(others) == len(loss.class_sets):
        found = {}
    for k, name in enumerate(others):  # one class, every other class, all of them, none
        ways = (frozenset({1}), negative, frozenset(classes), frozenset[int]())
        found[name] = ways[(number + k) % len(ways)]
    return found


__all__ = [
    "at_edges", "domain_of", "entries_of", "fitting", "known", "label_table", "literals", "point_at", "points",
    "sizes_for", "values_in", "with_hard_labels",
]
