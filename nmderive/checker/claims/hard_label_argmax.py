"""With hard labels the infimum is approached only where the target class has the largest logit."""

from __future__ import annotations

from collections.abc import Iterator

from .. import trees
from ..case import Basis, Case, Found
from ..reject import Reject

STATEMENT = "with hard labels the infimum is approached only where the target class has the largest logit"
TRANSFERS = "hard"
#: Without these the claim has no meaning.
NEEDS = ("labels", "classes", "m >= 2")


def proved(case: Case) -> Basis:
    """A combination of exponents, or functions of one p_ij each; of the loss, or of what squeezes it."""
    case.require_defined(least_m=2)
    for one, used in _and_squeezing(case):
        for x in one.own("forces-argmax", "simplex"):
            if x.kind == "forces-argmax" or x.data.get("property") in ("forces-argmax", "prefers-target"):
                return Basis((x, *used), ("m >= 2",))
    raise Reject("no certificate says that hard labels force the argmax")


def refuted(case: Case) -> Basis:
    """A ray along which another class wins."""
    for one, used in _and_squeezing(case):
        for x in one.own("ray"):
            case.require_defined(least_m=2)
            return Basis((x, *used), at=x.sizes)
    raise Reject("no certificate shows a ray on which another class wins")


def _and_squeezing(case: Case) -> Iterator[tuple[Case, tuple[Found, ...]]]:
    """The loss, and the sum of logarithms that tends to its infimum exactly where the loss does."""
    yield case, ()
    for x in case.own("squeeze"):
        parts = [["log", trees.total(["num", "1"], part)] for part in x.data["parts"].values()]
        yield case.about(trees.total(*parts)), (x,)
