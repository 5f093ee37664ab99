"""Signs of polynomials in shares: labels, probabilities and whatever else lies between 0 and 1.

A polynomial of degree at most one in each of its letters is, at a point of the cube [0, 1]^k, a mean of its values at
the corners: nonnegative if those are.  Where some letters are positive, the corners at which these are 1 have a
positive weight: it is positive if it is so there.  Letters are equal where they are written alike.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from fractions import Fraction
from itertools import product
from typing import Any

from .numbers import parse

_MOST = 8

Letters = dict[str, int]


def sign(node: Any, is_share: Callable[[Any], bool], is_positive: Callable[[Any], bool]) -> str:
    """The sign of a polynomial in shares, "unknown" where the expression is none, or negative somewhere."""
    letters: Letters = {}
    degrees = _degrees(node, is_share, letters)
    if degrees is None or not letters or len(letters) > _MOST or any(d > 1 for d in degrees.values()):
        return "unknown"
    names = list(letters)
    positive = [is_positive(json.loads(name)) for name in names]
    strict = True
    for corner in product((0, 1), repeat=len(names)):
        value = _value(node, is_share, dict(zip(names, corner, strict=True)))
        if value < 0:
            return "unknown"
        strict = strict and (value > 0 or any(p and x == 0 for p, x in zip(positive, corner, strict=True)))
    return "pos" if strict else "nonneg"


def _key(node: Any) -> str:
    return json.dumps(node)


def _degrees(node: Any, is_share: Callable[[Any], bool], letters: Letters) -> Letters | None:
    """The degree in each letter, None where the expression is no polynomial in shares with rational coefficients."""
    if node[0] == "num":
        return {} if isinstance(parse(node[1]), int | Fraction) else None
    if is_share(node):
        letters.setdefault(_key(node), len(letters))
        return {_key(node): 1}
    if node[0] not in ("add", "mul"):
        return None
    parts = [_degrees(x, is_share, letters) for x in node[1]]
    found: Letters = {}
    for part in parts:
        if part is None:
            return None
        for name, d in part.items():
            found[name] = found.get(name, 0) + d if node[0] == "mul" else max(found.get(name, 0), d)
    return found


def _value(node: Any, is_share: Callable[[Any], bool], at: dict[str, int]) -> Fraction:
    if node[0] == "num":
        return Fraction(parse(node[1]))
    if is_share(node):
        return Fraction(at[_key(node)])
    values = [_value(x, is_share, at) for x in node[1]]
    if node[0] == "add":
        return sum(values, Fraction(0))
    found = Fraction(1)
    for v in values:
        found *= v
    return found


__all__ = ["sign"]
