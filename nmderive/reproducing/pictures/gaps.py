"""What a wrong class on top costs as labels become hard."""

from __future__ import annotations

from typing import Any

from nmderive.losses.catalogue import load
from nmderive.plots.kinds import gaps
from nmderive.plots.subject import Subject

TITLE = "What a wrong class on top costs at nearly hard labels"
CAPTION = ("One sample, three classes, the label smoothed: by how much the best point at which another class is on top "
           "lies above the optimum. For four losses the gap tends to log 2 = 0.69; for loss-3 it tends to 0, so the "
           "nearer labels are to hard ones, the less it tells right from wrong.")
CLAIM = "A14"
LOSSES = ("cross-entropy", "loss-1", "loss-3", "pairwise", "quadratic")


def numbers() -> dict[str, Any]:
    """Return the gaps of each loss."""
    return gaps.numbers({name: Subject(load(name), {}) for name in LOSSES})


def draw(numbers: dict[str, Any]) -> list[str]:
    """Return one plot with a line a loss; labels become harder to the right."""
    return gaps.draw(numbers)


def table(numbers: dict[str, Any]) -> tuple[list[str], list[list[str]]]:
    """Return the gaps."""
    return gaps.table(numbers)
