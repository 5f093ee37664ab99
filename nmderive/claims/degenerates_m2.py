"""For two classes with soft labels l is the multi-label loss of the scaled logit differences.

Definition: at m = 2, l = log(1 + sum_i t_i1 exp(-z_i)) + log(1 + sum_i t_i2 exp(z_i)) with z_i = c (s_i1 - s_i2)
for one number c > 0 (stated), for all n, labels and logits. (Binary tasks: z_i = c s_i.)
Proved by the normal form for a scale c; refuted at s = 0, where the multi-label loss does not depend on c. Where it
fails, it is said whether it holds for hard labels.
Source: Su (2022), https://kexue.fm/archives/9064; the author's reply 2 on https://kexue.fm/archives/9158.
"""

from __future__ import annotations

from collections.abc import Mapping

from nmderive.checker.claims.degenerates_m2 import STATEMENT
from nmderive.evidence import Verdict
from nmderive.losses.loss import Loss
from nmderive.proving.degenerate import judge_m2

TITLE = "m = 2, soft labels: the multi-label loss"
NAME = "degenerates-m2"


def judge(loss: Loss, sizes: Mapping[str, int]) -> Verdict:
    """Judge the degeneration at m = 2."""
    return judge_m2(loss, NAME, STATEMENT, sizes)
