"""How far loss-1's optimum is from softmax(s) and from softmax(2 s), over the simplex of labels of one sample."""

from __future__ import annotations

from typing import Any

import numpy as np

from nmderive.losses.catalogue import load
from nmderive.numeric.roots import stationary
from nmderive.pages.svg import Point, dots, path, svg, text

TITLE = "Loss-1's optimum over all labels of three classes"
CAPTION = ("At each label t the largest |t_j - softmax(c s)_j| at the optimal logits s; a hollow dot is below 0.01, "
           "fuller ones pass 0.01, 0.03, 0.06, 0.09 and 0.12. Softmax(s) is far off except near t = (1, 1, 1)/3 and "
           "the corners; softmax(2 s), the optimum of two classes, is nowhere off by more than 0.04.")
CLAIM = "A6"
_PARTS, _SIDE = 18, 144.0
#: From here on a dot is of the next colour.
_BOUNDS = (0.01, 0.03, 0.06, 0.09, 0.12)


def numbers() -> dict[str, Any]:
    """Return labels on a triangular grid and, at each, the two distances."""
    labels = np.array([(a, b, _PARTS - a - b) for a in range(1, _PARTS) for b in range(1, _PARTS - a)]) / _PARTS
    found = stationary(load("loss-1"), labels[:, None, :])
    s = found.s[:, 0, :]
    return {
        "labels": labels.round(6).tolist(), "converged": int(np.sum(found.converged)),
        **{f"softmax({c} s)" if c > 1 else "softmax(s)": np.abs(_softmax(c * s) - labels).max(axis=1).round(5).tolist()
           for c in (1, 2)},
    }


def _softmax(s: Any) -> Any:
    e = np.exp(s - s.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def draw(numbers: dict[str, Any]) -> list[str]:
    """Return one triangle a link."""
    return [_triangle(name, numbers["labels"], numbers[name]) for name in ("softmax(s)", "softmax(2 s)")]


def _at(label: list[float]) -> Point:
    height = _SIDE * np.sqrt(3) / 2
    return 8 + _SIDE * (label[1] + label[0] / 2), 34 + height * (1 - label[0])


def _triangle(name: str, labels: list[list[float]], distance: list[float]) -> str:
    groups: dict[int, list[Point]] = {}
    for label, d in zip(labels, distance, strict=True):
        groups.setdefault(sum(d >= bound for bound in _BOUNDS), []).append(_at(label))
    corners = [_at(x) for x in ([1.0, 0, 0], [0, 1.0, 0], [0, 0, 1.0])]
    words = text(80, 13, f"from {name}") + text(80, 30, "t₁ = 1", "tiny")
    words += text(*_below(corners[1]), "t₂ = 1", "tiny", "end") + text(*_below(corners[2]), "t₃ = 1", "tiny", "start")
    body = path(corners, "frame", closed=True) + "".join(dots(groups[k], f"heat h{k}", 3) for k in sorted(groups))
    return svg(_SIDE + 16, 180, words + body, f"distance of loss-1's optimum from {name}")


def _below(point: Point) -> Point:
    return point[0], point[1] + 14


def table(numbers: dict[str, Any]) -> tuple[list[str], list[list[str]]]:
    """Return the mean and the largest distance."""
    rows = [[name, f"{np.mean(numbers[name]):.4f}", f"{np.max(numbers[name]):.4f}"]
            for name in ("softmax(s)", "softmax(2 s)")]
    return ["distance of the optimum from", "mean", "largest"], rows
