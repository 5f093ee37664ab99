"""Up to one shift a row, l has exactly one stationary point, and it is the global minimum.

Definition: for labels strictly between 0 and 1 the gradient vanishes somewhere; two logits at which it does differ
only by a constant added to each row, and l is least there. (Binary tasks with one logit each: they are equal.) Where
l has a kink, a place is stationary if 0 is in the subdifferential there (Clarke's; the convex one of a convex loss).
Proved from convexity, rigidity (every direction that leaves l flat is a row shift) and existence: the exponents
balance (Stiemke), a link is stationary, or l grows without bound towards the edge of the simplex. Or from strict
convexity in p = softmax(s).
Refuted where the gradient is never zero, or where two stationary points differ by more than row shifts.
Source: Boyd and Vandenberghe, "Convex Optimization" (2004), section 3.1; Rockafellar (1970), theorem 27.1; Clarke,
"Optimization and Nonsmooth Analysis" (1983), section 2.3.
"""

from __future__ import annotations

from collections.abc import Mapping

from nmderive.checker.claims.unique_optimum import STATEMENT
from nmderive.evidence import Verdict
from nmderive.losses.loss import Loss
from nmderive.proving.optimum import judge_one_optimum
from nmderive.solving.inverses import inverses
from nmderive.solving.link_search import guess_links

TITLE = "unique optimum"
NAME = "unique-optimum"


def judge(loss: Loss, sizes: Mapping[str, int]) -> Verdict:
    """Judge uniqueness of the optimum."""
    return judge_one_optimum(loss, NAME, STATEMENT, sizes, guess_links, inverses)
