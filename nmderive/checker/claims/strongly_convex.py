"""l less a multiple of the squares of the logits, beside row shifts, is convex."""

from __future__ import annotations

from ..case import Basis, Case
from ..formula import formula
from ..rays import bends_down
from ..reject import Reject
from ..strong import strongly_convex

STATEMENT = "for given sizes, labels and parameters, l is strongly convex in the logits, up to one shift a row"
LABELS = "labels in [0, 1]"
TRANSFERS = ""
#: Without these the claim has no meaning.
NEEDS = ("m >= 2",)


def proved(case: Case) -> Basis:
    """A number mu > 0, without logits, for which l less mu times the squares is convex."""
    for x in strongly_convex(case):
        case.require_defined(least_m=2 if "m" in case.shape else 1)
        return Basis((x,), (LABELS,), detail=f"mu = {formula(x.data['modulus'])}")
    raise Reject("no certificate says that the loss is convex less squares of the logits")


def refuted(case: Case) -> Basis:
    """It is not convex; or it is Lipschitz, and grows like the logits at most, not like their squares."""
    for x in case.own("lipschitz"):
        if x.sizes.get("m", 2) < 2:
            continue  # then there are only row shifts
        case.require_defined(interior=True, least_m=2 if "m" in case.shape else 1)  # some labels are enough
        return Basis((x,), ("m >= 2",) if "m" in case.shape else ())
    return bends_down(case)
