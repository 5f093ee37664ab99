"""For given labels, l is Lipschitz in the logits."""

from __future__ import annotations

from ..case import Basis, Case
from ..rays import grows
from ..reject import Reject

STATEMENT = "for given sizes, labels and parameters, l is Lipschitz in the logits: its gradient is bounded"
TRANSFERS = ""


def proved(case: Case) -> Basis:
    """By structure."""
    for x in case.own("lipschitz"):
        return Basis((x,), case.somewhere())
    raise Reject("no certificate says that the loss is Lipschitz")


def refuted(case: Case) -> Basis:
    """A ray along which l grows faster than any multiple of the logits."""
    return grows(case, "linear", "+", "-")
