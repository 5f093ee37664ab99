"""Steps of the labels of a row: whether the loss is linear along them, up to terms without logits."""

from __future__ import annotations

from typing import Any

from . import trees
from .case import Basis, Case
from .reject import Reject
from .written import contains_s

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


def is_linear(case: Case) -> Basis:
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


__all__ = ["is_linear", "second_difference"]
