"""What share of the gradient a class of r samples has, beside classes of other sizes."""

from __future__ import annotations

from typing import Any

import numpy as np

from nmderive.losses.catalogue import load
from nmderive.numeric.lower import lower
from nmderive.pages.svg import Axis, axes, dots, legend, path, svg

TITLE = "A class's share of the gradient"
CAPTION = ("Seven classes of 1 to 1000 samples with hard labels, all logits 0: the sum of |dl/ds| at a class's samples "
           "and its own logit, divided by that of all classes. For cross-entropy the share is the class's share of the "
           "samples; for the others even the class of one sample is heard. Here loss-1 and quadratic coincide, and so "
           "do loss-3 and pairwise.")
CLAIM = "A17"
LOSSES = ("cross-entropy", "loss-1", "loss-3", "pairwise", "quadratic")
SIZES = (1, 3, 10, 30, 100, 300, 1000)


def numbers() -> dict[str, Any]:
    """Return the shares of the classes for each loss."""
    classes = np.repeat(np.arange(len(SIZES)), SIZES)
    t = np.eye(len(SIZES))[classes]
    shares = {}
    for name in LOSSES:
        gradient = lower(load(name)).value_and_grad(np.zeros_like(t), t)[1]
        pull = np.array([np.abs(gradient[classes == c, c]).sum() for c in range(len(SIZES))])
        shares[name] = (pull / pull.sum()).round(6).tolist()
    return {"sizes": list(SIZES), "shares": shares}


def draw(numbers: dict[str, Any]) -> list[str]:
    """Return one plot with a line a loss."""
    x = Axis(1, 1000, 48, 345, ((1, "1"), (10, "10"), (100, "100"), (1000, "1000")), True)
    y = Axis(5e-4, 1, 230, 26, ((1e-3, "0.001"), (1e-2, "0.01"), (0.1, "0.1"), (1, "1")), True)
    parts = [axes(x, y, "samples of the class", "share of the gradient")]
    for k, values in enumerate(numbers["shares"].values()):
        points = [(x.at(r), y.at(v)) for r, v in zip(numbers["sizes"], values, strict=True)]
        parts += [path(points, f"line c{k}"), dots(points, f"dot c{k}")]
    parts.append(legend(list(numbers["shares"]), 20, 284, 124, 3))
    return [svg(360, 312, "".join(parts), TITLE)]


def table(numbers: dict[str, Any]) -> tuple[list[str], list[list[str]]]:
    """Return the shares."""
    return (["samples", *map(str, numbers["sizes"])],
            [[name, *(f"{v:.3g}" for v in values)] for name, values in numbers["shares"].items()])
