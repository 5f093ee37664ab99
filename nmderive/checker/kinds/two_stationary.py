"""two-stationary: two logits, not shifts of each other, at which the gradient is exactly zero for the same labels.

The "point" gives labels, parameters, arrays and sets, and the logits s ("exp_s" or "s") and d ("exp_d" or "d"); the
second logits are s + d.  Everything is rational, sizes fixed.  At both points the loss has a derivative by every logit,
which is zero; d is not one number in every row of classes (for tasks with one logit a sample: d is not zero).
"""

from __future__ import annotations

from typing import Any

from .. import setup, words
from ..context import Context
from ..exactly import require_stationary
from ..point import Rows, table_rows
from ..reject import Malformed, Reject

KIND = "two-stationary"


def verify(certificate: dict[str, Any]) -> str:
    """The verified statement, or a Reject."""
    loss = setup.expression(certificate, "loss")
    shape = setup.shape_of(certificate)
    cx = setup.context(certificate)
    setup.shapes(cx, certificate, [(loss, {})])
    given = setup.mapping(certificate, "point")
    if ("exp_s" in given) + ("s" in given) != 1 or ("exp_d" in given) + ("d" in given) != 1:
        raise Malformed("the point needs s and a difference d, each once")
    if not _is_more_than_a_shift(_given(cx, given), 1 if "exp_d" in given else 0, shape):
        raise Reject("the two points are shifts of each other")
    for names in (("s",), ("s", "d")):
        require_stationary(cx, certificate, loss, names)
    return (
        f"{words.quantifiers(cx, certificate)}: the gradient of {words.show(loss)} is zero at two logits that are not "
        f"shifts of each other, s and s + d, labels held fixed, at {words.point(certificate)}"
    )


def _given(cx: Context, given: dict[str, Any]) -> Rows:
    return table_rows(cx, "s", given["exp_d"] if "exp_d" in given else given["d"])


def _is_more_than_a_shift(d: Rows, neutral: int, shape: setup.Shape) -> bool:
    if "m" not in shape:
        return any(q != neutral for q in d.values())
    first = {idx[:-1]: q for idx, q in reversed(d.items())}
    return any(q != first[idx[:-1]] for idx, q in d.items())
