"""Repeating samples r times at fixed logits adds at most a multiple of log r to l, and keeps its gradient bounded.

Definition: with every row of logits and labels repeated r times, l grows by at most C log r, and the derivative by a
logit, summed over its copies, stays below a number that does not depend on r. So the samples of a large class count
like the log of their number. (C is stated; repeating only some of the rows adds less.)
Proved where all sums over rows stand inside logarithms, beside a positive constant; refuted where the loss of
the repeated data is r times the loss, or more, as for cross-entropy.
Source: Su (2022), https://kexue.fm/archives/9158, on class imbalance; https://kexue.fm/archives/7359.
"""

from __future__ import annotations

from collections.abc import Mapping

from nmderive.evidence import Verdict
from nmderive.losses.loss import Loss
from nmderive.proving.repetition import judge_balance

TITLE = "balance: a class's share grows like the log of its size"
STATEMENT = "with rows repeated r times at fixed logits, l grows at most like log r and its gradient stays bounded"
NAME = "balance"


def judge(loss: Loss, sizes: Mapping[str, int]) -> Verdict:
    """Judge the balance of classes."""
    return judge_balance(loss, NAME, STATEMENT, sizes)
