"""The minimum is at one place up to row shifts, which is a formula of the labels."""

from __future__ import annotations

from .. import minima
from ..case import INTERIOR, Basis, Case
from ..formula import formula
from ..reject import Reject

STATEMENT = "up to one shift a row, l is least at one s alone; it is a closed form of the labels, or they of it"
TRANSFERS = "positive"
#: Without these the claim has no meaning.
NEEDS = ("labels", "m >= 2", "any labels")


def proved(case: Case) -> Basis:
    """At most one minimum, and logits by a formula at which the gradient vanishes; or one, and labels by a formula.

    In the second way every s is the minimum for the labels f(s), and all labels have one minimum, g(t), which is a
    continuous function, as the minima of convex functions are, of s or of p, that change continuously and have one
    each.  So f is a continuous inverse on the right, g(f(s)) = s up to shifts: one to one, and open by invariance of
    domain.  What f reaches is closed, too, for if f(s_k) tends to t within the domain, s_k = g(f(s_k)) tends to g(t).
    So f reaches all labels, and is the inverse of g.

    Or the gradient is zero for the labels f(s) and no others, so that at the one minimum the labels are f of it.
    """
    case.require_defined(interior=True, least_m=2 if "m" in case.shape else 1)
    for x in case.own("optimum"):
        for proof in minima.at_most_one(case):
            return Basis((*proof, x), (INTERIOR,), detail=minima.place(case, x))
    for x in case.own("separable"):
        basis = minima.exactly_one(case)
        c = formula(x.data.get("scale", ["num", "1"]))
        known = f"t[i, j] = {formula(x.data['labels'])}, p = softmax({'' if c == '1' else f'{c}*'}s)"
        return Basis((*basis.used, x), (INTERIOR,), detail=known)
    for x in case.own("residual"):
        basis = minima.exactly_one(case)
        known = f"t[{', '.join(case.free)}] = {formula(x.data['labels'])}"
        return Basis((*basis.used, x), (INTERIOR,), detail=known)
    raise Reject("the certificates do not show one minimum in closed form")


def refuted(case: Case) -> Basis:
    """There is no minimum, or there are several."""
    return minima.not_least_at_one(case)
