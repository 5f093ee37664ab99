"""Permuting the classes, or the rows, of logits and labels alike changes nothing.

Definition: l(s_(i, pi(j)), t_(i, pi(j))) = l(s, t) for every permutation pi of the classes, and the same for rows;
other arrays, class sets and parameters stay where they are.
Proved by construction: every index is summed over and no class or row is named, counted or ordered; refuted by
a rational point at which swapping the first two changes l.
Source: equivariance, see Zaheer et al., "Deep sets" (2017), arXiv:1703.06114.
"""

from __future__ import annotations

from collections.abc import Mapping

from nmderive.checker.claims.permutation_invariant import STATEMENT
from nmderive.evidence import Verdict
from nmderive.losses.loss import Loss
from nmderive.proving.invariance import judge_permutations

TITLE = "permutation-invariant"
NAME = "permutation-invariant"


def judge(loss: Loss, sizes: Mapping[str, int]) -> Verdict:
    """Judge the invariance under permutations."""
    return judge_permutations(loss, NAME, STATEMENT, sizes)
