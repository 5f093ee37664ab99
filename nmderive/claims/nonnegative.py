"""l is at least zero, for all logits and labels.

Definition: l(s, t) >= 0 for all n, m, all logits and all labels in [0, 1] whose rows sum to one. Whether zero is
reached or only approached is not said. Where t = softmax(c s) is proved stationary, the loss's value there is given as
a function of the labels (its entropy, for a proper loss).
Proved by structure: sums and products of what is not negative, even powers, exponentials, logarithms of one plus
such, and Jensen's inequality for logarithms of means; or from the optimum, where it is the global minimum and the value
there is not negative. Refuted by a rational point at which l is negative.
Source: loss functions as measures of error, Wald (1950); the value at the optimum: Grunwald and Dawid (2004).
"""

from __future__ import annotations

from collections.abc import Mapping

from nmderive.checker.claims.nonnegative import STATEMENT
from nmderive.evidence import Verdict
from nmderive.losses.loss import Loss
from nmderive.proving.bounds import judge_nonnegative
from nmderive.solving.link_search import guess_links

TITLE = "nonnegative"
NAME = "nonnegative"


def judge(loss: Loss, sizes: Mapping[str, int]) -> Verdict:
    """Judge the lower bound zero."""
    return judge_nonnegative(loss, NAME, STATEMENT, sizes, guess_links)
