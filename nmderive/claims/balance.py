"""Repeating a class's samples r times at fixed logits adds at most a multiple of log r, and starves no other class.

Definition: with rows of logits and labels repeated r times, (1) l grows by at most C log r, and the derivative by a
logit, summed over its copies, stays below a number that does not depend on r (C is stated); (2) with hard labels, and
the rows of one class repeated, the gradient by the rows of another class does not tend to zero as r grows. So the
samples of a large class count like the log of their number, and leave the small classes their share.
Proved where all sums over rows stand inside logarithms, beside a positive constant, and every class has a logarithm
without the other one. Refuted where the loss of the repeated data is r times the loss, or more, as for cross-entropy;
or where the repeated class takes the whole gradient, as with all classes in one logarithm.
Source: Su (2022), https://kexue.fm/archives/9158, on class imbalance; https://kexue.fm/archives/7359.
"""

from __future__ import annotations

from collections.abc import Mapping

from nmderive.checker.claims.balance import STATEMENT
from nmderive.evidence import Verdict
from nmderive.losses.loss import Loss
from nmderive.proving.repetition import judge_balance

TITLE = "balance: a class's share grows like the log of its size"
NAME = "balance"


def judge(loss: Loss, sizes: Mapping[str, int]) -> Verdict:
    """Judge the balance of classes."""
    return judge_balance(loss, NAME, STATEMENT, sizes)
