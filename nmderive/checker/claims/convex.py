"""l is convex in s: by its structure, or a line on which it violates the midpoint inequality."""

from __future__ import annotations

from ..case import Basis, Case
from ..rays import bends_down
from ..reject import Reject

STATEMENT = "l is convex in s"
LABELS = "labels in [0, 1]"
TRANSFERS = ""


def proved(case: Case) -> Basis:
    """A convex certificate of the loss, which is defined for all logits."""
    for x in case.own("convex"):
        case.require_defined(least_m=x.result.at_least.get("m", 1))
        return Basis((x,), (LABELS,))
    raise Reject("no certificate says that the loss is convex")


def refuted(case: Case) -> Basis:
    """A line, at labels in [0, 1]."""
    return bends_down(case)
