"""Up to terms without logits, l is linear in the labels of each row."""

from __future__ import annotations

from typing import Any

from .. import label_steps, trees
from ..case import Basis, Case
from ..reject import Reject

STATEMENT = "up to terms without logits, l is linear in the labels of each row"
TRANSFERS = ""
#: Without these the claim has no meaning.
NEEDS = ("labels", "any labels")


def proved(case: Case) -> Basis:
    """The second difference is the same for all logits."""
    return label_steps.is_linear(case)


def refuted(case: Case) -> Basis:
    """A point at which the second difference changes where log 2 is added to the first logit."""
    both = "m" in case.shape
    first = [1] * len(case.shape)
    label = ["at", "t", [1] * (len(first) - 1) + [2]] if both else trees.minus(trees.number(1), ["at", "t", [1]])
    step = trees.product(["num", "1/4"], label)

    def second(logit: trees.Entry) -> Any:
        return label_steps.second_difference(case, step, 1, (1, 2), logit)

    def raised(at: list[Any]) -> Any:
        here = [trees.same(x, k) for x, k in zip(at, first, strict=True)]
        return trees.total(["at", "s", at], trees.product(["log", ["num", "2"]], *here))

    left, right = second(raised), second(lambda at: ["at", "s", at])
    for x in case.kinds("witness-values"):
        if (not both or x.sizes.get("m", 1) > 1) and case.differs(x, left, right).accepted:
            return Basis((x,), at=x.sizes)
    raise Reject("no certificate shows a second difference in the labels that changes with a logit")
