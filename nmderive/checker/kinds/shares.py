"""shares: repeating the rows of one class does not make the gradient of another class's rows vanish.

{"loss", "form" (optional, shown equal to the loss), "shape" with rows, "sizes": m or nothing}.  Up to terms without s
the form is a sum, with weights W >= 0, of log(c + sum of w exp(a)), c > 0, w >= 0, as in forces-argmax.  Labels are
hard, and the rows are of two classes A and B (1 and 0 for binary tasks), those of A repeated r times.

As r grows, the derivative by the logits of a row of class B tends to that of the sum of W log(leading terms), see
``shares.py``, which is convex.  Checked is, for every A and B that differ, that some logarithm with W > 0 has a
leading term with a row of class B whose exponent depends on that row's logits, and another one, or c, without rows of
class B; or that there is one logarithm only, whose leading terms depend on the logits of a row of class B.  In the
first case the logarithm is not affine in these logits, whatever the others are, which are convex; in both the sum is
not constant: the derivative's limit is not zero everywhere.
"""

from __future__ import annotations

from itertools import permutations
from typing import Any

from .. import hard, setup, shares, words
from ..context import Context
from ..groups import Group
from ..reject import Malformed, Reject
from .forces_argmax import log_form

KIND = "shares"


def verify(certificate: dict[str, Any]) -> str:
    """The verified statement, or a Reject."""
    cx = setup.context(certificate)
    hard.require_zeros(cx)
    loss, form, groups = log_form(cx, certificate)
    shape = setup.shape_of(certificate)
    if "n" not in shape or "n" in cx.sizes:
        raise Malformed("the number of rows must be open")
    shares.require_plain_rows(cx, form, groups)
    if not all(x in ("pos", "nonneg", "zero") for g in groups for x in (g.sign, *(e.sign for e in g.exponents))):
        raise Reject("a weight is not known to be nonnegative")
    if "m" not in cx.sizes:
        hard.require_no_named_classes(cx, form)
        if hard.compares(form):
            raise Reject("the form compares positions of classes")
    for labels, least in shares.standins(cx, groups):
        classes = shares.row_classes(cx, shape, labels)
        pairs = list(permutations(classes, 2)) if "m" in cx.sizes or shape == ("n",) else [(classes[0], classes[1])]
        for a, b in pairs:
            if not _remains(cx, groups, labels, (a, b), least):
                raise Reject("no logarithm was found in which the other class keeps its part")
    return (
        f"{words.quantifiers(cx, certificate)}, hard labels: with rows of two classes, those of one repeated r times, "
        f"the derivative of {words.show(loss)} by the logits of a row of the other class tends, as r grows, to a "
        f"function that is not zero everywhere, wherever it is defined{words.also_excluded(cx)}"
    )


def _remains(
    cx: Context, groups: list[Group], labels: list[Any], pair: tuple[Any, Any], least: int
) -> bool:
    a, b = pair
    found = [x for g in groups for x in shares.instances(cx, g, labels, [a, b], least)]
    alone = len(groups) == 1 and not groups[0].outer
    return any(x.counts and (x.bends(a, b) or alone and x.left(a, b)) for x in found)
