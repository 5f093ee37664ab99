"""With hard labels the infimum is approached only where the target class has the largest logit of its row.

Definition: let t_ij = [j = y_i], m >= 2. Along every sequence of logits on which l tends to its infimum,
s_iy - s_ik tends to infinity for every sample i and every class k other than its target y.
Proved for sums of logarithms of a constant and weighted exponentials: each s_ik - s_iy is a nonnegative combination
of exponents that must fall (Farkas), as a template for all m. Refuted by a rational ray along which all
exponents fall and another class wins. Linear programs propose, exact arithmetic decides.
Source: Su (2022), https://kexue.fm/archives/9158, below loss-3; Schrijver (1986), corollary 7.1d.
"""

from __future__ import annotations

from collections.abc import Mapping

from nmderive.evidence import Verdict
from nmderive.losses.loss import Loss
from nmderive.proving.hard_argmax import judge_hard

TITLE = "hard labels force the target to be the argmax"
STATEMENT = "with hard labels the infimum is approached only where the target class has the largest logit"
NAME = "hard-label-argmax"


def judge(loss: Loss, sizes: Mapping[str, int]) -> Verdict:
    """Judge what hard labels force."""
    return judge_hard(loss, NAME, STATEMENT, sizes)
