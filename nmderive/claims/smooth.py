"""For given labels, the gradient of l is Lipschitz in the logits: the Hessian is bounded.

Definition: for all n, m, labels in [0, 1] whose rows sum to one, and parameters, l has a gradient, and there is a
number L with |dl/ds_ij (s, t) - dl/ds_ij (s', t)| <= L max |s_hk - s'_hk| for all logits s, s' and all i, j.
Where l is convex and a number L with v^T H v <= L sum v_ij^2 is found, it is stated: 1/2 of cross-entropy.
Proved by structure: logarithms of sums, products and powers of exponentials, shares of totals, products of such where
they are bounded, and squares of affine functions; refuted by a kink of a piecewise affine loss, or a ray along which l
grows faster than the square of the logits.
Source: Nesterov, Introductory lectures on convex optimization (2004), section 1.2.2.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from nmderive.checker.claims.smooth import STATEMENT
from nmderive.evidence import Status, Verdict
from nmderive.losses.loss import Loss
from nmderive.proving.convexity import convex_certificate
from nmderive.proving.extents import judge_smooth
from nmderive.proving.majorant import largest_curvature

TITLE = "smooth"
NAME = "smooth"


def judge(loss: Loss, sizes: Mapping[str, int]) -> Verdict:
    """Judge whether the Hessian of l is bounded, and by which number where l is convex."""
    verdict = judge_smooth(loss, NAME, STATEMENT, sizes)
    convex = convex_certificate(loss) if verdict.status is Status.PROVED else None
    known = None if convex is None else largest_curvature(loss)
    if convex is None or known is None:
        return verdict
    return replace(verdict, certificates=(*verdict.certificates, known, convex))
