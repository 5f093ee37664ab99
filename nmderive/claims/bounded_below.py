"""For given labels, l is bounded below in the logits: its infimum is a number.

Definition: for all n, m, labels in [0, 1] whose rows sum to one, and parameters, inf l(s, t) over all logits is not
minus infinity. Where l is not defined for some labels, nothing is said of them.
Proved by structure, as for bounded, or where l is at least zero; refuted by a ray of the logits along which l tends
to minus infinity.
Source: existence of minima, Rockafellar (1970), section 27; the unhinged loss is not, van Rooyen, Menon and Williamson
(2015), arXiv:1505.07634.
"""

from __future__ import annotations

from collections.abc import Mapping

from nmderive.checker.claims.bounded_below import STATEMENT
from nmderive.evidence import Verdict
from nmderive.losses.loss import Loss
from nmderive.proving.extents import judge_bounded_below

TITLE = "bounded below"
NAME = "bounded-below"


def judge(loss: Loss, sizes: Mapping[str, int]) -> Verdict:
    """Judge whether l has a finite infimum."""
    return judge_bounded_below(loss, NAME, STATEMENT, sizes)
