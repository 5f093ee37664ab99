"""A logit that the loss does not depend on, at small sizes: then no stationary point is the only one.

Moving one logit of a row of two classes or more is no row shift. Floating point proposes the logit, the checker
decides.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from math import isclose

from sympy import Integer, KroneckerDelta, Mul

from nmderive.budget import limited, remembered_with_steps
from nmderive.calculus.substitute import substitute_array
from nmderive.calculus.symbols import M, S, parameter
from nmderive.checker import check
from nmderive.checker.minima import STEP
from nmderive.errors import NmderiveError
from nmderive.evidence import Certificate
from nmderive.losses.loss import Loss
from nmderive.notation.ast import to_ast
from nmderive.proving import certificates
from nmderive.proving.along import Entry, labelled_points, small_sizes, value_of
from nmderive.proving.points import entries_of

_SIZES, _POINTS, _STEPS = 5, 2, 6_000
_MOVES = (1.0, -2.5)


@remembered_with_steps(64)
def unmoved(loss: Loss, sizes: Mapping[str, int]) -> Certificate | None:
    """Return the accepted certificate of a logit that changes nothing; None where none was found."""
    if loss.has_undefined_functions or loss.is_square:
        return None
    try:
        with limited(steps=_STEPS):
            return next((c for c in _candidates(loss, sizes) if check(c.as_json()).accepted), None)
    except NmderiveError:
        return None


def _candidates(loss: Loss, sizes: Mapping[str, int]) -> Iterator[Certificate]:
    for size in islice(small_sizes(loss, sizes), _SIZES):
        if M in loss.shape and size["m"] < 2:
            continue
        entries = entries_of(loss, size)
        values = [value_of(loss, point) for point in islice(labelled_points(loss, size), _POINTS)]
        for at in reversed(range(len(entries))):  # a class that the formula does not name is the last
            if all(_is_still(value, len(entries), at) for value in values):
                yield _certificate(loss, size, entries[at])
                break


def _is_still(value: Callable[[list[float]], float | None], count: int, at: int) -> bool:
    base = [float(k % 3) - 0.7 for k in range(count)]
    first = value(base)
    moved = [value([x + step * (k == at) for k, x in enumerate(base)]) for step in _MOVES]
    return first is not None and all(x is not None and isclose(x, first, rel_tol=1e-12, abs_tol=1e-12) for x in moved)


def _certificate(loss: Loss, size: Mapping[str, int], entry: Entry) -> Certificate:
    step = parameter(STEP)
    here = Mul(*(KroneckerDelta(i, Integer(k)) for i, k in zip(loss.indices, entry, strict=True)))
    moved = substitute_array(loss.expr, S, loss.indices, loss.logit + step * here)
    declared = certificates.declarations(loss)
    return Certificate("identity", {
        "left": to_ast(moved), "right": to_ast(loss.expr), "free": {}, "shape": [s.name for s in loss.shape],
        "sizes": {s.name: size[s.name] for s in loss.spans}, "entry": list(entry), "simplex": M in loss.shape,
        **declared, "parameters": {**declared["parameters"], STEP: "real"},
    })


__all__ = ["unmoved"]
