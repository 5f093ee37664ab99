"""For given labels, l is bounded below in the logits."""

from __future__ import annotations

from ..case import Basis, Case
from ..rays import grows
from ..reject import Reject

STATEMENT = "for given sizes, labels and parameters, l is bounded below in the logits"
TRANSFERS = ""


def proved(case: Case) -> Basis:
    """By structure; or l is at least zero."""
    for x in case.own("bounded", "nonnegative"):
        return Basis((x,), case.somewhere())
    raise Reject("no certificate says that the loss is bounded below")


def refuted(case: Case) -> Basis:
    """A ray along which l tends to minus infinity."""
    return grows(case, "bounded", "-")
