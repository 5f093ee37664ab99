"""For given labels, the gradient of l is Lipschitz in the logits."""

from __future__ import annotations

from ..case import Basis, Case, Found
from ..formula import formula
from ..rays import grows
from ..reject import Reject

STATEMENT = "for given sizes, labels and parameters, l is smooth in the logits: it has a Lipschitz gradient"
TRANSFERS = ""


def proved(case: Case) -> Basis:
    """By structure."""
    for x in case.own("smooth"):
        known = _largest(case)
        return Basis((x, *known[0]), case.somewhere(), detail=known[1]) if known else Basis((x,), case.somewhere())
    raise Reject("no certificate says that the loss is smooth")


def _largest(case: Case) -> tuple[tuple[Found, ...], str] | None:
    """A number that majorises the Hessian of a convex loss, its certificates, and what they say."""
    for x in case.own("majorant"):
        number = x.data.get("diagonal")
        if number is None or not case.is_number(number):
            continue
        for y in case.own("convex"):
            return (x, y), f"0 <= v^T H v <= L sum v_ij^2 for all v with L = {formula(number)}, H the Hessian of l"
    return None


def refuted(case: Case) -> Basis:
    """A kink; or a ray along which l grows faster than the square of the logits."""
    for x in case.own("kinked"):
        if case.labels_are_allowed(x):
            return Basis((x,), at=x.sizes)
    return grows(case, "square", "+", "-")
