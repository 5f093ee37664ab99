"""The infimum of l over the logits is a formula of the labels."""

from __future__ import annotations

from typing import Any

from .. import label_steps, minima, trees
from ..case import INTERIOR, Basis, Case
from ..formula import formula
from ..reject import Reject

STATEMENT = "for given labels, the infimum of l over the logits is a number, by a closed form in the labels"
TRANSFERS = ""
#: Without these the claim has no meaning.
NEEDS = ("labels", "m >= 2", "any labels")


def proved(case: Case) -> Basis:
    """The value at the minimum; all of a row's total at its least weight; or what l is above, and tends to."""
    case.require_defined(interior=True, least_m=2 if "m" in case.shape else 1)
    for x in case.own("optimum"):
        for proof in minima.at_most_one(case):
            known = f"= {formula(x.data['value'])}" if "value" in x.data else f"is l at {minima.place(case, x)}"
            return _risk(case, Basis((*proof, x), (INTERIOR,), detail=f"min l {known}"))
    for x in case.own("apportioned"):
        if x.data["labels"] == "positive":
            return _risk(case, Basis((x,), (INTERIOR,), detail=f"inf l = {formula(least(x.data))}"))
    for x in case.own("level"):
        less = trees.minus(case.loss, x.data["value"])
        for y in case.about(less).own("nonnegative"):
            return Basis((x, y), (INTERIOR,), detail=f"inf l = {formula(x.data['value'])}")
    raise Reject("the certificates do not give the infimum")


def least(data: dict[str, Any]) -> Any:
    """The infimum that a certificate of shares shows."""
    row = ["mul", [data["total"], ["min", "j", "m", [], data["weight"]]]]
    rows = ["sum", "i", "n", [], row] if "n" in data["shape"] else row
    return rows if data["rest"] == ["num", "0"] else ["add", [rows, data["rest"]]]


def _risk(case: Case, basis: Basis) -> Basis:
    """The same, as a generalised entropy where the loss is linear in the labels: an infimum of such is concave."""
    try:
        linear = label_steps.is_linear(case)
    except Reject:
        return basis
    return Basis((*basis.used, *linear.used), basis.conditions,
                 detail=f"{basis.detail}, concave in the labels of each row up to terms without logits")


def refuted(case: Case) -> Basis:
    """A ray along which the loss tends to minus infinity, for labels strictly between 0 and 1."""
    for x in case.own("falls", "grows"):
        down = x.kind == "falls" or x.data["to"] == "-"
        if down and case.labels_are_allowed(x) and ("t" not in x.data["point"] or minima.are_interior(x)):
            case.require_defined(interior=True, least_m=2 if "m" in case.shape else 1)
            return Basis((x,), (INTERIOR,), at=x.sizes)
    raise Reject("no certificate shows a ray along which the loss is not bounded below")
