"""Every minimising sequence has the largest logits of a row at its largest labels only, from some point on."""

from __future__ import annotations

from .. import orders
from ..case import INTERIOR, Basis, Case

STATEMENT = "every minimising sequence has the largest logits of a row at its largest labels, from some point on"
TRANSFERS = ""
PROOFS_TRANSFER = orders.PROOFS_TRANSFER
NEEDS = orders.NEEDS


def proved(case: Case) -> Basis:
    """By the order of all labels, by shares that the largest labels alone keep, or by exchanging two classes."""
    for x in case.own("apportioned"):
        if x.data["labels"] == "positive":
            case.require_defined(interior=True, least_m=2)
            return Basis((x,), (INTERIOR,))
    for x in case.own("simplex"):
        if x.data["property"] == "prefers-larger":
            case.require_defined(interior=True, least_m=2)
            return Basis((x,), (INTERIOR,))
    return orders.proved(case)


def refuted(case: Case) -> Basis:
    """A ray to the infimum, or a minimum, with the largest logit at a class without the largest label."""
    return orders.refuted(case, is_wrong_on_top)


def is_wrong_on_top(t: orders.Row, d: orders.Row) -> bool:
    """Whether a class with the largest logit has not the largest label."""
    return any(x == max(d) and a < max(t) for a, x in zip(t, d, strict=True))
