"""For given labels, l is bounded in the logits.

Definition: for all n, m, labels in [0, 1] whose rows sum to one, and parameters there is a number that |l(s, t)|
exceeds at no logits. The number may depend on all of these; where l is not defined for some labels, nothing is
said of them.
Proved by structure: sums, products and powers of what is bounded, logarithms of what stays apart from zero, shares of
totals, and x log x; refuted by a ray of the logits along which l tends to infinity.
Source: bounded losses under label noise, Ghosh, Kumar and Sastry (2017), theorem 1.
"""

from __future__ import annotations

from collections.abc import Mapping

from nmderive.checker.claims.bounded import STATEMENT
from nmderive.evidence import Verdict
from nmderive.losses.loss import Loss
from nmderive.proving.extents import judge_bounded

TITLE = "bounded"
NAME = "bounded"


def judge(loss: Loss, sizes: Mapping[str, int]) -> Verdict:
    """Judge whether l is bounded on both sides."""
    return judge_bounded(loss, NAME, STATEMENT, sizes)
