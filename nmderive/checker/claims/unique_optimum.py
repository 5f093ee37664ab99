"""Exactly one stationary point up to row shifts, the global minimum.

Proved: at most one (strictly convex up to row shifts, or strictly convex in p), and one exists: the exponents balance
(Stiemke), a barrier, or a link t = softmax(c s) or sigmoid(c s), c nowhere zero, which every row of labels has logits
for.  Refuted: no stationary point, be it for some labels; a gradient that is zero everywhere; no minimum, since the
loss tends to minus infinity, or to what it exceeds; two stationary points; or a stationary point through which a line
goes down on both sides.  At a kink a place is stationary if 0 is in Clarke's subdifferential, as it is at each minimum.
"""

from __future__ import annotations

from .. import minima
from ..case import Basis, Case

STATEMENT = "up to one shift a row, l has exactly one stationary point, and it is the global minimum"
TRANSFERS = "positive"
#: Without these the claim has no meaning.
NEEDS = ("m >= 2", "any labels")


def proved(case: Case) -> Basis:
    """At most one, and one exists."""
    return minima.exactly_one(case)


def refuted(case: Case) -> Basis:
    """No stationary point, or one that is no minimum."""
    return minima.not_one(case)
