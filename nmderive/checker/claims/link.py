"""The minimum is at one place up to row shifts, which is a formula of the labels."""

from __future__ import annotations

from ..case import INTERIOR, Basis, Case
from ..reject import Reject
from ..single import at_most_one, place
from . import unique_optimum

STATEMENT = "up to one shift a row, l is least at one s alone, which is a closed form of the labels"
TRANSFERS = "positive"
#: Without these the claim has no meaning.
NEEDS = ("labels", "m >= 2", "any labels")


def proved(case: Case) -> Basis:
    """At most one minimum, and logits by a formula at which the gradient vanishes."""
    case.require_defined(interior=True, least_m=2 if "m" in case.shape else 1)
    for x in case.own("optimum"):
        for proof in at_most_one(case):
            return Basis((*proof, x), (INTERIOR,), detail=place(case, x))
    raise Reject("the certificates do not show one minimum in closed form")


def refuted(case: Case) -> Basis:
    """There is not one minimum."""
    return unique_optimum.refuted(case)
