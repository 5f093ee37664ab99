"""l less a multiple of the squares of the logits, beside row shifts, is convex."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from ..case import Basis, Case
from ..formula import formula
from ..numbers import parse
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
    """It is not convex; or it is Lipschitz, or linear along a ray: it does not grow like the squares of the logits."""
    for x in case.own("lipschitz"):
        if x.sizes.get("m", 2) < 2:
            continue  # then there are only row shifts
        case.require_defined(interior=True, least_m=2 if "m" in case.shape else 1)  # some labels are enough
        return Basis((x,), ("m >= 2",) if "m" in case.shape else ())
    for x in case.own("linear"):
        if case.labels_are_allowed(x) and _moves_apart(x.data["direction"], case.shape):
            case.require_defined(interior=_is_inside(x.data["point"].get("t")), least_m=2 if "m" in case.shape else 1)
            return Basis((x,), at=x.sizes)
    return bends_down(case)


def _is_inside(labels: Any) -> bool:
    """Whether labels, where there are any, lie strictly between 0 and 1."""
    if isinstance(labels, list | tuple):
        return all(map(_is_inside, labels))
    return labels is None or 0 < Fraction(parse(labels)) < 1


def _moves_apart(direction: Any, shape: tuple[str, ...]) -> bool:
    """Whether a direction is more than one shift a row."""
    rows = direction if len(shape) == 2 else [direction] if shape == ("m",) else [[x, "0"] for x in direction]
    return any(len({Fraction(parse(q)) for q in row}) > 1 for row in rows)
