"""Refute a stationary point: labels for which the loss rises along one direction, whatever the logits are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import reduce
from random import Random

from nmderive.calculus.symbols import M, T
from nmderive.checker import check
from nmderive.errors import NmderiveError
from nmderive.evidence import Certificate
from nmderive.losses.loss import Loss
from nmderive.notation.ast import to_ast
from nmderive.proving import certificates
from nmderive.proving.evaluate import Evaluator, Point
from nmderive.proving.numbers import BallField
from nmderive.proving.points import entries_of, label_table, points, sizes_for

_SIZES = 2
_POINTS = 6
Direction = dict[tuple[int, ...], int]


def one_way(loss: Loss, sizes: Mapping[str, int]) -> Certificate | None:
    """Return the accepted certificate of labels and a direction along which the derivative has one sign everywhere."""
    if loss.has_undefined_functions or loss.class_sets or loss.is_square or loss.arrays:
        return None
    for size in _small(loss, sizes):
        for number, base in enumerate(points(loss, size, 2)):
            labels = label_table(loss, size, Random(f"one way {number}"))
            for direction in _directions(loss, size):
                if not _has_one_sign(loss, size, base, labels, direction):
                    continue
                certificate = _certificate(loss, base, labels, direction)
                if check(certificate.as_json()).accepted:
                    return certificate
    return None


def _small(loss: Loss, sizes: Mapping[str, int]) -> list[dict[str, int]]:
    least = 2 if M in loss.shape else 1
    found = [s for s in sizes_for(loss, 3) if s.get("m", 2) >= least and all(s[k] == v for k, v in sizes.items())]
    return found[:_SIZES]


def _directions(loss: Loss, size: dict[str, int]) -> Iterator[Direction]:
    """Yield the logits one by one, and all of them at once."""
    entries = entries_of(loss, size)
    yield from ({e: 1} for e in entries)
    yield dict.fromkeys(entries, 1)


def _has_one_sign(
    loss: Loss, size: dict[str, int], base: Point, labels: Mapping[tuple[int, ...], Fraction], direction: Direction
) -> bool:
    """Tell whether the derivative has one sign at some points, a cheap look before a certificate is formed."""
    signs = set()
    for point in points(loss, size, _POINTS):
        there = Point(size, point.exp_s, {**point.arrays, "t": dict(labels)}, base.parameters, base.sets)
        try:
            evaluator = Evaluator(BallField(), there)
            parts = [evaluator.value(loss.gradient, dict(zip(loss.indices, e, strict=True))) for e in direction]
            total = reduce(evaluator.field.add, parts)
        except NmderiveError:
            return False
        signs.add(1 if total > 0 else -1 if total < 0 else 0)
    return signs in ({1}, {-1})


def _certificate(
    loss: Loss, base: Point, labels: Mapping[tuple[int, ...], Fraction], direction: Direction
) -> Certificate:
    point: dict[str, object] = {"parameters": {k: str(v) for k, v in base.parameters.items()}}
    if loss.expr.has(T):
        point["t"] = certificates.nested(labels)
    whole = {e: Fraction(direction.get(e, 0)) for e in entries_of(loss, dict(base.sizes))}
    return Certificate("slope", {
        "loss": to_ast(loss.expr), "shape": [s.name for s in loss.shape],
        "sizes": {s.name: base.sizes[s.name] for s in loss.shape}, "point": point,
        "direction": certificates.nested(whole), **certificates.declarations(loss),
    })


__all__ = ["one_way"]
