"""Adding a constant to a row of logits changes nothing: l(s_ij + c_i) = l(s_ij) for every c.

Definition: for all labels, logits and constants c_1, ..., c_n. (Binary tasks with one logit each: adding to it
changes nothing, which no loss that depends on its logits satisfies.) Where it fails, it is said whether one
constant added to all logits changes nothing.
Proved by the normal form; refuted by a rational point and the shift log 2 of the first row.
Source: the softmax function is unchanged by such shifts, so optima are meant up to them.
"""

from __future__ import annotations

from collections.abc import Mapping

from nmderive.checker.claims.shift_invariant import STATEMENT
from nmderive.evidence import Verdict
from nmderive.losses.loss import Loss
from nmderive.proving.invariance import judge_shift

TITLE = "shift-invariant"
NAME = "shift-invariant"


def judge(loss: Loss, sizes: Mapping[str, int]) -> Verdict:
    """Judge the invariance under row shifts."""
    return judge_shift(loss, NAME, STATEMENT, sizes)
