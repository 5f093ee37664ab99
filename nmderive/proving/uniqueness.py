"""Judge uniqueness of the optimum: convexity by structure, and rigidity of the flat directions."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace

from sympy import Expr

from nmderive.calculus.log_form import log_form
from nmderive.checker import check
from nmderive.evidence import Status, Verdict
from nmderive.losses.links import softmax_link
from nmderive.losses.loss import Loss
from nmderive.proving.convexity import convex_form
from nmderive.proving.rigidity_certificate import strictly_convex
from nmderive.proving.stationarity import scope_text
from nmderive.proving.strict import rigidity
from nmderive.proving.symbolic import prove_stationary

_POSITIVE = "labels strictly between 0 and 1"


def judge_unique(
    loss: Loss, claim: str, statement: str, sizes: Mapping[str, int], started: float
) -> Verdict:
    """Return the verdict on "at most one stationary point up to row shifts, the global minimum"."""
    scope = scope_text(loss, sizes)
    undecided = Verdict(claim, Status.UNDECIDED, statement, scope, loss.conditions)
    form = convex_form(loss)
    if form is None:
        verdict = replace(undecided, findings=("the structure does not show that l is convex",))
    else:
        verdict = _from_rigidity(loss, form, undecided)
    return replace(verdict, seconds=time.perf_counter() - started)


def _from_rigidity(loss: Loss, convex: Expr, undecided: Verdict) -> Verdict:
    form = log_form(convex)
    rigid = rigidity(replace(loss, expr=form))
    if rigid is None:
        return replace(undecided, findings=("l is convex; that only row shifts leave it flat was not shown",))
    certificate = strictly_convex(loss, form, rigid)
    checked = check(certificate.as_json())
    if not checked.accepted:
        return replace(undecided, findings=(f"shown, but the checker says: {checked.reason}",))
    findings = ["l is convex, and only row shifts leave it flat"]
    link = softmax_link(loss)
    if not loss.has_undefined_functions and prove_stationary(loss, link).proved:
        findings.append(f"{link.text} is stationary, so it is the unique global minimum up to one shift a row")
    return replace(
        undecided, status=Status.PROVED, conditions=(*loss.conditions, _POSITIVE), certificates=(certificate,),
        findings=tuple(findings),
    )
