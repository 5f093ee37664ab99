"""For one sample with a hard label l is softmax cross-entropy, at some temperature.

Definition: at n = 1 and t_1j = [j = y], l = log sum_k exp(c (s_1k - s_1y)) for one number c > 0 (the inverse
temperature, stated), for all m, y and logits. (Binary tasks: log(1 + exp(-c s)) at t = 1, log(1 + exp(c s)) at 0.)
Proved by the normal form for a scale c; refuted at s = 0, where cross-entropy is log m whatever c is.
Source: Su (2022), https://kexue.fm/archives/9158, the author's reply 2.
"""

from __future__ import annotations

from collections.abc import Mapping

from nmderive.checker.claims.degenerates_n1 import STATEMENT
from nmderive.evidence import Verdict
from nmderive.losses.loss import Loss
from nmderive.proving.degenerate import judge_n1

TITLE = "n = 1, hard label: softmax cross-entropy"
NAME = "degenerates-n1"


def judge(loss: Loss, sizes: Mapping[str, int]) -> Verdict:
    """Judge the degeneration at n = 1."""
    return judge_n1(loss, NAME, STATEMENT, sizes)
