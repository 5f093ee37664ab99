"""l is convex in the logits s, for all n, m and all labels in [0, 1].

Definition: for fixed labels, l(s + d) + l(s - d) >= 2 l(s) for all s, d. It is added whether l is strictly convex
up to row shifts; and, where it is not convex in s, whether it is in p = softmax(s).
Proved by structure (nonnegative sums of logs of positive combinations of exponentials of affine functions,
and what disciplined convex programming adds); refuted by a rational line on which the second difference is
negative, by exact or ball arithmetic.
Source: Boyd and Vandenberghe, "Convex Optimization" (2004), section 3.1.5; ../proving/curvature.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from nmderive.calculus.symbols import M
from nmderive.checker.claims.convex import STATEMENT
from nmderive.evidence import Certificate, Status, Verdict
from nmderive.losses.loss import Loss
from nmderive.proving.composed import over_functions
from nmderive.proving.convexity import convex_form, judge_convex
from nmderive.proving.simplex_form import simplex_certificate
from nmderive.proving.uniqueness import unique_beside, unique_certificate

TITLE = "convex"
NAME = "convex"
_STRICT_IN_P = "as a function of p = softmax(s) it is strictly convex, for positive labels"
_STRICT_IN_SIGMOID = "as a function of p = sigmoid(s) it is strictly convex, for labels strictly between 0 and 1"


def judge(loss: Loss, sizes: Mapping[str, int]) -> Verdict:
    """Judge convexity in the logits."""
    if loss.has_undefined_functions:
        return over_functions(loss, lambda one: judge_convex(one, NAME, STATEMENT, sizes))
    verdict = judge_convex(loss, NAME, STATEMENT, sizes)
    if verdict.status is Status.PROVED:
        return _with(verdict, _strict(loss, sizes), "strictly so up to row shifts, for labels strictly between 0 and 1")
    apart = simplex_certificate(loss, "unique")
    return _with(verdict, () if apart is None else (apart,), _STRICT_IN_P if M in loss.shape else _STRICT_IN_SIGMOID)


def _strict(loss: Loss, sizes: Mapping[str, int]) -> tuple[Certificate, ...]:
    """Return what shows that only row shifts leave the loss flat; of products the sum of logarithms shows it."""
    beside = unique_beside(loss, sizes)
    if beside is not None:
        return beside[1]
    form = convex_form(loss)
    strict = None if form is None else unique_certificate(loss, form, sizes)
    return () if strict is None else (strict,)


def _with(verdict: Verdict, more: tuple[Certificate, ...], text: str) -> Verdict:
    if not more:
        return verdict
    return replace(verdict, findings=(*verdict.findings, text), certificates=(*verdict.certificates, *more))
