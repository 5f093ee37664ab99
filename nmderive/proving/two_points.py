"""Refute uniqueness by two stationary points for the same labels: on a flat piece, as hinges have, or apart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import product

from nmderive.budget import limited
from nmderive.calculus.symbols import M, T
from nmderive.checker import check
from nmderive.errors import NmderiveError
from nmderive.evidence import Certificate
from nmderive.losses.loss import Loss
from nmderive.notation.ast import to_ast
from nmderive.proving import certificates
from nmderive.proving.evaluate import Evaluator, Point
from nmderive.proving.numbers import ExactField
from nmderive.proving.points import entries_of, points

_STEPS = 20_000
_EXPONENTIALS = tuple(map(Fraction, ("1", "4/3", "3/4", "3", "1/3", "20", "1/20")))
_LABELS = {1: ((1,),), 2: ((1, 1), (2, 1)), 3: ((1, 1, 1), (2, 1, 1))}


def two_stationary(loss: Loss, sizes: Mapping[str, int]) -> Certificate | None:
    """Return the accepted certificate of two stationary points that are not shifts of each other."""
    for n, m in ((1, 2), (1, 3)):
        if sizes.get("n", n) != n or sizes.get("m", m) != m:
            continue
        for labels in _labels(loss, m):
            found = _found(loss, {"n": n, "m": m}, labels)
            if found is not None:
                return found
    return None


def _labels(loss: Loss, m: int) -> Iterator[tuple[Fraction, ...]]:
    if M not in loss.shape:
        yield from ((Fraction(1, 2),), (Fraction(2, 3),)) if m == 2 else ()
        return
    for weights in _LABELS[m]:
        yield tuple(Fraction(w, sum(weights)) for w in weights)


def _found(loss: Loss, sizes: dict[str, int], labels: tuple[Fraction, ...]) -> Certificate | None:
    entries = entries_of(loss, sizes)
    table = dict(zip(entries, labels, strict=True))
    base = next(points(loss, sizes, 1))
    first: dict[tuple[int, ...], Fraction] | None = None
    free = len(entries) if M not in loss.shape else len(entries) - 1
    try:
        with limited(steps=_STEPS):
            for rest in product(_EXPONENTIALS, repeat=free):
                exp_s = dict(zip(entries, (*rest, *[Fraction(1)] * (len(entries) - free)), strict=True))
                arrays = {**base.arrays, "t": table}
                if not _is_stationary(loss, Point(sizes, exp_s, arrays, base.parameters, base.sets)):
                    continue
                if first is None:
                    first = exp_s
                    continue
                certificate = _certificate(loss, base, table, first, {e: exp_s[e] / first[e] for e in entries})
                return certificate if check(certificate.as_json()).accepted else None
    except NmderiveError:
        return None
    return None


def _is_stationary(loss: Loss, point: Point) -> bool:
    evaluator = Evaluator(ExactField(), point)
    for entry in entries_of(loss, dict(point.sizes)):
        env = dict(zip(loss.indices, entry, strict=True))
        try:
            if evaluator.value(loss.gradient, env) != 0:
                return False
        except NmderiveError:
            return False
    return True


def _certificate(
    loss: Loss, base: Point, labels: Mapping[tuple[int, ...], Fraction],
    exp_s: Mapping[tuple[int, ...], Fraction], exp_d: Mapping[tuple[int, ...], Fraction],
) -> Certificate:
    point: dict[str, object] = {"exp_s": certificates.nested(exp_s), "exp_d": certificates.nested(exp_d),
                                "parameters": {k: str(v) for k, v in base.parameters.items()}}
    if loss.expr.has(T):
        point["t"] = certificates.nested(labels)
    others = {k: v for k, v in base.arrays.items() if k not in ("s", "t")}
    if others:
        point["arrays"] = {k: certificates.nested(v) for k, v in others.items()}
    if base.sets:
        point["sets"] = {k: sorted(v) for k, v in base.sets.items()}
    return Certificate("two-stationary", {
        "loss": to_ast(loss.expr), "shape": [s.name for s in loss.shape],
        "sizes": {s.name: base.sizes[s.name] for s in loss.spans}, "point": point, **certificates.declarations(loss),
    })


__all__ = ["two_stationary"]
