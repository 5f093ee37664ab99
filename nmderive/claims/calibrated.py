"""From some point on, every minimising sequence of l has the largest logits of a row at its largest labels only.

Definition: for all labels strictly between 0 and 1, and logits s^1, s^2, ... along which l tends to its infimum (or to
minus infinity): from some point on every class with the largest logit of a row has its largest label. For a loss that
is linear in the labels (label-linear) this is classification calibration, or Fisher consistency, of the loss.
Proved like order-preserving, which is more, or by shares of the classes that are weighed by what falls with their
labels (the mean absolute error, hinges of logits that sum to zero); refuted by a ray along which another class has the
largest logit, or by a minimum of a convex loss where one has.
Source: Tewari and Bartlett (2007), definition 1; Zhang (2004).
"""

from __future__ import annotations

from collections.abc import Mapping

from nmderive.checker.claims.calibrated import STATEMENT
from nmderive.evidence import Verdict
from nmderive.losses.loss import Loss
from nmderive.proving.orders import judge_order
from nmderive.solving.inverses import inverses
from nmderive.solving.link_search import guess_links

TITLE = "calibrated"
NAME = "calibrated"


def judge(loss: Loss, sizes: Mapping[str, int]) -> Verdict:
    """Judge whether minimising sequences have the largest logit at a largest label."""
    return judge_order(loss, NAME, STATEMENT, sizes, True, guess_links, inverses)
