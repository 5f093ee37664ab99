"""Row i of the optimum depends on the labels t_i alone."""

from __future__ import annotations

from typing import Any

from .. import links, shifts, trees
from ..case import INTERIOR, Basis, Case
from ..reject import Reject

STATEMENT = "row i of the optimum depends on the labels t_i alone"
MINIMUM = "where l attains its minimum"
TRANSFERS = "positive"
#: Without these the claim has no meaning.
NEEDS = ("labels", "rows", "n >= 2", "any labels")


def proved(case: Case) -> Basis:
    """The loss sums rows, or the gradient by a row holds it alone; or one optimum and a link hold row by row."""
    case.require_defined(interior=True, least_m=2 if "m" in case.shape else 1)
    for x in case.own("row-sum"):
        return Basis((x,), (MINIMUM,))
    for x in case.own("gradient"):
        if holds_own_row(x.data["gradient"]):
            return Basis((x,), (MINIMUM,))
    for x in case.own("strictly-convex"):
        found = links.stationary(case)
        if found:
            return Basis((x, found[0][0]), (INTERIOR,))
    for companion, y in case.companions():
        for x in companion.own("strictly-convex"):
            found = links.stationary(case)
            if found:
                return Basis((x, y, found[0][0]), (INTERIOR,))
    raise Reject("the certificates do not show that the optimum is chosen row by row")


def holds_own_row(node: Any) -> bool:
    """Whether a formula holds no row but i: no sum over rows, nor their number."""
    if not isinstance(node, list | tuple) or not node:
        return True
    if node[0] in trees.BINDERS and len(node) == 5 and node[2] == "n" or list(node) in (["sym", "n"], ["sym", "i"]):
        return False
    if node[0] in ("fn", "dfn", "iverson") or node[0] == "delta" and "i" in node[1:]:
        return node[0] == "iverson" and "i" not in trees.names(node)
    if len(node) == 3 and node[0] == "at" and node[1] in ("s", "t") and node[2][0] != "i":
        return False
    return all(map(holds_own_row, node))


def refuted(case: Case) -> Basis:
    """Rows share terms and there is no optimum; or moving one row's labels moves another row's unique optimum.

    Where they share none, that there is no optimum says nothing: what there is would be chosen row by row.
    """
    for x in case.own("no-stationary"):
        for y in case.own("turned"):
            return Basis((x, y), (INTERIOR,), at=y.sizes)
    for x in case.own("coupled"):
        if any(case.own("strictly-convex")) and ("m" not in case.shape or shifts.is_invariant(case)):
            return Basis((x,), (INTERIOR,), at=x.sizes)
    raise Reject("no certificate shows that there is none though rows share terms, or that rows move each other's")
