"""A diagonal matrix majorises the Hessian of the loss: twice the Hessian's own diagonal, or one that is given."""

from __future__ import annotations

from .. import setup, trees
from ..case import Basis, Case, Found
from ..formula import formula
from ..reject import Reject

STATEMENT = (
    "the diagonal matrix D majorises the Hessian H of l by the logits: v^T H v <= sum D_ij v_ij^2 for all v"
)
LABELS = "labels in [0, 1]"
TRANSFERS = ""
#: The part of a reading that gives D; without it D is twice the diagonal of H.
GIVEN = "diagonal"


def proved(case: Case) -> Basis:
    """Its entries beside the diagonal are outweighed by what the diagonal leaves."""
    for x in case.own("majorant"):
        if _is_asked(case, x):
            return Basis((x,), (LABELS,), detail=_detail(case))
    raise Reject("no certificate says that the diagonal majorises the Hessian")


def refuted(case: Case) -> Basis:
    """A point, and a direction along which H bends more; or a kink, where there is no H."""
    for x in case.own("witness-majorant", "kinked"):
        if case.labels_are_allowed(x) and (x.kind == "kinked" or _is_asked(case, x)):
            return Basis((x,), at=x.sizes, detail=_detail(case))
    raise Reject("no certificate shows a point at which the diagonal does not majorise the Hessian")


def _is_asked(case: Case, x: Found) -> bool:
    """Whether a certificate speaks of the diagonal that is asked about."""
    return bool(trees.listed(x.data.get(GIVEN)) == trees.listed(case.reading.get(GIVEN)))


def _detail(case: Case) -> str:
    given = case.reading.get(GIVEN)
    if given is None:
        return "D is twice the diagonal of H"
    return f"D[{', '.join(setup.free_of_shape(case.shape))}] = {formula(given)}"
