"""For given labels, l is Lipschitz in the logits."""

from __future__ import annotations

from ..case import Basis, Case
from ..formula import formula
from ..rays import grows
from ..reject import Reject

STATEMENT = "for given sizes, labels and parameters, l is Lipschitz in the logits: its gradient is bounded"
TRANSFERS = ""


def proved(case: Case) -> Basis:
    """By structure."""
    for x in case.own("lipschitz"):
        known = x.data.get("constant")
        text = "" if known is None else f"|l(s, t) - l(s', t)| <= L max |s_ij - s'_ij| with L = {formula(known)}"
        return Basis((x,), case.somewhere(), detail=text)
    raise Reject("no certificate says that the loss is Lipschitz")


def refuted(case: Case) -> Basis:
    """A ray along which l grows faster than any multiple of the logits."""
    return grows(case, "linear", "+", "-")
