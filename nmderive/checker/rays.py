"""Rays along which a loss tends to infinity, and lines along which it bends down, as counterexamples."""

from __future__ import annotations

from .case import Basis, Case
from .reject import Reject

#: What a loss may grow faster than, in rising order.
SPEEDS = ("bounded", "sublinear", "linear", "square")


def grows(case: Case, beyond: str, *to: str) -> Basis:
    """A ray, at allowed labels, along which l tends to an infinity of these signs, faster than what is ``beyond``."""
    least = SPEEDS.index(beyond)
    for x in case.own("grows"):
        if x.data["to"] in to and SPEEDS.index(x.data["beyond"]) >= least and case.labels_are_allowed(x):
            return Basis((x,), at=x.sizes)
    raise Reject("no certificate shows a ray along which the loss grows without bound")


def bends_down(case: Case) -> Basis:
    """A line, at allowed labels, on which the loss is not convex."""
    for x in case.own("witness-line"):
        if case.labels_are_allowed(x):
            return Basis((x,), at=x.sizes)
    raise Reject("no certificate shows a line on which the loss is not convex, at allowed labels")


__all__ = ["SPEEDS", "bends_down", "grows"]
