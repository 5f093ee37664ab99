"""l is convex in the logits s, for all n, m and all labels in [0, 1].

Definition: for fixed labels, l(s + d) + l(s - d) >= 2 l(s) for all s, d.
Proved by structure (nonnegative sums of logs of positive combinations of exponentials of affine functions,
and what disciplined convex programming adds); refuted by a rational line on which the second difference is
negative, by exact or ball arithmetic.
Source: Boyd and Vandenberghe, "Convex Optimization" (2004), section 3.1.5; ../proving/curvature.py.
"""

from __future__ import annotations

import time
from collections.abc import Mapping

from nmderive.evidence import Verdict
from nmderive.losses.loss import Loss
from nmderive.proving.convexity import judge_convex

TITLE = "convex"
STATEMENT = "l is convex in s"
NAME = "convex"


def judge(loss: Loss, sizes: Mapping[str, int]) -> Verdict:
    """Judge convexity in the logits."""
    return judge_convex(loss, NAME, STATEMENT, sizes, time.perf_counter())
