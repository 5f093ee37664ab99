"""Four losses of one sample with a hard label, over the plane of logits with row mean 0."""

from __future__ import annotations

from typing import Any

import numpy as np

from nmderive.losses.catalogue import load
from nmderive.numeric.lower import lower
from nmderive.pages.svg import Point, contour, path, paths, svg, text

TITLE = "Four losses of three classes, the label hard"
CAPTION = ("Logits with mean 0, the target's logit upwards; in the shaded region another class has the largest logit. "
           "Along the ray (1, 2, -3), which stays in that region, loss-3 falls to 0; the other three rise. With a hard "
           "label quadratic is loss-1.")
CLAIM = "A13"
LOSSES = ("loss-3", "loss-1", "pairwise", "quadratic")
RAY = (1.0, 2.0, -3.0)
LEVELS = (0.03, 0.1, 0.3, 1, 2, 4)
_REACH, _COUNT, _SIZE = 6.0, 37, 160.0
#: Directions of the picture: to the right from class 3 to class 2, upwards the target, class 1.
_RIGHT = np.array([0.0, 1.0, -1.0]) / np.sqrt(2)
_UP = np.array([2.0, -1.0, -1.0]) / np.sqrt(6)


def numbers() -> dict[str, Any]:
    """Return the values of each loss over the grid, rows from below, and along the ray."""
    grid = np.linspace(-_REACH, _REACH, _COUNT)
    rays = [1, 2, 3, 4]
    return {
        "reach": _REACH, "ray_at": rays,
        "values": {name: [[_value(name, x * _RIGHT + y * _UP) for x in grid] for y in grid] for name in LOSSES},
        "on_ray": {name: [_value(name, r * np.array(RAY)) for r in rays] for name in LOSSES},
    }


def _value(name: str, s: Any) -> float:
    return round(lower(load(name)).value(s[None], np.array([[1.0, 0.0, 0.0]])), 5)


def draw(numbers: dict[str, Any]) -> list[str]:
    """Return one panel a loss."""
    return [_panel(name, values, numbers["reach"]) for name, values in numbers["values"].items()]


def _panel(name: str, values: list[list[float]], reach: float) -> str:
    count, middle = len(values), len(values) // 2

    def place(column: float, row: float) -> Point:
        return column / (count - 1) * _SIZE, 20 + _SIZE - row / (count - 1) * _SIZE

    def at(x: float, y: float) -> Point:
        return place((x / reach + 1) / 2 * (count - 1), (y / reach + 1) / 2 * (count - 1))

    edge = reach / np.sqrt(3)  # the target's cone opens 60 degrees to each side
    wrong = [at(0, 0), at(reach, edge), at(reach, -reach), at(-reach, -reach), at(-reach, edge)]
    parts = [path(wrong, "shade", closed=True)]
    for k, level in enumerate(LEVELS):
        lines = contour(values, level)
        parts.append(paths([[place(*point) for point in line] for line in lines], f"level l{k}"))
        parts += [text(*_beside(place(*line[_nearest(line, middle)])), f"{level:g}", "tiny") for line in lines[:1]]
    x, y = float(np.dot(RAY, _RIGHT)), float(np.dot(RAY, _UP))
    end = at(x / x * reach, y / x * reach)
    parts += [path([at(0, 0), end], "ray"), path([at(-reach, -reach), at(reach, -reach), at(reach, reach),
                                                  at(-reach, reach)], "frame", closed=True)]
    return svg(_SIZE, _SIZE + 21, text(_SIZE / 2, 13, name) + "".join(parts), f"contours of {name}")


def _nearest(line: list[Point], column: float) -> int:
    return min(range(len(line)), key=lambda k: abs(line[k][0] - column))


def _beside(point: Point) -> Point:
    return point[0], point[1] + 3


def table(numbers: dict[str, Any]) -> tuple[list[str], list[list[str]]]:
    """Return the losses along the ray."""
    head = ["", *(f"r = {r}" for r in numbers["ray_at"])]
    return head, [[name, *(f"{v:.4f}" for v in values)] for name, values in numbers["on_ray"].items()]
