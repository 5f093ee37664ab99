"""For given labels, l is Lipschitz in the logits: where it has a gradient, that is bounded.

Definition: for all n, m, labels in [0, 1] whose rows sum to one, and parameters there is a number L with
|l(s, t) - l(s', t)| <= L max |s_ij - s'_ij| for all logits s, s'. At kinks nothing else is meant.
Proved by structure: logarithms of sums, products and powers of exponentials, shares of totals, and products of such
where they are bounded; where the structure tells, a number L is given with its proof. Refuted by a ray of the logits
along which l grows faster than they do.
Source: the constant of generalisation bounds by contraction, Bartlett and Mendelson (2002), theorem 12.
"""

from __future__ import annotations

from collections.abc import Mapping

from nmderive.checker.claims.lipschitz import STATEMENT
from nmderive.evidence import Verdict
from nmderive.losses.loss import Loss
from nmderive.proving.extents import judge_lipschitz

TITLE = "Lipschitz"
NAME = "lipschitz"


def judge(loss: Loss, sizes: Mapping[str, int]) -> Verdict:
    """Judge whether the gradient of l is bounded."""
    return judge_lipschitz(loss, NAME, STATEMENT, sizes)
