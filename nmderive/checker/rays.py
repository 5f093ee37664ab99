"""Rays along which a loss tends to infinity, as counterexamples."""

from __future__ import annotations

from .case import Basis, Case
from .reject import Reject


def grows(case: Case, *to: str, linear: bool = False) -> Basis:
    """A ray, at allowed labels, along which l tends to an infinity of these signs, ``linear`` if faster than r."""
    for x in case.own("grows"):
        if x.data["to"] in to and (x.data["beyond"] == "linear" or not linear) and case.labels_are_allowed(x):
            return Basis((x,), at=x.sizes)
    raise Reject("no certificate shows a ray along which the loss grows without bound")


__all__ = ["grows"]
