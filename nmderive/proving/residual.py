"""Labels at which a loss is stationary whose gradient is a multiple of a formula of the logits less the label.

So are the losses of Fenchel and Young, with Omega strictly convex: dl/ds_ij = (grad Omega*)_ij - t_ij; a ridge, or any
term in the logits alone, adds to the formula.
Source: Blondel, Martins and Niculae, Learning with Fenchel-Young losses, JMLR 21 (2020).
"""

from __future__ import annotations

from sympy import Add, Expr, simplify

from nmderive.budget import limited
from nmderive.calculus.symbols import T
from nmderive.checker import check
from nmderive.errors import NmderiveError
from nmderive.evidence import Certificate
from nmderive.losses.loss import Loss
from nmderive.notation.ast import to_ast
from nmderive.proving import certificates
from nmderive.proving.bounds import rows_sum_to_one

_STEPS = 10_000


def residual_labels(loss: Loss) -> tuple[Expr, Expr] | None:
    """Return F and c where dl/ds_ij looks like c (F_ij - t_ij), rows of labels summing to one; else None."""
    if loss.has_undefined_functions or not loss.gradient.has(T):
        return None
    try:
        with limited(steps=_STEPS):
            gradient = rows_sum_to_one(loss.gradient)
    except NmderiveError:
        return None
    held = [x for x in Add.make_args(gradient) if x.has(T)]
    parts = [x / loss.label for x in held]
    if not parts or any(x.has(T) for x in parts):
        return None
    factor = simplify(-Add(*parts))
    if factor.is_zero:
        return None
    return Add(*(x / factor for x in Add.make_args(gradient) if x not in held)), factor


def residual_certificate(loss: Loss) -> Certificate | None:
    """Return the accepted certificate that the gradient vanishes for the labels F, and for no others."""
    named = residual_labels(loss)
    if named is None:
        return None
    labels, factor = named
    certificate = Certificate("residual", {
        "loss": to_ast(loss.expr), "shape": [x.name for x in loss.shape], "simplex": True, "labels": to_ast(labels),
        "factor": to_ast(factor), **certificates.declarations(loss),
    })
    return certificate if check(certificate.as_json()).accepted else None


__all__ = ["residual_certificate", "residual_labels"]
