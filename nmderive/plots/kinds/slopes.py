"""How large the gradient of one sample is, by the probability that its target class has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from nmderive.errors import UnsupportedError
from nmderive.pages.svg import Axis, axes, legend, path, svg, text, ticks
from nmderive.plots.subject import Subject

TITLE = "Gradient norm against the target's probability"
#: The name of what is drawn beside a loss.
REFERENCE = "softmax cross-entropy"
_STEPS = 60


def caption(losses: Mapping[str, Subject]) -> str:
    """Return what is to be seen."""
    return ("One sample with a hard label, softmax(s) having p at the target, the rest shared by the two other "
            "classes: the Euclidean norm of dl/ds. Where p is small the sample is hard. Cross-entropy is drawn "
            "beside it.")


def numbers(losses: Mapping[str, Subject]) -> dict[str, Any]:
    """Return the norms at probabilities from 0.005 to 0.995."""
    p = np.linspace(0.005, 0.995, _STEPS)
    found = {name: [_norm(subject, x) for x in p] for name, subject in losses.items()}
    has_classes = all(subject.has_classes for subject in losses.values())
    usual = (1 - p) * (np.sqrt(1.5) if has_classes else 1.0)
    return {"p": p.round(6).tolist(), "norms": {**found, REFERENCE: usual.round(6).tolist()}}


def _norm(subject: Subject, p: float) -> float:
    if subject.loss.is_square:
        raise UnsupportedError("the logits are a square of similarities, so one sample has no labels of its own")
    if subject.has_classes:
        s, t = np.log([[p, (1 - p) / 2, (1 - p) / 2]]), np.array([[1.0, 0.0, 0.0]])
    else:
        s, t = np.array([[np.log(p) - np.log1p(-p)]]), np.array([[1.0]])
    return round(float(np.linalg.norm(subject.gradient(s, t))), 6)


def scale(frames: Sequence[Mapping[str, Any]]) -> tuple[Any, ...]:
    """Return the top of the axis that all frames fit under."""
    return (max(max(values) for numbers in frames for values in numbers["norms"].values()) * 1.05 or 1.0,)


def draw(numbers: Mapping[str, Any], top: float = 0.0) -> list[str]:
    """Return one plot with a line a loss, up to ``top`` where it is given."""
    (top,) = (top,) if top else scale([numbers])
    x = Axis(0, 1, 48, 345, ((0, "0"), (0.25, "0.25"), (0.5, "0.5"), (0.75, "0.75"), (1, "1")))
    y = Axis(0, top, 230, 26, ticks(0, top))
    parts = [axes(x, y, "probability of the target", "norm of the gradient")]
    for k, values in enumerate(numbers["norms"].values()):
        kind = "aside" if list(numbers["norms"])[k] == REFERENCE else f"line c{k}"
        parts.append(path([(x.at(a), y.at(b)) for a, b in zip(numbers["p"], values, strict=True)], kind))
    parts.append(legend([name for name in numbers["norms"] if name != REFERENCE], 20, 284, 124, 3))
    parts += [path([(20, 301), (42, 301)], "aside"), text(48, 305, f"{REFERENCE}, beside it", anchor="start")]
    return [svg(360, 312, "".join(parts), TITLE)]


def table(numbers: Mapping[str, Any]) -> tuple[list[str], list[list[str]]]:
    """Return the norms at a few probabilities."""
    places = [0, _STEPS // 4, _STEPS // 2, 3 * _STEPS // 4, _STEPS - 1]
    return (["at p =", *(f"{numbers['p'][k]:.3g}" for k in places)],
            [[name, *(f"{values[k]:.3g}" for k in places)] for name, values in numbers["norms"].items()])
