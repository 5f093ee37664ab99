"""identity: left = right for all sizes and all values of the free indices.

With "labels": "hard" it is shown for labels that are 0 or 1, one of each row of classes being 1: then t^e = t for
e > 0, t_ij t_ik is 0 where j and k differ, and a function f of one label is t f(1) + (1 - t) f(0).
"""

from __future__ import annotations

from typing import Any

from .. import hard, setup, words
from ..equality import require_equal, with_hard_labels
from ..reject import Malformed

KIND = "identity"


def verify(certificate: dict[str, Any]) -> str:
    """The verified statement, or a Reject."""
    left, right = setup.expression(certificate, "left"), setup.expression(certificate, "right")
    free = setup.mapping(certificate, "free")
    cx = setup.context(certificate)
    cx.one_hot = certificate.get("labels") == "hard"
    if certificate.get("labels", "hard") != "hard":
        raise Malformed('labels can only be "hard"')
    setup.shapes(cx, certificate, [(left, free), (right, free)])
    if cx.one_hot:
        hard.require_zeros(cx)
        left, right = (with_hard_labels(cx, x, free) for x in (left, right))
    require_equal(cx, left, right, free)
    values = " and all " + ", ".join(free) if free else ""
    values += ", hard labels" if cx.one_hot else ""
    claim = " = ".join(words.show(certificate[side]) for side in ("left", "right"))
    return words.wherever(cx, f"{words.quantifiers(cx, certificate)}{values}: {claim}")
