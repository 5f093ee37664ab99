"""Find a direction of the logits along which a loss tends to minus infinity; the checker follows its growth exactly."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from nmderive.evidence import Certificate
from nmderive.losses.loss import Loss
from nmderive.proving.along import Wanted, first_accepted, rays

_MOST = 12


def falling(loss: Loss, sizes: Mapping[str, int], hard: bool, wanted: Wanted) -> Iterator[Certificate]:
    """Return accepted certificates of a fall along wanted directions, at hard labels or others."""
    steep = (ray for ray in rays(loss, sizes, hard, wanted) if ray.far < ray.near - 1 and ray.near < 0)
    return first_accepted("falls", loss, islice(steep, _MOST), lambda _: {"simplex": True})


def place_of(fall: Certificate) -> str:
    """Return the sizes, parameters and arrays at which a loss falls, as text."""
    point = fall.data["point"]
    given = {**fall.data["sizes"], **point.get("parameters", {}), **point.get("arrays", {})}
    return ", ".join(f"{name}={shown(value)}" for name, value in given.items())


def shown(table: Any) -> str:
    """Return a table of numbers in brackets."""
    if isinstance(table, list):
        return "(" + ", ".join(shown(x) for x in table) + ")"
    return str(table)


__all__ = ["falling", "place_of", "shown"]
