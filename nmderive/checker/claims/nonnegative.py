"""l is at least zero, for all logits and labels."""

from __future__ import annotations

from typing import Any

from .. import links, minima, trees
from ..case import INTERIOR, Basis, Case
from ..reject import Reject

STATEMENT = "l is at least zero, for all logits and labels"
TRANSFERS = ""


def proved(case: Case) -> Basis:
    """By structure; or from the optimum, where it is the global minimum and the value there is not negative."""
    for x in case.own("nonnegative"):
        return Basis((x,), case.somewhere())
    least = minima.exactly_one(case)
    for link, family in links.stationary(case):
        if family != "softmax" or "m" not in case.shape:
            continue
        inverse = ["pow", link.data["scale"], ["num", "-1"]]
        at = trees.replaced(case.loss, "s", _at_optimum(inverse))
        for x in case.kinds("nonnegative"):
            value = case.about(x.data["loss"])  # what has no value is not negative either
            if value.is_defined(interior=True, least_m=2) and case.equal(at, x.data["loss"], sizes=link.sizes):
                return Basis((*least.used, link, x), (INTERIOR,))
    raise Reject("no certificate says that the loss is at least zero")


def _at_optimum(inverse: Any) -> trees.Entry:
    """The logits log(t) / c."""
    return lambda place: trees.product(inverse, ["log", ["at", "t", place]])


def refuted(case: Case) -> Basis:
    """A point at which the loss is negative."""
    for x in case.kinds("witness-values"):
        value = case.differs(x, case.loss, trees.number(0)).value
        if value is not None and value[1] < 0:
            return Basis((x,), at=x.sizes)
    raise Reject("no certificate shows a point at which the loss is negative")
