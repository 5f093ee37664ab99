"""Up to terms without logits, l is linear in the labels of each row: l(s, t) = sum_y t_iy l(s, t_i = e_y) + c(t).

Definition: for all logits, and labels moved by a from one class to another in one row, the second difference of l in a
does not depend on the logits. (Binary tasks: in each label.) For such a loss l at soft labels is the risk of hard
labels that are drawn with these probabilities, up to a constant: what is said of soft labels is said of that risk.
Proved by the normal form; refuted by a point at which the second difference changes with a logit.
Source: expected loss as in Reid and Williamson (2010), section 3.
"""

from __future__ import annotations

from collections.abc import Mapping

from nmderive.checker.claims.label_linear import STATEMENT
from nmderive.evidence import Verdict
from nmderive.losses.loss import Loss
from nmderive.proving.drawn_labels import judge_linear

TITLE = "label-linear"
NAME = "label-linear"


def judge(loss: Loss, sizes: Mapping[str, int]) -> Verdict:
    """Judge the linearity in the labels."""
    return judge_linear(loss, NAME, STATEMENT, sizes)
