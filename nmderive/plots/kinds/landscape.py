"""Losses of one sample with a hard label, over the plane of logits with mean 0."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from nmderive.pages.svg import Point, contour, path, paths, svg, text
from nmderive.plots.subject import Subject

TITLE = "Landscape over three classes, the label hard"
_REACH, _COUNT, _SIZE = 6.0, 37, 160.0
#: Directions of the picture: to the right from class 3 to class 2, upwards the target, class 1.
_RIGHT = np.array([0.0, 1.0, -1.0]) / np.sqrt(2)
_UP = np.array([2.0, -1.0, -1.0]) / np.sqrt(6)
#: Shares of the plane below each of the levels that are drawn, where no levels are given.
_SHARES = (0.06, 0.2, 0.4, 0.6, 0.8, 0.95)
_FLAT = 1e-3


def caption(losses: Mapping[str, Subject]) -> str:
    """Return what is to be seen."""
    return ("Logits of one sample with mean 0, from -6 to 6: the target's, class 1, upwards, from class 3 to class 2 "
            "to the right. Lines join points of equal loss; in the shaded region another class has the largest logit.")


def numbers(losses: Mapping[str, Subject], ray: Sequence[float] = (1.0, 2.0, -3.0)) -> dict[str, Any]:
    """Return the values of each loss over the grid, rows from below, and along a ray."""
    for subject in losses.values():
        subject.needs_classes()
    grid = np.linspace(-_REACH, _REACH, _COUNT)
    rays = [1, 2, 3, 4]
    return {
        "reach": _REACH, "ray_at": rays,
        "values": {name: [[_value(own, x * _RIGHT + y * _UP) for x in grid] for y in grid]
                   for name, own in losses.items()},
        "on_ray": {name: [_value(own, r * np.array(ray)) for r in rays] for name, own in losses.items()},
    }


def _value(subject: Subject, s: Any) -> float:
    return round(subject.value(s[None], np.array([[1.0, 0.0, 0.0]])), 5)


def levels(values: Sequence[Sequence[float]]) -> tuple[float, ...]:
    """Return levels that share the plane out, in two digits; none so low that the numbers' last digit would show."""
    flat = np.sort(np.ravel(values))
    least = flat[0] + _FLAT * (flat[-1] - flat[0])
    found = (float(f"{flat[int(share * (len(flat) - 1))]:.2g}") for share in _SHARES)
    return tuple(dict.fromkeys(level for level in found if level > least))


def scale(frames: Sequence[Mapping[str, Any]]) -> tuple[Any, ...]:
    """Return the levels of the first frame, so that the lines of one loss move."""
    (values,) = frames[0]["values"].values()
    return (levels(values),)


def draw(numbers: Mapping[str, Any], at: Sequence[float] = (), ray: Sequence[float] = ()) -> list[str]:
    """Return one panel a loss, with these levels and this ray where they are given."""
    return [_panel(name, values, numbers["reach"], at or levels(values), ray)
            for name, values in numbers["values"].items()]


def _panel(name: str, values: list[list[float]], reach: float, at: Sequence[float], ray: Sequence[float]) -> str:
    count, middle = len(values), len(values) // 2

    def place(column: float, row: float) -> Point:
        return column / (count - 1) * _SIZE, 20 + _SIZE - row / (count - 1) * _SIZE

    def point(x: float, y: float) -> Point:
        return place((x / reach + 1) / 2 * (count - 1), (y / reach + 1) / 2 * (count - 1))

    edge = reach / np.sqrt(3)  # the target's cone opens 60 degrees to each side
    wrong = [point(0, 0), point(reach, edge), point(reach, -reach), point(-reach, -reach), point(-reach, edge)]
    parts = [path(wrong, "shade", closed=True)]
    for k, level in enumerate(at):
        lines = contour(values, level)
        parts.append(paths([[place(*p) for p in line] for line in lines], f"level l{k}"))
        parts += [text(*_beside(place(*line[_nearest(line, middle)])), f"{level:g}", "tiny") for line in lines[:1]]
    if len(ray):
        x, y = float(np.dot(ray, _RIGHT)), float(np.dot(ray, _UP))
        parts.append(path([point(0, 0), point(reach, y / x * reach)], "ray"))
    parts.append(path([point(-reach, -reach), point(reach, -reach), point(reach, reach), point(-reach, reach)],
                      "frame", closed=True))
    words = text(_SIZE / 2, 13, name) + text(_SIZE / 2, _SIZE + 34, "class 3 ← → class 2, ↑ target", "tiny")
    return svg(_SIZE, _SIZE + 40, words + "".join(parts), f"contours of {name}")


def _nearest(line: list[Point], column: float) -> int:
    return min(range(len(line)), key=lambda k: abs(line[k][0] - column))


def _beside(point: Point) -> Point:
    """Return where a level's number stands, kept inside the frame."""
    return min(max(point[0], 8), _SIZE - 8), min(max(point[1] + 3, 28), _SIZE + 17)


def table(numbers: Mapping[str, Any]) -> tuple[list[str], list[list[str]]]:
    """Return the losses along the ray."""
    head = ["at r (1, 2, -3)", *(f"r = {r}" for r in numbers["ray_at"])]
    return head, [[name, *(f"{v:.4f}" for v in values)] for name, values in numbers["on_ray"].items()]
