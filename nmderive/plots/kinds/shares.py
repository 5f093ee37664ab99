"""What share of the gradient a class of r samples has, beside classes of other sizes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from nmderive.errors import DomainError, UnsupportedError
from nmderive.pages.svg import Axis, axes, dots, legend, path, svg
from nmderive.plots.subject import Subject

TITLE = "A class's share of the gradient"
SIZES = (1, 3, 10, 30, 100, 300, 1000)


def caption(losses: Mapping[str, Subject]) -> str:
    """Return what is to be seen."""
    return ("Seven classes of 1 to 1000 samples with hard labels, all logits 0: the sum of |dl/ds| at a class's "
            "samples and its own logit, divided by that of all classes. Where the line is flat, small classes are "
            "heard like large ones.")


def numbers(losses: Mapping[str, Subject]) -> dict[str, Any]:
    """Return the shares of the classes for each loss."""
    classes = np.repeat(np.arange(len(SIZES)), SIZES)
    t = np.eye(len(SIZES))[classes]
    return {"sizes": list(SIZES), "shares": {name: _shares(own, classes, t) for name, own in losses.items()}}


def _shares(subject: Subject, classes: Any, t: Any) -> list[float]:
    subject.needs_classes()
    if subject.loss.class_sets:
        raise UnsupportedError("the loss has sets of classes, not one class a sample")
    if not subject.has_samples:
        raise UnsupportedError("the loss is of one sample, so there are no classes of several samples")
    gradient = subject.gradient(np.zeros_like(t), t)
    pull = np.array([np.abs(gradient[classes == c, c]).sum() for c in range(len(SIZES))])
    if not pull.min() > 0:
        raise DomainError("a class has no gradient at its own logit where all logits are 0")
    return [float(x) for x in (pull / pull.sum()).round(6)]


def scale(frames: Sequence[Mapping[str, Any]]) -> tuple[Any, ...]:
    """Return the foot of the axis that all frames stand on."""
    least = min(min(values) for numbers in frames for values in numbers["shares"].values())
    return (5e-4 if least >= 5e-4 else 10 ** np.floor(np.log10(least)),)


def draw(numbers: Mapping[str, Any], low: float = 0.0) -> list[str]:
    """Return one plot with a line a loss, from ``low`` on where it is given."""
    (low,) = (low,) if low else scale([numbers])
    marks = ((1e-3, "0.001"), (1e-2, "0.01"), (0.1, "0.1"), (1, "1"))
    x = Axis(1, 1000, 48, 345, ((1, "1"), (10, "10"), (100, "100"), (1000, "1000")), True)
    y = Axis(float(low), 1, 230, 26, marks, True)
    parts = [axes(x, y, "samples of the class", "share of the gradient")]
    for k, values in enumerate(numbers["shares"].values()):
        points = [(x.at(r), y.at(v)) for r, v in zip(numbers["sizes"], values, strict=True)]
        parts += [path(points, f"line c{k}"), dots(points, f"dot c{k}")]
    parts.append(legend(list(numbers["shares"]), 20, 284, 124, 3))
    return [svg(360, 312, "".join(parts), TITLE)]


def table(numbers: Mapping[str, Any]) -> tuple[list[str], list[list[str]]]:
    """Return the shares."""
    return (["samples", *map(str, numbers["sizes"])],
            [[name, *(f"{v:.3g}" for v in values)] for name, values in numbers["shares"].items()])
