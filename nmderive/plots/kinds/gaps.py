"""What a wrong class on top costs as labels become hard."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from nmderive.numeric.gap import near_hard_gap
from nmderive.pages.svg import Axis, axes, dots, legend, path, svg, ticks
from nmderive.plots.subject import Subject

TITLE = "What a wrong class on top costs at nearly hard labels"
SMOOTHING = (0.5, 0.2, 0.1, 0.03, 1e-2, 1e-3, 1e-4, 1e-6, 1e-8)


def caption(losses: Mapping[str, Subject]) -> str:
    """Return what is to be seen."""
    return ("One sample, three classes, the label smoothed: by how much the best point at which another class is on "
            "top lies above the optimum. Where it tends to 0, right is told from wrong less and less as labels become "
            "hard.")


def numbers(losses: Mapping[str, Subject]) -> dict[str, Any]:
    """Return the gaps of each loss."""
    return {"gaps": {name: [asdict(g) for g in near_hard_gap(own.loss, SMOOTHING, **own.parameters(1, 3))]
                     for name, own in losses.items()}}


def draw(numbers: Mapping[str, Any]) -> list[str]:
    """Return one plot with a line a loss; labels become harder to the right."""
    marks = ((0.1, "0.1"), (1e-2, "0.01"), (1e-4, "10⁻⁴"), (1e-6, "10⁻⁶"), (1e-8, "10⁻⁸"))
    x = Axis(0.5, 1e-8, 40, 340, marks, True)
    most = max(g["gap"] for found in numbers["gaps"].values() for g in found)
    top = max(0.75, most * 1.05) if most > 0.4 else most * 1.1 or 1.0
    y = Axis(0, top, 230, 26, ticks(0, top))
    parts = [axes(x, y, "label smoothing; harder labels to the right", "gap to the best wrong point")]
    for k, found in enumerate(numbers["gaps"].values()):
        points = [(x.at(g["smoothing"]), y.at(g["gap"])) for g in found]
        parts += [path(points, f"line c{k}"), dots(points, f"dot c{k}")]
    parts.append(legend(list(numbers["gaps"]), 20, 284, 124, 3))
    return [svg(360, 312, "".join(parts), TITLE)]


def table(numbers: Mapping[str, Any]) -> tuple[list[str], list[list[str]]]:
    """Return the gaps."""
    found = numbers["gaps"]
    smoothing = [g["smoothing"] for g in next(iter(found.values()))]
    rows = [[f"{e:g}", *(f"{gaps[k]['gap']:.4f}" for gaps in found.values())] for k, e in enumerate(smoothing)]
    return ["smoothing", *found], rows
