"""Judge whether two expressions are equal: a rational point where they differ, or the normal form."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace

from sympy import Expr

from nmderive.checker import check
from nmderive.evidence import Status, Verdict
from nmderive.losses.loss import Loss
from nmderive.proving import certificates
from nmderive.proving.refute import refute_equal, size_text
from nmderive.proving.stationarity import scope_text, sizes_to_try, witness_record
from nmderive.proving.symbolic import prove_equal


def judge_equal(
    left: Expr, right: Expr, frame: Loss, sizes: Mapping[str, int], started: float | None = None
) -> Verdict:
    """Return the verdict on left = right; ``frame`` carries the shape, parameters and conditions."""
    started = time.perf_counter() if started is None else started
    return replace(_judged(left, right, frame, dict(sizes)), seconds=time.perf_counter() - started)


def _judged(left: Expr, right: Expr, frame: Loss, sizes: dict[str, int]) -> Verdict:
    statement = "A = B wherever both are defined"
    scope = scope_text(frame, sizes)
    undecided = Verdict("equal", Status.UNDECIDED, statement, scope, frame.conditions)
    search = refute_equal(left, right, frame, sizes_to_try(frame, sizes))
    if search.witness is not None:
        return replace(
            undecided, status=Status.REFUTED, scope=f"at {size_text(frame, search.witness.point.sizes)}",
            certificates=(certificates.witness_values(left, right, frame, search.witness),),
            witness=witness_record(frame, search.witness, "A - B"),
        )
    attempt = prove_equal(left, right, frame.ranges, sizes)
    evidence = f"no point found at which they differ: {'; '.join(search.tried)}"
    if not attempt.proved:
        return replace(undecided, findings=(evidence, f"proof attempt: {attempt.reason}"))
    certificate = certificates.identity(left, right, frame, sizes)
    checked = check(certificate.as_json())
    if not checked.accepted:
        return replace(undecided, findings=(evidence, f"proved, but the checker says: {checked.reason}"))
    return replace(
        undecided, status=Status.PROVED, certificates=(certificate,),
        findings=(f"attacked at {'; '.join(search.tried)}; re-checked independently",),
    )
