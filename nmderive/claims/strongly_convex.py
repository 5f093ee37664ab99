"""For given labels, l is strongly convex in the logits, up to one shift a row.

Definition: for all n, m, labels in [0, 1], rows of classes summing to one, and parameters there is a number mu > 0 for
which l less mu/2 sum_ij (s_ij - mean of row i)^2 is convex in s; mu is stated. (Binary tasks: mu/2 sum_i s_i^2.)
Proved where such a mu is found for which the difference is convex by its structure, as with a ridge or with squares of
logits; refuted where l is Lipschitz, since a strongly convex loss grows like the squares of the logits, and where l is
not convex.
Source: Nesterov, Introductory lectures on convex optimization (2004), section 2.1.3.
"""

from __future__ import annotations

from collections.abc import Mapping

from nmderive.checker.claims.strongly_convex import STATEMENT
from nmderive.evidence import Verdict
from nmderive.losses.loss import Loss
from nmderive.proving.strongly import judge_strongly

TITLE = "strongly convex"
NAME = "strongly-convex"


def judge(loss: Loss, sizes: Mapping[str, int]) -> Verdict:
    """Judge strong convexity in the logits."""
    return judge_strongly(loss, NAME, STATEMENT, sizes)
