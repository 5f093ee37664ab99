"""A minimum of a convex loss in one place, for labels that make it one: logits first, labels then.

For two classes and one sample the labels (q, 1 - q) for which given logits are stationary are found as if the gradient
were affine in q, as it is for losses that are linear in the labels; what is not is refused by the exact check.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from fractions import Fraction

from nmderive.budget import limited
from nmderive.calculus.symbols import M, N
from nmderive.checker import check
from nmderive.errors import NmderiveError
from nmderive.evidence import Certificate
from nmderive.losses.loss import Loss
from nmderive.notation.ast import to_ast
from nmderive.proving import certificates
from nmderive.proving.along import Direction, Entry
from nmderive.proving.convexity import convex_certificate
from nmderive.proving.evaluate import Evaluator, Point
from nmderive.proving.numbers import ExactField, Inexact, Logs
from nmderive.proving.optimum import one_minimum
from nmderive.proving.points import entries_of, points
from nmderive.proving.refute import Witness

_STEPS, _ZERO = 20_000, Fraction(0)
_TRIES = 4
_RATIOS = tuple(map(Fraction, ("1", "2", "1/2", "3", "1/3")))


def minimum(
    loss: Loss, sizes: Mapping[str, int], wanted: Callable[[Mapping[Entry, Fraction], Direction], bool]
) -> tuple[Certificate, ...] | None:
    """Return a point at which the gradient is zero, where labels and logits are wanted, and that it is a minimum.

    It is one where the loss is convex, or has no other stationary point and is least there.
    """
    at = {"n": 1, "m": 2} if N in loss.shape else {"m": 2}
    plain = loss.has_undefined_functions or loss.class_sets or loss.is_square or M not in loss.shape
    if plain or any(sizes.get(k, v) != v for k, v in at.items()) or loss.least_sizes.get("m", 1) > 2:
        return None
    for point in _stationary(loss, at):
        places = sorted(set(point.exp_s.values()))
        if not wanted(point.arrays["t"], {e: places.index(x) for e, x in point.exp_s.items()}):
            continue
        found = _certificate(loss, point)
        if check(found.as_json()).accepted:
            convex = convex_certificate(loss)
            proofs = one_minimum(loss, sizes) if convex is None else (convex,)
            return None if proofs is None else (found, *proofs)
    return None


def _certificate(loss: Loss, point: Point) -> Certificate:
    labels = dict(point.arrays["t"])
    data = certificates.point_data(loss, Witness(point, (), "0", True))
    data["point"]["t"] = certificates.nested(labels)
    return Certificate("stationary-at", {
        "loss": to_ast(loss.expr), "shape": [s.name for s in loss.shape], **data, **certificates.declarations(loss),
    })


def _stationary(loss: Loss, at: dict[str, int]) -> Iterator[Point]:
    """Yield points with labels of the simplex's interior at which the gradient is zero."""
    entries = entries_of(loss, at)
    for base in points(loss, at, _TRIES):
        for ratio in _RATIOS:
            exp_s = dict(zip(entries, (ratio, Fraction(1)), strict=True))
            own = replace(base, exp_s=exp_s)
            try:
                with limited(steps=_STEPS):
                    share = _share(loss, own, entries)
            except (NmderiveError, Inexact, ZeroDivisionError):
                continue
            if share is not None and 0 < share < 1:
                yield _labelled(own, entries, share)


def _share(loss: Loss, point: Point, entries: list[Entry]) -> Fraction | None:
    """Return q for which the gradient at labels (q, 1 - q) is zero, if it is affine in q; None where it is level.

    Beside a rational number it may hold logarithms of primes: all of them are zero together, or the check fails.
    """
    low, high = (_slope(loss, _labelled(point, entries, q), entries[0]) for q in (Fraction(1, 4), Fraction(1, 2)))
    changes = ((key, (high.get(key, _ZERO) - low.get(key, _ZERO)) * 4) for key in sorted({*low, *high}))
    return next((Fraction(1, 4) - low.get(key, _ZERO) / change for key, change in changes if change), None)


def _slope(loss: Loss, point: Point, entry: Entry) -> dict[int, Fraction]:
    """Return the gradient as the factors of the logarithms of primes, that of 1 for the rational part."""
    value = Evaluator(ExactField(), point).value(loss.gradient, dict(zip(loss.indices, entry, strict=True)))
    if not isinstance(value, Logs):
        return {1: Fraction(value)}
    plain = ExactField().plain
    return {1: plain(value.constant)} | {prime: plain(factor) for prime, factor in value.coefficients.items()}


def _labelled(point: Point, entries: list[Entry], share: Fraction) -> Point:
    labels = dict(zip(entries, (share, 1 - share), strict=True))
    return replace(point, arrays={**point.arrays, "t": labels})


__all__ = ["minimum"]
