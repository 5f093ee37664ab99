"""What a wrong class on top costs as labels become hard."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from nmderive.losses.catalogue import load
from nmderive.numeric.gap import near_hard_gap
from nmderive.pages.svg import Axis, axes, dots, legend, path, svg

TITLE = "What a wrong class on top costs at nearly hard labels"
CAPTION = ("One sample, three classes, the label smoothed: by how much the best point at which another class is on top "
           "lies above the optimum. For four losses the gap tends to log 2 = 0.69; for loss-3 it tends to 0, so the "
           "nearer labels are to hard ones, the less it tells right from wrong.")
CLAIM = "A14"
LOSSES = ("cross-entropy", "loss-1", "loss-3", "pairwise", "quadratic")
SMOOTHING = (0.5, 0.2, 0.1, 0.03, 1e-2, 1e-3, 1e-4, 1e-6, 1e-8)


def numbers() -> dict[str, Any]:
    """Return the gaps of each loss."""
    return {"gaps": {name: [asdict(g) for g in near_hard_gap(load(name), SMOOTHING)] for name in LOSSES}}


def draw(numbers: dict[str, Any]) -> list[str]:
    """Return one plot with a line a loss; labels become harder to the right."""
    ticks = ((0.1, "0.1"), (1e-2, "0.01"), (1e-4, "10⁻⁴"), (1e-6, "10⁻⁶"), (1e-8, "10⁻⁸"))
    x = Axis(0.5, 1e-8, 40, 340, ticks, True)
    y = Axis(0, 0.75, 230, 26, ((0, "0"), (0.2, "0.2"), (0.4, "0.4"), (0.6, "0.6")))
    parts = [axes(x, y, "label smoothing; harder labels to the right", "gap to the best wrong point")]
    for k, found in enumerate(numbers["gaps"].values()):
        points = [(x.at(g["smoothing"]), y.at(g["gap"])) for g in found]
        parts += [path(points, f"line c{k}"), dots(points, f"dot c{k}")]
    parts.append(legend(list(numbers["gaps"]), 20, 284, 124, 3))
    return [svg(360, 312, "".join(parts), TITLE)]


def table(numbers: dict[str, Any]) -> tuple[list[str], list[list[str]]]:
    """Return the gaps."""
    found = numbers["gaps"]
    smoothing = [g["smoothing"] for g in next(iter(found.values()))]
    rows = [[f"{e:g}", *(f"{gaps[k]['gap']:.4f}" for gaps in found.values())] for k, e in enumerate(smoothing)]
    return ["smoothing", *found], rows
