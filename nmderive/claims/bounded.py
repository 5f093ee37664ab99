"""For given labels, l is bounded in the logits.

Definition: for all n, m, labels in [0, 1] whose rows sum to one, and parameters there is a number that |l(s, t)|
exceeds at no logits. The number may depend on all of these; where l is not defined for some labels, nothing is
said of them. Numbers with low <= l <= high for all labels are stated where they are found.
Proved by structure: sums, products and powers of what is bounded, logarithms of what stays apart from zero, shares of
totals, and x log x; refuted by a ray of the logits along which l tends to infinity.
Source: bounded losses under label noise, Ghosh, Kumar and Sastry (2017), theorem 1.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from nmderive.checker.claims.bounded import STATEMENT
from nmderive.evidence import Status, Verdict
from nmderive.losses.loss import Loss
from nmderive.proving.enclosed import with_bounds
from nmderive.proving.extents import judge_bounded

TITLE = "bounded"
NAME = "bounded"


def judge(loss: Loss, sizes: Mapping[str, int]) -> Verdict:
    """Judge whether l is bounded on both sides, and by which numbers."""
    verdict = judge_bounded(loss, NAME, STATEMENT, sizes)
    if verdict.status is not Status.PROVED:
        return verdict
    return replace(verdict, certificates=(*with_bounds(loss, verdict.certificates[0]), *verdict.certificates[1:]))
