"""For one sample, the sum of l over the m hard labels does not depend on the logits: sum_y l(s, e_y) = c.

Definition: at n = 1, for all logits and all m. Minimising a symmetric loss with labels that are flipped uniformly, at a
rate below (m - 1) / m, minimises it with the true labels. The constant is given where it has a formula.
Proved by the normal form; refuted by a rational point at which a logit changes the sum.
Source: Ghosh, Kumar and Sastry, Robust loss functions under label noise for deep neural networks (2017).
"""

from __future__ import annotations

from collections.abc import Mapping

from nmderive.checker.claims.symmetric import STATEMENT
from nmderive.evidence import Verdict
from nmderive.losses.loss import Loss
from nmderive.proving.drawn_labels import judge_symmetric

TITLE = "symmetric"
NAME = "symmetric"


def judge(loss: Loss, sizes: Mapping[str, int]) -> Verdict:
    """Judge the symmetry over hard labels."""
    return judge_symmetric(loss, NAME, STATEMENT, sizes)
