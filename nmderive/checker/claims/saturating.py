"""For one sample with a hard label, the gradient by the target's logit vanishes as that logit tends to -infinity."""

from __future__ import annotations

from fractions import Fraction

from ..case import Basis, Case, Found
from ..numbers import parse
from ..reject import Reject

STATEMENT = "for one sample with a hard label, dl/ds_y tends to zero as the target's logit s_y tends to minus infinity"
TRANSFERS = ""
#: Without these the claim has no meaning.
NEEDS = ("labels", "classes", "n = 1", "m >= 2", "any labels", "hard labels")


def proved(case: Case) -> Basis:
    """By structure, for a loss that is defined at hard labels."""
    case.require_defined(least_m=2)
    for x in case.own("saturates"):
        return Basis((x,), fixed={"n": 1} if "n" in case.shape else {})
    raise Reject("no certificate says that the gradient vanishes")


def refuted(case: Case) -> Basis:
    """A ray on which the target's logit alone falls, and l grows like a multiple of it or faster."""
    for x in case.own("grows"):
        fast = x.data["beyond"] != "bounded" and x.sizes.get("n", 1) == 1 and x.sizes.get("m", 1) >= 2
        if fast and case.labels_are_allowed(x) and _falls_alone(case, x):
            return Basis((x,), at=x.sizes)
    raise Reject("no certificate shows that l grows like the target's logit")


def _falls_alone(case: Case, x: Found) -> bool:
    """Whether the label is hard, the direction takes its logit down and no other, and class sets say the same."""
    labels, direction = (
        [Fraction(parse(q)) for q in (table[0] if "n" in case.shape else table)]
        for table in (x.data["point"]["t"], x.data["direction"]))
    if sorted(labels) != [0] * (len(labels) - 1) + [1]:
        return False
    target = labels.index(Fraction(1))
    sets, others = x.data["point"].get("sets", {}), [k + 1 for k in range(len(labels)) if k != target]
    own = {"Omega_pos": [target + 1], "Omega_neg": others}
    return all(k not in own or sorted(v) == own[k] for k, v in sets.items()) and direction[target] < 0 and not any(
        q for k, q in enumerate(direction) if k != target)
