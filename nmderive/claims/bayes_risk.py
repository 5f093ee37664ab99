"""For given labels, the infimum of l over the logits is a number, by a closed form in the labels.

Definition: for all labels strictly between 0 and 1, rows of classes summing to one, inf l(s, t) over all logits s is
finite, and given by an elementary formula (with maxima over classes), which is stated. For a loss that is linear in the
labels (label-linear) it is the Bayes risk of labels drawn with these probabilities, or generalised entropy, and
concave in them; l less it is a Bregman divergence where the infimum is attained at s = psi(t) (see link).
Proved by the value of l at its one minimum, by shares of the classes (see calibrated), or by a value that l is above,
and tends to where all logits do to an end; refuted by a ray along which l tends to minus infinity.
Source: Gneiting and Raftery, Strictly proper scoring rules (2007), section 2; Grunwald and Dawid (2004).
"""

from __future__ import annotations

from collections.abc import Mapping

from nmderive.checker.claims.bayes_risk import STATEMENT
from nmderive.evidence import Verdict
from nmderive.losses.loss import Loss
from nmderive.proving.optimum import judge_bayes_risk
from nmderive.solving.inverses import inverses
from nmderive.solving.link_search import guess_links

TITLE = "Bayes risk"
NAME = "bayes-risk"


def judge(loss: Loss, sizes: Mapping[str, int]) -> Verdict:
    """Judge whether the infimum is a closed form of the labels."""
    return judge_bayes_risk(loss, NAME, STATEMENT, sizes, guess_links, inverses)
