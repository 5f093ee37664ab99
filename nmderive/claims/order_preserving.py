"""From some point on, every minimising sequence of l has the larger of two logits of a row at the larger label.

Definition: for all labels strictly between 0 and 1, and logits s^1, s^2, ... along which l tends to its infimum (or to
minus infinity): where t_ij > t_ik, s_ij > s_ik from some point on. It does not matter whether the infimum is attained.
For a loss that is linear in the labels (label-linear) this is about the risk of labels drawn with these probabilities.
Proved where l is convex in s, or in p, has one optimum, and that is t = softmax(c s) or sigmoid(c s), c > 0; refuted by
a ray along which l tends to its infimum in another order, or a minimum of a convex loss in another order.
Source: top-k calibration, Yang and Koyejo (2020), definition 3.1 with k of every size.
"""

from __future__ import annotations

from collections.abc import Mapping

from nmderive.checker.claims.order_preserving import STATEMENT
from nmderive.evidence import Verdict
from nmderive.losses.loss import Loss
from nmderive.proving.orders import judge_order
from nmderive.solving.inverses import inverses
from nmderive.solving.link_search import guess_links

TITLE = "order-preserving"
NAME = "order-preserving"


def judge(loss: Loss, sizes: Mapping[str, int]) -> Verdict:
    """Judge whether minimising sequences order the logits as the labels."""
    return judge_order(loss, NAME, STATEMENT, sizes, False, guess_links, inverses)
