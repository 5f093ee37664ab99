"""How far loss-1's optimum is from softmax(s) and from softmax(2 s), over the simplex of labels of one sample."""

from __future__ import annotations

from typing import Any

from nmderive.losses.catalogue import load
from nmderive.plots.kinds import optimum
from nmderive.plots.subject import Subject

TITLE = "Loss-1's optimum over all labels of three classes"
CAPTION = ("At each label t the largest |t_j - softmax(c s)_j| at the optimal logits s; a hollow dot is below 0.01, "
           "fuller ones pass 0.01, 0.03, 0.06, 0.09 and 0.12. Softmax(s) is far off except near t = (1, 1, 1)/3 and "
           "the corners; softmax(2 s), the optimum of two classes, is nowhere off by more than 0.04.")
CLAIM = "A6"
LOSS = "loss-1"


def numbers() -> dict[str, Any]:
    """Return labels on a triangular grid and, at each, the two distances."""
    return optimum.numbers({LOSS: Subject(load(LOSS), {})}, (1, 2))


def draw(numbers: dict[str, Any]) -> list[str]:
    """Return one triangle a link."""
    return optimum.draw(numbers)


def table(numbers: dict[str, Any]) -> tuple[list[str], list[list[str]]]:
    """Return the mean and the largest distance."""
    return optimum.table(numbers)
