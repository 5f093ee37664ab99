"""turned: moving the logits of other rows turns the gradient by those of the first, labels being fixed.

{"loss", "shape": ["n","m"] or ["n"], "sizes": all of the shape fixed, "point": a point with logits "s" or "exp_s" and
labels "t", "other": the exponentials of other logits, equal in row 1, "classes": [j, k] for ["n","m"]}.  With g the
gradient by row 1 at the point and h that at the other logits: g_j h_k - g_k h_j is not 0, or for ["n"] g h is
negative.  So neither gradient is a positive multiple of the other: where l falls by the first row's logits depends on
the others', and l is no increasing function of a sum of functions of one row each.
"""

from __future__ import annotations

from typing import Any

from .. import setup, trees, words
from ..context import Context
from ..evaluate import Evaluator, certify_nonzero, decimal
from ..point import logits, read_point, table_rows
from ..reject import Malformed, Reject
from ..values import ONE, ZERO, Arithmetic, Value, exact

KIND = "turned"
Index = tuple[int, ...]


def verify(certificate: dict[str, Any]) -> str:
    """The verified statement, or a Reject."""
    loss, shape = setup.expression(certificate, "loss"), setup.shape_of(certificate)
    cx = setup.context(certificate)
    if shape[0] != "n" or not all(r in cx.sizes for r in shape) or not trees.mentions(loss, "t"):
        raise Malformed("rows and fixed sizes are needed, and labels in the loss")
    setup.shapes(cx, certificate, [(loss, {})])
    cx.arrays["t"] = "positive"
    entries = _entries(cx, certificate, shape)
    _require_same_row(cx, certificate)

    def compute(arithmetic: Arithmetic) -> Value:
        first, second = (_slopes(cx, certificate, entries, arithmetic, moved) for moved in (False, True))
        if len(entries) == 1:
            return arithmetic.mul(first[0], second[0])
        cross = arithmetic.mul(exact(-1), arithmetic.mul(first[1], second[0]))
        return arithmetic.add(arithmetic.mul(first[0], second[1]), cross)

    value = certify_nonzero(compute)
    if len(entries) == 1 and value.hi >= 0:
        raise Reject("the two derivatives have one sign")
    return (
        f"{words.quantifiers(cx, certificate)}: the gradients of {words.show(loss)} by row 1 at "
        f"{words.point(certificate)} and at e^s = {str(certificate['other'])[:300]} are no positive multiples of each "
        f"other: what tells it lies between {decimal(value.lo)} and {decimal(value.hi)}"
    )


def _entries(cx: Context, certificate: dict[str, Any], shape: setup.Shape) -> list[Index]:
    """The entries of row 1 whose derivatives are compared: two classes, or the row itself."""
    if len(shape) == 1:
        return [(1,)]
    classes = certificate.get("classes")
    if not isinstance(classes, list | tuple) or len(classes) != 2 or classes[0] == classes[1]:
        raise Malformed("two classes are needed")
    if not all(isinstance(k, int) and not isinstance(k, bool) and 1 <= k <= cx.sizes["m"] for k in classes):
        raise Malformed("a class is out of range")
    return [(1, k) for k in classes]


def _require_same_row(cx: Context, certificate: dict[str, Any]) -> None:
    """Refuse unless both logits are given by exponentials, and agree in the first row."""
    own, other = setup.mapping(certificate, "point").get("exp_s"), certificate.get("other")
    first, second = (table_rows(cx, "s", table) for table in (own, other))
    if any(first[idx] != second[idx] for idx in first if idx[0] == 1):
        raise Malformed("the first row's logits must stay")


def _slopes(
    cx: Context, certificate: dict[str, Any], entries: list[Index], arithmetic: Arithmetic, moved: bool
) -> list[Value]:
    """The derivatives by the entries, at the point or at the other logits."""
    point = read_point(cx, certificate, arithmetic)
    table = {idx: value for idx, (value, _) in point.arrays["s"].items()}
    if moved:
        table = logits(cx, {"exp_s": certificate["other"]}, arithmetic, "s")
    found = []
    for entry in entries:
        point.arrays["s"] = {idx: (value, ONE if idx == entry else ZERO) for idx, value in table.items()}
        found.append(Evaluator(point, arithmetic).dual(certificate["loss"], {})[1])
    return found
