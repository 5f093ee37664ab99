"""Every minimising sequence orders the logits of a row as its labels, from some point on: see ``orders``."""

from __future__ import annotations

from .. import orders
from ..case import Basis, Case

STATEMENT = "every minimising sequence orders the logits of a row as its labels, from some point on"
TRANSFERS = ""
PROOFS_TRANSFER = orders.PROOFS_TRANSFER
NEEDS = orders.NEEDS


def proved(case: Case) -> Basis:
    """There is one optimum, in the order of the labels."""
    return orders.proved(case)


def refuted(case: Case) -> Basis:
    """A ray to the infimum, or a minimum, in another order."""
    return orders.refuted(case, is_out_of_order)


def is_out_of_order(t: orders.Row, d: orders.Row) -> bool:
    """Whether the logit of a larger label does not become the larger one."""
    both = list(zip(t, d, strict=True))
    return any(a > b and x <= y for a, x in both for b, y in both)
