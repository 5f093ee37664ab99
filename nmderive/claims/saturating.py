"""For one sample with a hard label, dl/ds_y tends to zero as the target's logit s_y tends to minus infinity.

Definition: at n = 1, for all m >= 2, every target y and all other logits, which stay fixed. A saturating loss hardly
corrects what is certain and wrong, which is slow to learn and robust to wrong labels; the gradient of others tends to a
constant, as that of cross-entropy, or grows. Class sets have the target as their one positive.
Proved by structure, followed as e^(s_y) tends to zero; refuted by a ray on which s_y alone falls and l grows at least
like a multiple of it.
Source: saturating units and losses, Goodfellow, Bengio and Courville (2016), section 6.2.2; Zhang and Sabuncu (2018),
arXiv:1805.07836, section 3.
"""

from __future__ import annotations

from collections.abc import Mapping

from nmderive.checker.claims.saturating import STATEMENT
from nmderive.evidence import Verdict
from nmderive.losses.loss import Loss
from nmderive.proving.extents import judge_saturating

TITLE = "saturating"
NAME = "saturating"


def judge(loss: Loss, sizes: Mapping[str, int]) -> Verdict:
    """Judge whether the gradient vanishes where the target's logit is very small."""
    return judge_saturating(loss, NAME, STATEMENT, sizes)
