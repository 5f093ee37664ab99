"""For given labels, l is bounded in the logits."""

from __future__ import annotations

from .. import trees
from ..case import Basis, Case, Found
from ..formula import formula
from ..rays import grows
from ..reject import Reject

STATEMENT = "for given sizes, labels and parameters, l is bounded in the logits"
TRANSFERS = ""


def proved(case: Case) -> Basis:
    """By structure."""
    for x in case.own("bounded"):
        if x.data["sides"] == "both":
            known = _between(case, x)
            return Basis((x, *known[0]), case.somewhere(), detail=known[1])
    raise Reject("no certificate says that the loss is bounded")


def _between(case: Case, x: Found) -> tuple[tuple[Found, ...], str]:
    """The certificates that the loss lies between two numbers, and what they say; nothing where none are stated."""
    low, high = x.data.get("low"), x.data.get("high")
    if low is None or high is None or not (case.is_number(low) and case.is_number(high)):
        return (), ""
    for below in case.about(trees.minus(case.loss, low)).own("nonnegative"):
        for above in case.about(trees.minus(high, case.loss)).own("nonnegative"):
            return (below, above), f"{formula(low)} <= l <= {formula(high)}"
    return (), ""


def refuted(case: Case) -> Basis:
    """A ray along which l tends to infinity, of either sign."""
    return grows(case, "bounded", "+", "-")
