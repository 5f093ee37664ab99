"""Up to one shift a row, l has at most one stationary point, and it is the global minimum.

Definition: for labels strictly between 0 and 1, two logits at which the gradient vanishes differ only by a
constant added to each row, and l is least there. (Binary tasks with one logit each: they are equal.)
Proved from convexity and rigidity: every direction that leaves l flat is a row shift. Together with a link
that is stationary (see ``softmax-optimum``) the minimum exists and is known.
Source: Boyd and Vandenberghe, "Convex Optimization" (2004), section 3.1; ../proving/strict.py.
"""

from __future__ import annotations

import time
from collections.abc import Mapping

from nmderive.evidence import Verdict
from nmderive.losses.loss import Loss
from nmderive.proving.uniqueness import judge_unique

TITLE = "unique optimum"
STATEMENT = "up to one shift a row, l has at most one stationary point, and it is the global minimum"
NAME = "unique-optimum"


def judge(loss: Loss, sizes: Mapping[str, int]) -> Verdict:
    """Judge uniqueness of the optimum."""
    return judge_unique(loss, NAME, STATEMENT, sizes, time.perf_counter())
