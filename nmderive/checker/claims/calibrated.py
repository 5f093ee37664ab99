"""Every minimising sequence has the largest logits of a row at its largest labels only, from some point on."""

from __future__ import annotations

from ..case import Basis, Case
from . import order_preserving
from .order_preserving import Row, by_ray

STATEMENT = "every minimising sequence has the largest logits of a row at its largest labels, from some point on"
TRANSFERS = ""
#: Without these the claim has no meaning.
NEEDS = order_preserving.NEEDS


def proved(case: Case) -> Basis:
    """Every minimising sequence orders the logits as the labels."""
    return order_preserving.proved(case)


def refuted(case: Case) -> Basis:
    """A ray to the infimum along which a class without the largest label has the largest logit."""
    return by_ray(case, is_wrong_on_top)


def is_wrong_on_top(t: Row, d: Row) -> bool:
    """Whether a class with the largest logit has not the largest label."""
    return any(x == max(d) and a < max(t) for a, x in zip(t, d, strict=True))
