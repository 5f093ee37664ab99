"""Up to terms without logits, l is linear in the labels of each row."""

from __future__ import annotations

from typing import Any

from .. import trees
from ..case import Basis, Case
from ..reject import Reject
from ..written import contains_s

STATEMENT = "up to terms without logits, l is linear in the labels of each row"
TRANSFERS = ""
#: Without these the claim has no meaning.
NEEDS = ("labels", "any labels")
_STEP, _SHIFT = "step_of_labels", "shift_of_logits"
_ROW, _TO, _FROM = "row_of_step", "to_class", "from_class"


def second_difference(case: Case, step: Any, row: Any, classes: tuple[Any, Any], logit: trees.Entry) -> Any:
    """The second difference of the loss, less terms without logits, where ``step`` moves between two classes."""
    moved = trees.replaced(trees.of_logits(case.loss, contains_s), "s", logit)

    def after(k: int) -> Any:
        return trees.replaced(moved, "t", lambda at: trees.total(
            ["at", "t", at], trees.product(trees.number(k), step, *_where(case, at, row, classes))))

    return trees.total(after(2), after(0), trees.product(trees.number(-2), after(1)))


def _where(case: Case, at: list[Any], row: Any, classes: tuple[Any, Any]) -> list[Any]:
    """How much of a step a label takes: one in its class, minus one in the other, of one row."""
    factors = [trees.same(at[0], row)] if "n" in case.shape else []
    if "m" in case.shape:
        factors.append(trees.minus(trees.same(at[-1], classes[0]), trees.same(at[-1], classes[1])))
    return factors


def proved(case: Case) -> Basis:
    """The second difference is the same for all logits."""
    more = {"parameters": {_STEP: "real"}, "arrays": {_SHIFT: "real"}}
    free = {_ROW: "n", _TO: "m", _FROM: "m"}
    free = {name: size for name, size in free.items() if size in case.shape}
    step = ["sym", _STEP]
    here = second_difference(case, step, _ROW, (_TO, _FROM), lambda at: ["at", "s", at])
    there = second_difference(
        case, step, _ROW, (_TO, _FROM), lambda at: trees.total(["at", "s", at], ["at", _SHIFT, at]))
    for x in case.kinds("identity"):
        if case.equal(there, here, free, x.sizes, more):
            return Basis((x,), case.somewhere())
    raise Reject("no certificate says that the second difference in the labels is the same for all logits")


def refuted(case: Case) -> Basis:
    """A point at which the second difference changes where log 2 is added to the first logit."""
    both = "m" in case.shape
    first = [1] * len(case.shape)
    label = ["at", "t", [1] * (len(first) - 1) + [2]] if both else trees.minus(trees.number(1), ["at", "t", [1]])
    step = trees.product(["num", "1/4"], label)

    def second(logit: trees.Entry) -> Any:
        return second_difference(case, step, 1, (1, 2), logit)

    def raised(at: list[Any]) -> Any:
        here = [trees.same(x, k) for x, k in zip(at, first, strict=True)]
        return trees.total(["at", "s", at], trees.product(["log", ["num", "2"]], *here))

    left, right = second(raised), second(lambda at: ["at", "s", at])
    for x in case.kinds("witness-values"):
        if (not both or x.sizes.get("m", 1) > 1) and case.differs(x, left, right).accepted:
            return Basis((x,), at=x.sizes)
    raise Reject("no certificate shows a second difference in the labels that changes with a logit")
