"""A diagonal matrix D majorises the Hessian H of l by the logits: twice H's diagonal, or one that is given.

Definition: for all n, m, labels in [0, 1] whose rows sum to one, parameters and logits, l has a Hessian H, and
v^T H v <= sum_ij D_ij v_ij^2 for all v. D_ij is 2 d^2 l/ds_ij^2, with which boosting by trees bounds cross-entropy
(2 p (1 - p)), unless another formula is given for it.
Proved where what D leaves of H's diagonal outweighs the sum of the sizes of the other entries of each row of H;
refuted by a point and a vector v, by exact or ball arithmetic, and by a kink.
Source: Gershgorin (1931); Boehning and Lindsay, Ann. Inst. Statist. Math. 40 (1988); Chen and Guestrin (2016).
"""

from __future__ import annotations

from collections.abc import Mapping

from nmderive.checker.claims.diagonal_majorant import STATEMENT
from nmderive.evidence import Verdict
from nmderive.losses.loss import Loss
from nmderive.proving.majorant import judge_majorant

TITLE = "diagonal majorant"
NAME = "diagonal-majorant"


def judge(loss: Loss, sizes: Mapping[str, int]) -> Verdict:
    """Judge whether twice the Hessian's diagonal, or the loss's given one, majorises the Hessian."""
    return judge_majorant(loss, NAME, STATEMENT, sizes)
