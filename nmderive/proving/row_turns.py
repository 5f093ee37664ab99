"""Whether moving other rows' logits turns the gradient by a row's own: points at which it does."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations
from random import Random

from nmderive.calculus.symbols import M, N, T
from nmderive.checker import check
from nmderive.evidence import Certificate
from nmderive.losses.loss import Loss
from nmderive.notation.ast import to_ast
from nmderive.proving import certificates
from nmderive.proving.points import fitting, label_table, point_at
from nmderive.proving.refute import Witness

_SIZES = ((2, 2), (2, 3))
_POINTS = 3


def turned(loss: Loss, sizes: Mapping[str, int]) -> Certificate | None:
    """Return the accepted certificate that the gradients by row 1 at two points, equal in it, point apart."""
    if N not in loss.shape or not loss.expr.has(T):
        return None
    for own in fitting(loss, _SIZES, sizes):
        for number in range(_POINTS if own["n"] > 1 else 0):
            found = _turned_at(loss, own, number)
            if found is not None:
                return found
    return None


def _turned_at(loss: Loss, sizes: dict[str, int], number: int) -> Certificate | None:
    point, far = (point_at(loss, sizes, k) for k in (number, number + _POINTS))
    labels = label_table(loss, sizes, Random(f"labels {number}"))
    data = certificates.point_data(loss, Witness(point, (), "", True))
    data["point"]["t"] = certificates.nested(labels)
    other = {e: point.exp_s[e] if e[0] == 1 else far.exp_s[e] for e in point.exp_s}
    for classes in combinations(range(1, sizes["m"] + 1), 2) if M in loss.shape else ((),):
        certificate = Certificate("turned", {
            "loss": to_ast(loss.expr), "shape": [s.name for s in loss.shape], **data,
            "other": certificates.nested(other), **({"classes": list(classes)} if classes else {}),
            **certificates.declarations(loss),
        })
        if check(certificate.as_json()).accepted:
            return certificate
    return None


__all__ = ["turned"]
