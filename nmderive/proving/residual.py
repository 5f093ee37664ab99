"""Labels at which a loss is stationary whose gradient is a multiple of a formula of the logits less the label.

So are the losses of Fenchel and Young, with Omega strictly convex: dl/ds_ij = (grad Omega*)_ij - t_ij; a ridge, or any
term in the logits alone, adds to the formula.
Source: Blondel, Martins and Niculae, Learning with Fenchel-Young losses, JMLR 21 (2020).
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import lru_cache

from sympy import Add, Expr, Indexed, simplify

from nmderive.budget import limited
from nmderive.calculus.symbols import S, T
from nmderive.checker import check
from nmderive.errors import NmderiveError
from nmderive.evidence import Certificate
from nmderive.losses.loss import Loss
from nmderive.notation.ast import to_ast
from nmderive.proving import certificates
from nmderive.proving.bounds import rows_sum_to_one

_STEPS = 10_000
#: Exponentials of the logit at which labels between 0 and 1 are looked for.
_PLACES = (Fraction(1), Fraction(1, 2), Fraction(2), Fraction(1, 8), Fraction(8))


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


@lru_cache(maxsize=64)
def residual_certificate(loss: Loss) -> Certificate | None:
    """Return the accepted certificate that the gradient vanishes for the labels F, and for no others."""
    named = residual_labels(loss)
    return None if named is None else _accepted(loss, *named, {})


def crossing(loss: Loss) -> Certificate | None:
    """Return the accepted certificate, for functions of one logit each, that 0 < F < 1 at the logarithm of a number."""
    named = residual_labels(loss)
    if named is None or any(x.base == S and x != loss.logit for part in named for x in part.atoms(Indexed)):
        return None
    for place in _PLACES:
        found = _accepted(loss, *named, {"between": str(place)})
        if found is not None:
            return found
    return None


def _accepted(loss: Loss, labels: Expr, factor: Expr, more: Mapping[str, str]) -> Certificate | None:
    certificate = Certificate("residual", {
        "loss": to_ast(loss.expr), "shape": [x.name for x in loss.shape], "simplex": True, "labels": to_ast(labels),
        "factor": to_ast(factor), **more, **certificates.declarations(loss),
    })
    return certificate if check(certificate.as_json()).accepted else None


__all__ = ["crossing", "residual_certificate", "residual_labels"]
