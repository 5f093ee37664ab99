"""Refute a stationary point: labels for which the loss rises along one direction, whatever the logits are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import reduce

from nmderive.checker import check
from nmderive.errors import NmderiveError
from nmderive.evidence import Certificate
from nmderive.losses.loss import Loss
from nmderive.proving.along import Direction, certificate_of, labelled_points, small_sizes
from nmderive.proving.evaluate import Evaluator, Point
from nmderive.proving.numbers import BallField
from nmderive.proving.points import entries_of, points

_SIZES = 2
_POINTS = 6


def one_way(loss: Loss, sizes: Mapping[str, int]) -> Certificate | None:
    """Return the accepted certificate of labels and a direction along which the derivative has one sign everywhere."""
    if loss.has_undefined_functions or loss.class_sets or loss.is_square:
        return None
    for size in small_sizes(loss, sizes)[:_SIZES]:
        for point in labelled_points(loss, size):
            for direction in _directions(loss, size):
                certificate = certificate_of("slope", loss, point, direction)
                if _has_one_sign(loss, point, direction) and check(certificate.as_json()).accepted:
                    return certificate
    return None


def _directions(loss: Loss, size: dict[str, int]) -> Iterator[Direction]:
    """Yield the logits one by one, and all of them at once."""
    entries = entries_of(loss, size)
    yield from ({e: 1} for e in entries)
    yield dict.fromkeys(entries, 1)


def _has_one_sign(loss: Loss, point: Point, direction: Direction) -> bool:
    """Tell whether the derivative has one sign at some points, a cheap look before the checker is asked."""
    signs = set()
    for other in points(loss, dict(point.sizes), _POINTS):
        evaluator = Evaluator(
            BallField(), Point(point.sizes, other.exp_s, point.arrays, point.parameters, point.sets))
        try:
            parts = [evaluator.value(loss.gradient, dict(zip(loss.indices, e, strict=True))) for e in direction]
        except NmderiveError:
            return False
        total = reduce(evaluator.field.add, parts)
        signs.add(1 if total > 0 else -1 if total < 0 else 0)
    return signs in ({1}, {-1})


__all__ = ["one_way"]
