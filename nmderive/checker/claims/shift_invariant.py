"""Adding a constant to a row of logits changes nothing."""

from __future__ import annotations

from .. import shifts, trees
from ..case import Basis, Case
from ..reject import Reject

STATEMENT = "adding a constant to a row of logits changes nothing"
TRANSFERS = ""


def proved(case: Case) -> Basis:
    """The moved loss is the loss."""
    for x in case.kinds("identity"):
        if case.is_loss(x.data["right"], x.sizes) and shifts.is_invariant(case, x.sizes):
            return Basis((x,), case.somewhere())
    raise Reject("no certificate says that row shifts change nothing")


def refuted(case: Case) -> Basis:
    """A point at which log 2 added to the first row changes the loss."""
    step = ["log", ["num", "2"]]
    first = (lambda at: trees.product(trees.same(at[0], 1), step)) if "n" in case.shape else (lambda at: step)
    left = trees.replaced(case.loss, "s", lambda at: trees.total(["at", "s", at], first(at)))
    for x in case.kinds("witness-values"):
        if case.differs(x, left, case.loss).accepted:
            return Basis((x,), at=x.sizes)
    raise Reject("no certificate shows a row shift that changes the loss")
