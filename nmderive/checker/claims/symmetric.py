"""For one sample, the sum of l over the hard labels does not depend on the logits."""

from __future__ import annotations

from typing import Any

from .. import trees
from ..case import Basis, Case
from ..reject import Reject

STATEMENT = "for one sample, the sum of l over the m hard labels does not depend on the logits"
TRANSFERS = ""
#: Without these the claim has no meaning.
NEEDS = ("labels", "classes", "n = 1", "m >= 2", "any labels", "hard labels")
_DRAWN, _SHIFT = "drawn_class", "shift_of_logits"


def over_labels(case: Case, logit: trees.Entry) -> Any:
    """The sum of the loss over the hard labels of a row, class sets with it as their one positive, logits put in."""
    one_positive = trees.positive_class(case.loss, _DRAWN)
    moved = trees.replaced(trees.zero_or_one(trees.without_label_logs(one_positive)), "s", logit)
    return ["sum", _DRAWN, "m", [], trees.replaced(moved, "t", lambda at: trees.same(at[-1], _DRAWN))]


def proved(case: Case) -> Basis:
    """The sum is the same for all logits."""
    more = {"arrays": {_SHIFT: "real"}}
    here = over_labels(case, lambda at: ["at", "s", at])
    there = over_labels(case, lambda at: trees.total(["at", "s", at], ["at", _SHIFT, at[-1:]]))
    one = {"n": 1} if "n" in case.shape else {}
    for x in case.kinds("identity"):
        if case.equal(there, here, {}, {**x.sizes, **one}, more):
            return Basis((x,), case.somewhere(), fixed=one)
    raise Reject("no certificate says that the sum over the hard labels is the same for all logits")


def refuted(case: Case) -> Basis:
    """A point at which log 2 added to the first logit changes the sum."""
    here = over_labels(case, lambda at: ["at", "s", at])
    there = over_labels(
        case, lambda at: trees.total(["at", "s", at], trees.product(trees.same(at[-1], 1), ["log", ["num", "2"]])))
    for x in case.kinds("witness-values"):
        if x.sizes.get("n", 1) == 1 and case.differs(x, there, here).accepted:
            return Basis((x,), at=x.sizes)
    raise Reject("no certificate shows a logit that changes the sum over the hard labels")
