"""What share of the gradient a class of r samples has, beside classes of other sizes."""

from __future__ import annotations

from typing import Any

from nmderive.losses.catalogue import load
from nmderive.plots.kinds import shares
from nmderive.plots.subject import Subject

TITLE = "A class's share of the gradient"
CAPTION = ("Seven classes of 1 to 1000 samples with hard labels, all logits 0: the sum of |dl/ds| at a class's samples "
           "and its own logit, divided by that of all classes. For cross-entropy the share is the class's share of the "
           "samples; for the others even the class of one sample is heard. Here loss-1 and quadratic coincide, and so "
           "do loss-3 and pairwise.")
CLAIM = "A17"
LOSSES = ("cross-entropy", "loss-1", "loss-3", "pairwise", "quadratic")


def numbers() -> dict[str, Any]:
    """Return the shares of the classes for each loss."""
    return shares.numbers({name: Subject(load(name), {}) for name in LOSSES})


def draw(numbers: dict[str, Any]) -> list[str]:
    """Return one plot with a line a loss."""
    return shares.draw(numbers)


def table(numbers: dict[str, Any]) -> tuple[list[str], list[list[str]]]:
    """Return the shares."""
    return shares.table(numbers)
