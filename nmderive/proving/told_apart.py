"""Which losses of the catalogue are another loss for hard labels: values that are kept tell most apart unread.

``hard_values.toml`` holds, for each formula of the catalogue, its shape, its weights and class sets, and, where it has
none of these, its values at hard labels at two points, to 15 digits ("none" where exact arithmetic says that it is not
defined, "open" where no arithmetic says anything). A formula that changed, or came to the catalogue since, is not in it
and is read. A test works the table out anew; ``table()`` writes it.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterator
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from random import Random
from typing import Any

from nmderive.errors import DomainError, NmderiveError
from nmderive.losses.catalogue import entry, load, names
from nmderive.losses.loss import Loss
from nmderive.proving.evaluate import Evaluator, Point
from nmderive.proving.numbers import BallField, ExactField, Inexact
from nmderive.proving.points import hard_table, point_at

FILE = Path(__file__).with_name("hard_values.toml")
_SIZES = {"n": 2, "m": 3}
_POINTS, _BITS, _NONE, _OPEN = 2, 192, "none", "open"
#: Values that differ by less, relative to their size, are looked at exactly.
_CLOSE = Fraction(1, 10**9)


def alike_for_hard_labels(loss: Loss) -> Iterator[str]:
    """Yield the names of the catalogue's losses that may be ``loss`` for hard labels: they are not told apart."""
    own = None
    for name in names():
        kept = _kept().get(key_of(name))
        if kept is None:
            yield name
        elif kept["shape"] == _shape(loss) and set(kept["letters"]) <= set(_letters(loss)):
            own = own or values(loss)
            if kept["letters"] or not any(map(_differ, own, kept["values"])):
                yield name


def values(loss: Loss) -> list[str]:
    """Return the loss's values at hard labels at two points of n=2, m=3, to 15 digits, "none" or "open"."""
    found = []
    for number in range(_POINTS):
        base = point_at(loss, _SIZES, number)
        labels = hard_table(loss, _SIZES, Random(f"labels {number}"))
        point = Point(base.sizes, base.exp_s, {**base.arrays, "t": labels}, base.parameters, base.sets)
        found.append(_value(loss, point))
    return found


def _value(loss: Loss, point: Point) -> str:
    try:
        return str(Evaluator(BallField(_BITS), point).value(loss.expr).str(15, radius=False))
    except (NmderiveError, Inexact):
        pass
    try:
        Evaluator(ExactField(), point).value(loss.expr)
    except DomainError:
        return _NONE
    except (NmderiveError, Inexact):
        pass
    return _OPEN


def key_of(name: str) -> str:
    """Return what a kept value belongs to: the loss's name, with a hash of its formula and declarations."""
    found = entry(name)
    text = "\n".join((found.latex, *found.lets))
    return f"{name} {hashlib.sha256(text.encode()).hexdigest()[:8]}"


def table() -> str:
    """Return the text of the file; a loss with parameters or undefined functions is of no shape: it is no other."""
    lines = []
    for name in names():
        loss = load(name)
        shape = "none" if loss.parameters or loss.has_undefined_functions else _shape(loss)
        letters = ", ".join(f'"{letter}"' for letter in _letters(loss))
        own = ", ".join(f'"{value}"' for value in (() if shape == "none" or letters else values(loss)))
        lines.append(f'"{key_of(name)}" = {{shape = "{shape}", letters = [{letters}], values = [{own}]}}')
    return "# Written by nmderive.proving.told_apart.table().\n" + "\n".join(lines) + "\n"


@lru_cache(maxsize=1)
def _kept() -> dict[str, Any]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


def _shape(loss: Loss) -> str:
    return " ".join(size.name for size in loss.shape)


def _letters(loss: Loss) -> list[str]:
    """Return the names of weights and class sets: a loss that depends on some is no loss without them."""
    return sorted({*(entry.base.name for entry in loss.arrays), *loss.class_sets})


def _differ(own: str, other: str) -> bool:
    """Tell whether two values differ; where one loss has none and the other has, they are not the same function."""
    if _OPEN in (own, other):
        return False
    if _NONE in (own, other):
        return own != other
    a, b = Fraction(own), Fraction(other)
    return abs(a - b) > _CLOSE * (1 + abs(a))


__all__ = ["FILE", "alike_for_hard_labels", "key_of", "table", "values"]
