"""For given labels, the gradient of l is Lipschitz in the logits."""

from __future__ import annotations

from ..case import Basis, Case
from ..rays import grows
from ..reject import Reject

STATEMENT = "for given sizes, labels and parameters, l is smooth in the logits: it has a Lipschitz gradient"
TRANSFERS = ""


def proved(case: Case) -> Basis:
    """By structure."""
    for x in case.own("smooth"):
        return Basis((x,), case.somewhere())
    raise Reject("no certificate says that the loss is smooth")


def refuted(case: Case) -> Basis:
    """A kink; or a ray along which l grows faster than the square of the logits."""
    for x in case.own("kinked"):
        if case.labels_are_allowed(x):
            return Basis((x,), at=x.sizes)
    return grows(case, "square", "+", "-")
