"""How far the optimum is from given links of the logits, over the simplex of labels of one sample."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from nmderive.errors import DomainError
from nmderive.numeric.roots import stationary
from nmderive.pages.svg import Point, dots, path, svg, text
from nmderive.plots.subject import Subject

TITLE = "The optimum over all labels of three classes"
_PARTS, _SIDE = 18, 144.0
#: From here on a dot is of the next colour.
_BOUNDS = (0.01, 0.03, 0.06, 0.09, 0.12)


def caption(losses: Mapping[str, Subject]) -> str:
    """Return what is to be seen."""
    return ("At each label t of one sample the largest |t_j - softmax(s)_j| at the optimal logits s: a hollow dot is "
            "below 0.01, fuller ones pass 0.01, 0.03, 0.06, 0.09 and 0.12; no dot where no stationary point was found.")


def numbers(losses: Mapping[str, Subject], scales: Sequence[int] = (1,)) -> dict[str, Any]:
    """Return labels on a triangular grid and, at each, the distance from softmax(c s) for each scale c; of one loss."""
    (subject,) = losses.values()
    subject.needs_classes()
    labels = np.array([(a, b, _PARTS - a - b) for a in range(1, _PARTS) for b in range(1, _PARTS - a)]) / _PARTS
    batch = labels[:, None, :] if subject.has_samples else labels
    found = stationary(subject.loss, batch, **subject.parameters(1, 3))
    s, fine = np.reshape(found.s, labels.shape), np.asarray(found.converged, dtype=bool)
    if not fine.any():
        raise DomainError("no stationary point was found at any label")
    return {
        "labels": labels[fine].round(6).tolist(), "converged": int(np.sum(fine)),
        **{f"softmax({c} s)" if c > 1 else "softmax(s)":
           np.abs(_softmax(c * s) - labels).max(axis=1)[fine].round(5).tolist() for c in scales},
    }


def _softmax(s: Any) -> Any:
    e = np.exp(s - s.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def scale(frames: Sequence[Mapping[str, Any]]) -> tuple[Any, ...]:
    """Return nothing: the triangle and the bounds of the dots are the same whatever is drawn."""
    return ()


def draw(numbers: Mapping[str, Any]) -> list[str]:
    """Return one triangle a link."""
    return [_triangle(name, numbers["labels"], numbers[name]) for name in _links(numbers)]


def _links(numbers: Mapping[str, Any]) -> list[str]:
    return [name for name in numbers if name.startswith("softmax")]


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
    return svg(_SIDE + 16, 180, words + body, f"distance of the optimum from {name}")


def _below(point: Point) -> Point:
    return point[0], point[1] + 14


def table(numbers: Mapping[str, Any]) -> tuple[list[str], list[list[str]]]:
    """Return the mean and the largest distance."""
    rows = [[name, f"{np.mean(numbers[name]):.4f}", f"{np.max(numbers[name]):.4f}"] for name in _links(numbers)]
    return ["distance of the optimum from", "mean", "largest"], rows
