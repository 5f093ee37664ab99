"""A point and a vector along which the Hessian is more than a diagonal matrix; Hessians in floating point."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from itertools import islice, product
from math import log
from random import Random
from typing import Any

import numpy as np
from sympy import Integer

from nmderive.budget import limited, step
from nmderive.calculus.symbols import M
from nmderive.checker import check
from nmderive.errors import NmderiveError
from nmderive.evidence import Certificate
from nmderive.losses.loss import Loss
from nmderive.notation.ast import to_ast
from nmderive.proving import certificates
from nmderive.proving.along import certificate_of, labelled_points, small_sizes, value_of
from nmderive.proving.evaluate import Point
from nmderive.proving.points import entries_of

_STEPS, _EACH = 3_000, 300
_SIZES, _POINTS, _LOGITS, _PLACES = 4, 3, 9, 6
#: Parts of a gradient beyond which one size is looked at: each costs.
LONGEST = 400
#: The step of second differences, and below which an eigenvalue of D - H is worth a look: floats only guide.
_H, NEGATIVE = 1e-3, -1e-4
Entries = list[tuple[int, ...]]


def hessians(loss: Loss, size: dict[str, int]) -> Iterator[Any]:
    """Yield the Hessian in floating point at equal logits, and at others."""
    entries = entries_of(loss, size)
    for point in islice(labelled_points(loss, size), int(len(entries) <= _LOGITS)):
        value = value_of(loss, point)
        for s in (np.zeros(len(entries)), np.array([log(point.exp_s[e]) for e in entries])):
            found = _bent(value, s)
            if found is not None:
                yield found


def refutation(loss: Loss, sizes: Mapping[str, int]) -> Certificate | None:
    """Return the accepted certificate of a point and a vector; floating point guides, balls decide."""
    try:
        with limited(steps=_STEPS):
            return next(_refutations(loss, sizes), None)
    except NmderiveError:
        return None


def _refutations(loss: Loss, sizes: Mapping[str, int]) -> Iterator[Certificate]:
    is_large = loss.gradient.count_ops() > LONGEST
    for size in small_sizes(loss, sizes)[: 1 if is_large else _SIZES]:
        entries = entries_of(loss, size)
        if len(entries) > _LOGITS:
            continue
        for hard in (False, True) if M in loss.shape and not loss.is_square else (False,):
            for point in islice(labelled_points(loss, size, hard), _POINTS):
                for place, v in _vectors(loss, point, entries):
                    step(_EACH)
                    found = _witness(loss, place, dict(zip(entries, v, strict=True)))
                    if check(found.as_json()).accepted:
                        yield found


def _vectors(loss: Loss, point: Point, entries: Entries) -> Iterator[tuple[Point, list[Fraction]]]:
    """Yield places, and vectors along which D - H looks negative there: of one logit, then near an eigenvector."""
    value, diagonal = value_of(loss, point), _diagonal(loss, point, entries)
    for place in _places(point, entries):
        s = np.array([log(place.exp_s[e]) for e in entries])
        hessian, own = _bent(value, s), diagonal(s)
        if hessian is None or own is None and loss.diagonal is not None:
            continue
        gap = np.diag(2 * np.diagonal(hessian) if own is None else own) - hessian
        if not np.isfinite(gap).all():
            continue
        for position in np.flatnonzero(np.diagonal(gap) < NEGATIVE)[:1]:
            yield place, [Fraction(int(k == position)) for k in range(len(entries))]
        values, vectors = np.linalg.eigh(gap)
        if values[0] < NEGATIVE:
            yield from ((place, v) for v in _rounded(gap, vectors[:, 0]))


def _places(point: Point, entries: Entries) -> Iterator[Point]:
    """Yield the point, and its labels and letters at other logits."""
    yield point
    random = Random("places")
    for _ in range(_PLACES):
        yield replace(point, exp_s={e: Fraction(2) ** random.randint(-4, 4) for e in entries})


def _rounded(gap: Any, vector: Any) -> Iterator[list[Fraction]]:
    """Yield a vector of small numbers along which D - H is negative, near the given one."""
    for digits in (1, 2, 8):
        rounded = [Fraction(round(float(x) * digits), digits) for x in vector / np.abs(vector).max()]
        if np.asarray(rounded, float) @ gap @ np.asarray(rounded, float) < 0:
            yield rounded
            return


def _diagonal(loss: Loss, point: Point, entries: Entries) -> Callable[[Any], Any]:
    """Return the given diagonal as a function of the logits; None as its value where there is none."""
    if loss.diagonal is None:
        return lambda s: None
    rules = [dict(zip(loss.indices, map(Integer, e), strict=True)) for e in entries]
    each = [value_of(replace(loss, expr=loss.diagonal.xreplace(rule)), point) for rule in rules]

    def at(s: Any) -> Any:
        own = [value(list(s)) for value in each]
        return None if None in own else np.array(own)

    return at


def _bent(value: Callable[[list[float]], float | None], s: Any) -> Any:
    """Return the Hessian by second differences; None where a value is missing."""
    steps = _H * np.eye(len(s))
    found = np.zeros((len(s), len(s)))
    for a, b in product(range(len(s)), repeat=2):
        corners = [(x * y, value(list(s + x * steps[a] + y * steps[b]))) for x, y in product((1, -1), repeat=2)]
        if any(x is None for _, x in corners):
            return None
        found[a, b] = sum(sign * x for sign, x in corners if x is not None) / (4 * _H**2)
    return found


def _witness(loss: Loss, point: Point, v: Mapping[tuple[int, ...], Fraction]) -> Certificate:
    data = certificate_of("witness-majorant", loss, point, {}).data
    place = {**data["point"], "exp_s": certificates.nested(point.exp_s)}
    return Certificate("witness-majorant", {
        **data, "point": place, "gradient": to_ast(loss.gradient), "direction": certificates.nested(v), "simplex": True,
        **given(loss),
    })


def given(loss: Loss) -> dict[str, Any]:
    """Return the part of a certificate that gives D, and the declarations of what is in it and in the loss."""
    others = () if loss.diagonal is None else (loss.diagonal,)
    own = {} if loss.diagonal is None else {"diagonal": to_ast(loss.diagonal)}
    return {**own, **certificates.declarations(loss, *others)}


__all__ = ["LONGEST", "NEGATIVE", "given", "hessians", "refutation"]
