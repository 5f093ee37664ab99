"""l less a multiple of the squares of the logits, beside row shifts, is convex."""

from __future__ import annotations

from typing import Any

from .. import defined, trees
from ..case import Basis, Case
from ..formula import formula
from ..rays import bends_down
from ..reject import Reject

STATEMENT = "for given sizes, labels and parameters, l is strongly convex in the logits, up to one shift a row"
LABELS = "labels in [0, 1]"
TRANSFERS = ""
#: Without these the claim has no meaning.
NEEDS = ("m >= 2",)


def squares(shape: tuple[str, ...]) -> Any:
    """Half the sum of the squares of the logits less the mean of their row; of binary tasks nothing is taken off."""
    free = ["i" if r == "n" else "j" for r in shape]
    own = ["at", "s", free]
    if "m" in shape:
        total = ["sum", "k", "m", [], ["at", "s", [*free[:-1], "k"]]]
        own = trees.minus(own, trees.product(["pow", ["sym", "m"], ["num", "-1"]], total))
    whole: Any = trees.product(["num", "1/2"], ["pow", own, ["num", "2"]])
    for name, size in reversed(list(zip(free, shape, strict=True))):
        whole = ["sum", name, size, [], whole]
    return whole


def proved(case: Case) -> Basis:
    """A number mu > 0, without logits, for which l less mu times the squares is convex."""
    for x in case.kinds("convex"):
        mu = x.data.get("modulus")
        if mu is not None and _is_number(case, mu):
            less = trees.minus(case.loss, trees.product(mu, squares(case.shape)))
            if any(y is x for y in case.about(less).own("convex")):
                case.require_defined(least_m=2 if "m" in case.shape else 1)
                return Basis((x,), (LABELS,), detail=f"mu = {formula(mu)}")
    raise Reject("no certificate says that the loss is convex less squares of the logits")


def _is_number(case: Case, mu: Any) -> bool:
    """Whether the modulus holds sizes and parameters only, and is positive."""
    if trees.names(mu) & {"at", "fn", "dfn", *trees.BINDERS}:
        return False
    cx = case.context()
    return defined.is_defined(cx, mu, {}, 2) and defined.strong_sign(cx, mu, {}, 2) == "pos"


def refuted(case: Case) -> Basis:
    """It is not convex; or it is Lipschitz, and grows like the logits at most, not like their squares."""
    for x in case.own("lipschitz"):
        if x.sizes.get("m", 2) < 2:
            continue  # then there are only row shifts
        case.require_defined(least_m=2 if "m" in case.shape else 1)
        return Basis((x,), ("m >= 2",) if "m" in case.shape else ())
    return bends_down(case)
