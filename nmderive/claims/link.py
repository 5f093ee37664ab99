"""Up to one shift a row, l is least at one s alone; it is a closed form of the labels, or they of it: the link.

Definition: for all labels strictly between 0 and 1, rows of classes summing to one, l(., t) has exactly one minimum up
to a constant added to each row, at psi(t); psi, or its inverse, is an elementary formula, which is stated. Where psi is
log t / c the labels are read off the logits by t = softmax(c s), so that l is strictly proper with that link (a proper
composite loss).
Proved by one minimum (as for unique-optimum) and logits by a formula at which the gradient vanishes, or labels by one,
found by solving the gradient for the labels; refuted where there is not one minimum. Where there is, and no formula was
found, it stays open.
Source: Reid and Williamson, Composite binary losses (2010), section 3; Williamson, Vernet and Reid (2016), section 4.
"""

from __future__ import annotations

from collections.abc import Mapping

from nmderive.checker.claims.link import STATEMENT
from nmderive.evidence import Verdict
from nmderive.losses.loss import Loss
from nmderive.proving.optimum import judge_link
from nmderive.solving.inverses import inverses
from nmderive.solving.link_search import guess_links

TITLE = "link"
NAME = "link"


def judge(loss: Loss, sizes: Mapping[str, int]) -> Verdict:
    """Judge whether the one minimum is a closed form of the labels."""
    return judge_link(loss, NAME, STATEMENT, sizes, guess_links, inverses)
