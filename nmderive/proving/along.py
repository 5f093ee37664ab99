"""Directions of the logits and what a loss does along them in floating point: limits are proposed from there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache
from itertools import product
from math import isfinite
from random import Random
from typing import Any

from sympy import Expr, Symbol, lambdify

from nmderive.budget import step
from nmderive.calculus.extrema import has_extrema
from nmderive.calculus.specialise import entry_symbol, specialise
from nmderive.calculus.symbols import M, S, T
from nmderive.checker import check
from nmderive.evidence import Certificate
from nmderive.losses.loss import Loss
from nmderive.notation.ast import to_ast
from nmderive.proving import certificates
from nmderive.proving.evaluate import Point
from nmderive.proving.points import entries_of, label_table, points, sizes_for, with_hard_labels
from nmderive.proving.refute import Witness
from nmderive.structure.reader import standard, views

_TRIES = 120
_FAR = (20.0, 40.0)
_SIZES = 3
_LOGITS = 40

Entry = tuple[int, ...]
Direction = dict[Entry, int]
Wanted = Callable[[Mapping[Entry, Fraction], Direction], bool]


@dataclass(frozen=True)
class Ray:
    """A direction at given labels and parameters, the values at two places far along it, and the least value seen."""

    point: Point
    direction: Direction
    near: float
    far: float
    least: float


def rays(loss: Loss, sizes: Mapping[str, int], hard: bool, wanted: Wanted) -> Iterator[Ray]:
    """Yield the wanted rays at small sizes, at hard labels (class 1 the target) or labels strictly inside."""
    if loss.has_undefined_functions or hard and M not in loss.shape or has_extrema(loss.expr):
        return  # limits along rays are followed through no maximum over an index
    for size in small_sizes(loss, sizes)[:_SIZES]:
        for ray in _at_size(loss, tuple(sorted(size.items())), hard):
            if wanted(ray.point.arrays["t"], ray.direction):
                yield ray


def small_sizes(loss: Loss, sizes: Mapping[str, int]) -> list[dict[str, int]]:
    """Return small sizes with two classes or more, those that are fixed as they are."""
    least = 2 if M in loss.shape else 1
    return [s for s in sizes_for(loss, 3, sizes) if s.get("m", 2) >= least]


def labelled_points(loss: Loss, size: dict[str, int], hard: bool = False) -> Iterator[Point]:
    """Yield points with labels strictly inside, or hard ones with class 1 as the target, or each that could matter.

    The hard labels of binary tasks are all 1, or all 0.
    """
    entries = entries_of(loss, size)
    targets: Iterable[int] = range(1, size.get("m", 1) + 1) if loss.names_classes else (1,)
    if M not in loss.shape:
        targets = (1, 0)
    for number, base in enumerate(points(loss, size, 2)):
        inside = label_table(loss, size, Random(f"falls {number}"))
        for y in targets if hard else (1,):
            one_hot = {e: Fraction(int(e[-1] == y) if M in loss.shape else y) for e in entries}
            if hard:
                yield with_hard_labels(loss, base, one_hot)
            else:
                yield Point(size, base.exp_s, {**base.arrays, "t": inside}, base.parameters, base.sets)


@lru_cache(maxsize=32)
def _at_size(loss: Loss, sizes: tuple[tuple[str, int], ...], hard: bool) -> tuple[Ray, ...]:
    size = dict(sizes)
    return tuple(ray for point in labelled_points(loss, size, hard) for ray in _at_point(loss, point))


def _at_point(loss: Loss, point: Point) -> Iterator[Ray]:
    entries = entries_of(loss, dict(point.sizes))
    value = value_of(loss, point)
    random = Random("logits")
    seen = (value([random.uniform(-6, 6) for _ in entries]) for _ in range(_LOGITS))
    least = min((x for x in seen if x is not None), default=0.0)
    for choice in _choices(len(entries)):
        step()
        near, far = (value([scale * x for x in choice]) for scale in _FAR)
        if near is not None and far is not None:
            yield Ray(point, dict(zip(entries, choice, strict=True)), near, far, least)


def anywhere(labels: Mapping[Entry, Fraction], direction: Direction) -> bool:
    """Tell that a direction may be any."""
    return True


def another_wins(labels: Mapping[Entry, Fraction], direction: Direction) -> bool:
    """Tell whether in some row a class gains as much as one of a larger label, or more."""
    return any(
        labels[a] > labels[b] and direction[a] <= direction[b] for a in labels for b in labels if a[:-1] == b[:-1]
    )


def first_accepted(
    kind: str, loss: Loss, found: Iterable[Ray], more: Callable[[Ray], Mapping[str, Any]]
) -> Iterator[Certificate]:
    """Yield the accepted certificates about the loss along rays, as it is written or in another form.

    All forms are tried for the first ray alone: what is not followed along one is hardly followed along the next.
    """
    for number, ray in enumerate(found):
        forms = (loss.expr, standard(loss), *(views(loss) if number == 0 else ()))
        certificate = _accepted(kind, loss, ray, forms, more(ray))
        if certificate is not None:
            yield certificate


def _accepted(
    kind: str, loss: Loss, ray: Ray, forms: Iterable[Expr], more: Mapping[str, Any]
) -> Certificate | None:
    for expr in dict.fromkeys(forms):
        certificate = certificate_of(kind, replace(loss, expr=expr), ray.point, ray.direction, **more)
        if check(certificate.as_json()).accepted:
            return certificate
    return None


def certificate_of(kind: str, loss: Loss, point: Point, direction: Direction, **more: Any) -> Certificate:
    """Return a certificate about the loss along a direction, at the labels and letters of a point."""
    given = certificates.point_data(loss, Witness(point, (), "", False, point.arrays["t"]))
    given["point"].pop("exp_s", None)
    given["point"]["t"] = certificates.nested(point.arrays["t"])
    whole = {e: Fraction(direction.get(e, 0)) for e in entries_of(loss, dict(point.sizes))}
    return Certificate(kind, {
        "loss": to_ast(loss.expr), "shape": [s.name for s in loss.shape], **given, **more,
        "direction": certificates.nested(whole),
        **certificates.declarations(loss),
    })


def _choices(count: int) -> Iterator[tuple[int, ...]]:
    """Yield small whole directions: all of -2 to 2 for few entries, those with -2 last, a selection for more."""
    if count <= 3:
        few = [x for x in product((-1, 0, 1, 2, -2), repeat=count) if any(x)]
        yield from sorted(few, key=lambda x: -2 in x)
        return
    random = Random(f"directions {count}")
    for _ in range(_TRIES):
        yield tuple(random.choice((-1, 0, 1)) for _ in range(count))


@lru_cache(maxsize=64)
def _compiled(
    expr: Expr, sizes: tuple[tuple[str, int], ...], sets: tuple[tuple[str, tuple[int, ...]], ...],
    entries: tuple[Entry, ...], numbers: tuple[tuple[Symbol, float], ...],
) -> tuple[Callable[[list[float], list[float]], Any], tuple[Symbol, ...]]:
    """Return the expression as a function of logits and of letters, which are named."""
    own = specialise(expr, dict(sizes), {k: frozenset(v) for k, v in sets}).xreplace(dict(numbers))
    logits = [entry_symbol(S[e]) for e in entries]
    letters = tuple(sorted(own.free_symbols - set(logits), key=str))
    return lambdify([logits, letters], own, "math"), letters


def value_of(loss: Loss, point: Point) -> Callable[[list[float]], float | None]:
    """Return the loss in floating point as a function of the logits, None where it has no value."""
    entries = entries_of(loss, dict(point.sizes))
    given = {entry_symbol(T[e]): float(point.arrays["t"][e]) for e in entries}
    given |= {p: float(point.parameters[p.name]) for p in loss.parameters}
    for entry in loss.arrays:
        for key, number in point.arrays[entry.base.name].items():
            given[entry_symbol(entry.base[key])] = float(number)
    plain = tuple((x, v) for x, v in given.items() if v in (0, 1))  # a factor 0 takes away what may be too large
    sets = tuple((k, tuple(sorted(v))) for k, v in point.sets.items())
    compiled, letters = _compiled(loss.expr, tuple(point.sizes.items()), sets, tuple(entries), plain)
    numbers = [given[x] for x in letters]

    def value(logits: list[float]) -> float | None:
        try:
            found = compiled(list(map(float, logits)), numbers)  # no scalars of NumPy, which warn where Python raises
        except (ValueError, ZeroDivisionError, OverflowError, TypeError):
            return None
        return float(found) if isinstance(found, int | float) and isfinite(found) else None

    return value


__all__ = [
    "Direction", "Entry", "Ray", "Wanted", "another_wins", "anywhere", "certificate_of", "first_accepted",
    "labelled_points", "rays", "small_sizes", "value_of",
]
