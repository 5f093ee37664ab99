"""Permuting the classes, or the rows, of logits and labels alike changes nothing."""

from __future__ import annotations

from typing import Any

from .. import trees
from ..case import Basis, Case, Found
from ..reject import Reject

STATEMENT = "permuting the classes, or the rows, of logits and labels alike changes nothing"
TRANSFERS = ""
#: A counterexample moves the labels, and the identity is then no longer the identity.
MOVES_LABELS = True


def proved(case: Case) -> Basis:
    """For each range: symmetric by construction, or at a fixed size unchanged by swapping neighbours."""
    used: list[Found] = []
    for position, size in enumerate(case.shape):
        found = next((x for x in case.own("symmetric") if x.data["permute"] == size), None)
        used += [found] if found is not None else _swaps(case, position, size)
    return Basis(tuple(used), case.somewhere())


def _swaps(case: Case, position: int, size: str) -> list[Found]:
    for x in case.kinds("identity"):
        count = x.sizes.get(size, 0)
        if count >= 2 and all(
            case.equal(swapped(case.loss, position, (a, a + 1)), case.loss, sizes=x.sizes) for a in range(1, count)
        ):
            return [x]
    raise Reject(f"no certificate says that permuting the {'rows' if size == 'n' else 'classes'} changes nothing")


def swapped(loss: Any, position: int, pair: tuple[int, int]) -> Any:
    """The loss with two values of one index swapped in logits and labels."""
    a, b = pair

    def value(array: str) -> Any:
        def entry(at: list[Any]) -> Any:
            one, two = ([k if p == position else x for p, x in enumerate(at)] for k in pair)
            sign = trees.minus(_same(at[position], a), _same(at[position], b))
            change = trees.minus(["at", array, two], ["at", array, one])
            return trees.total(["at", array, at], trees.product(sign, change))

        return entry

    for array in ("s", "t"):
        loss = trees.replaced(loss, array, value(array))
    return loss


def _same(x: Any, k: int) -> Any:
    return trees.number(int(x == k)) if isinstance(x, int) else ["delta", x, k]


def refuted(case: Case) -> Basis:
    """A point at which swapping two neighbours changes the loss."""
    for x in case.kinds("witness-values"):
        for position, size in enumerate(case.shape):
            for a in range(1, x.sizes.get(size, 1)):
                if case.differs(x, swapped(case.loss, position, (a, a + 1)), case.loss).accepted:
                    return Basis((x,), at=x.sizes)
    raise Reject("no certificate shows a permutation that changes the loss")
