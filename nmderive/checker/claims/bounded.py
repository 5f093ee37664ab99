"""For given labels, l is bounded in the logits."""

from __future__ import annotations

from ..case import Basis, Case
from ..rays import grows
from ..reject import Reject

STATEMENT = "for given sizes, labels and parameters, l is bounded in the logits"
TRANSFERS = ""


def proved(case: Case) -> Basis:
    """By structure."""
    for x in case.own("bounded"):
        if x.data["sides"] == "both":
            return Basis((x,), case.somewhere())
    raise Reject("no certificate says that the loss is bounded")


def refuted(case: Case) -> Basis:
    """A ray along which l tends to infinity, of either sign."""
    return grows(case, "bounded", "+", "-")
