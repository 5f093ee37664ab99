"""Whether a convex loss attains its minimum: its exponents balance (Stiemke), or its gradient is never zero."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from nmderive.checker import check
from nmderive.evidence import Certificate
from nmderive.losses.loss import Loss
from nmderive.notation.ast import to_ast
from nmderive.proving import certificates
from nmderive.proving.log_groups import Kind, log_sum_forms
from nmderive.proving.rigidity_certificate import strictly_convex
from nmderive.proving.strict import rigidity


def attained(loss: Loss) -> Certificate | None:
    """Return the accepted certificate that the minimum is attained, uniquely up to row shifts, for all sizes."""
    for choice, _ in log_sum_forms(loss, tuple(Kind)):
        rigid = rigidity(replace(loss, expr=choice))
        if rigid is None:
            continue
        own = strictly_convex(loss, choice, rigid)
        if own is None:
            continue
        for labels in ("positive", "interior"):
            certificate = Certificate("stiemke", {**own.data, "labels": labels})
            if check(certificate.as_json()).accepted:
                return certificate
    return None


def flat(loss: Loss, sizes: Mapping[str, int]) -> Certificate | None:
    """Return the accepted certificate that the gradient is zero everywhere, so that every point is stationary."""
    certificate = Certificate("gradient", {
        "loss": to_ast(loss.expr), "shape": [s.name for s in loss.shape], "gradient": ["num", "0"],
        "sizes": dict(sizes), **certificates.declarations(loss),
    })
    return certificate if check(certificate.as_json()).accepted else None


def never_stationary(loss: Loss, sizes: Mapping[str, int]) -> Certificate | None:
    """Return the accepted certificate that the derivative by the first logit is never zero."""
    certificate = Certificate("no-stationary", {
        "loss": to_ast(loss.expr), "shape": [s.name for s in loss.shape], "sizes": dict(sizes),
        "entry": [1] * len(loss.shape), **certificates.declarations(loss),
    })
    return certificate if check(certificate.as_json()).accepted else None
