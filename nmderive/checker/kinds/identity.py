"""identity: left = right for all sizes and all values of the free indices.

With "labels": "hard" it is shown for labels that are 0 or 1, one of each row of classes being 1: then t^e = t for
e > 0, t_ij t_ik is 0 where j and k differ, and a function f of one label is t f(1) + (1 - t) f(0).
"""

from __future__ import annotations

from typing import Any

from .. import close, hard, setup, trees, words, zero
from ..context import Context
from ..read import read
from ..reject import Malformed, Reject

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


def with_hard_labels(cx: Context, node: Any, free: dict[str, str]) -> Any:
    """The expression with functions of labels written as sums over the values that these may have."""
    of_classes = cx.array_spans.get("t", ())[-1:] == ("m",)
    return _as_read(cx, trees.zero_or_one(trees.by_target(node) if of_classes else node), node, free)


def _as_read(cx: Context, wanted: Any, other: Any, free: dict[str, str]) -> Any:
    """The expression that is wanted where it can be read: a function of a label may be defined at one of 0 and 1."""
    try:
        for env in setup.free_environments(cx, free):
            read(cx, wanted, env)
    except (Reject, ArithmeticError):
        return other
    return wanted


def require_equal(cx: Context, left: Any, right: Any, free: dict[str, str]) -> None:
    """Refuse unless the two expressions are found equal."""
    for env in setup.free_environments(cx, free):
        difference = close.total(cx, ((read(cx, left, env), 1), (read(cx, right, env), -1)))
        if not zero.is_zero(cx, difference):
            raise Reject("the difference of the two sides was not found to be zero")
