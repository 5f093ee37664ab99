"""Four losses of one sample with a hard label, over the plane of logits with row mean 0."""

from __future__ import annotations

from typing import Any

from nmderive.losses.catalogue import load
from nmderive.plots.kinds import landscape
from nmderive.plots.subject import Subject

TITLE = "Four losses of three classes, the label hard"
CAPTION = ("Logits with mean 0, the target's logit upwards; in the shaded region another class has the largest logit. "
           "Along the ray (1, 2, -3), which stays in that region, loss-3 falls to 0; the other three rise. With a hard "
           "label quadratic is loss-1.")
CLAIM = "A13"
LOSSES = ("loss-3", "loss-1", "pairwise", "quadratic")
RAY = (1.0, 2.0, -3.0)
LEVELS = (0.03, 0.1, 0.3, 1, 2, 4)


def numbers() -> dict[str, Any]:
    """Return the values of each loss over the grid, rows from below, and along the ray."""
    return landscape.numbers({name: Subject(load(name), {}) for name in LOSSES}, RAY)


def draw(numbers: dict[str, Any]) -> list[str]:
    """Return one panel a loss."""
    return landscape.draw(numbers, LEVELS, RAY)


def table(numbers: dict[str, Any]) -> tuple[list[str], list[list[str]]]:
    """Return the losses along the ray."""
    return landscape.table(numbers)
