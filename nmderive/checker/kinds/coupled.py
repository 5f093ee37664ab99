"""coupled: at a stationary point, changing the labels of one row must move the stationary logits of another.

{"loss", "shape": ["n","m"] or ["n"], "sizes": all of the shape fixed, "logits": e^s, a table of positive rationals,
"labels": a table, "row": r, "change": a row of rationals (for ["n"] one rational; for ["n","m"] with sum
zero), "test": a table v like s}.  With g the gradient of the loss by s, labels held fixed, checked exactly
is, at the point: g = 0; the derivatives of v.g by every logit of row r are 0; for ["n","m"] the sum
of the derivatives of v.g by the logits of any one row is 0; and the derivative of v.g by the labels
of row r in the direction "change" is not 0.

So along no differentiable curve of stationary points that starts here, labels moving by "change", do the logits of
all rows but r stay where they are, not even up to a shift a row.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from .. import calculus, close, defined, powers, setup, signs, trees, words, zero
from ..context import Context
from ..nodes import Label, Poly
from ..point import Rows, table_rows
from ..read import read
from ..reject import Malformed, Reject

KIND = "coupled"


def verify(certificate: dict[str, Any]) -> str:
    """The verified statement, or a Reject."""
    loss = setup.expression(certificate, "loss")
    shape = setup.shape_of(certificate)
    cx = setup.context(certificate)
    if shape[0] != "n" or not all(r in cx.sizes for r in shape) or not trees.mentions(loss, "t"):
        raise Malformed("rows and fixed sizes are needed, and labels in the loss")
    cx.arrays["t"] = "positive"
    setup.shapes(cx, certificate, [(loss, {})])
    logits, labels = (table_rows(cx, "s", certificate.get(key)) for key in ("logits", "labels"))
    if min(logits.values()) <= 0 or min(labels.values()) <= 0:
        raise Malformed("exponentials of logits and labels must be positive")
    test = table_rows(cx, "s", certificate.get("test"))
    row, change = _change(cx, certificate, shape)
    at = _Point(cx, logits, labels)
    body = read(cx, loss, {})
    defined.require(cx, loss)
    cx.kinks = True  # derivatives are taken at the point, where what they divide by must not be zero
    slopes = {idx: calculus.derivative(cx, body, ("s", _label(idx))) for idx in test}
    if any(at.value(g).terms for g in slopes.values()):
        raise Reject("the point is not stationary")
    tested = close.total(cx, [(slopes[idx], q) for idx, q in test.items()])
    _flat(cx, at, tested, test, row, shape)
    moved = close.total(cx, [
        (calculus.derivative(cx, tested, ("t", _label(idx))), q) for idx, q in change.items()
    ])
    if signs.sign(cx, at.value(moved)) not in ("pos", "neg"):
        raise Reject("the change of the labels is not felt")
    return (
        f"{words.quantifiers(cx, certificate)}: the gradient of {words.show(loss)} vanishes at e^s = "
        f"{str(certificate['logits'])[:300]}, t = {str(certificate['labels'])[:300]}, and along no smooth curve of "
        f"stationary points through it, on which the labels of row {row} alone move, with the velocity "
        f"{str(certificate['change'])[:200]}, do the logits of all other rows stay, up to a shift a row"
    )


def _label(idx: tuple[int, ...]) -> tuple[Label, ...]:
    return tuple(("L", k) for k in idx)


def _change(cx: Context, certificate: dict[str, Any], shape: setup.Shape) -> tuple[int, Rows]:
    row, change = certificate.get("row"), certificate.get("change")
    if not isinstance(row, int) or isinstance(row, bool) or not 1 <= row <= cx.sizes["n"]:
        raise Malformed("row must be one of the rows")
    blank: Any = ["0"] * cx.sizes["m"] if len(shape) == 2 else "0"
    rows = table_rows(cx, "s", [change if k == row else blank for k in range(1, cx.sizes["n"] + 1)])
    if len(shape) == 2 and sum(rows.values(), Fraction(0)) != 0:
        raise Malformed("the labels of a row must keep their sum")
    return row, {idx: q for idx, q in rows.items() if idx[0] == row}


def _flat(
    cx: Context, at: _Point, tested: Poly, entries: Rows, row: int, shape: setup.Shape
) -> None:
    """Refuse unless the tested gradient does not change with row r, nor with shifts of any row."""
    second = {idx: calculus.derivative(cx, tested, ("s", _label(idx))) for idx in entries}
    if any(at.value(second[idx]).terms for idx in entries if idx[0] == row):
        raise Reject("moving the row itself could make up for the change of its labels")
    if len(shape) == 2:
        for r in range(1, cx.sizes["n"] + 1):
            whole = close.total(cx, [(second[idx], 1) for idx in entries if idx[0] == r])
            if at.value(whole).terms:
                raise Reject("a shift of a row could make up for the change of the labels")


class _Point:
    """Values at the point, exactly."""

    def __init__(self, cx: Context, logits: Rows, labels: Rows) -> None:
        self.cx, self.logits, self.labels = cx, logits, labels

    def value(self, p: Poly) -> Poly:
        """The value of a polynomial at the point."""
        cx = self.cx
        at_s = calculus.replaced(cx, p, "s", lambda idx: powers.logarithm(cx, self._cell(self.logits, idx)))
        at_t = calculus.replaced(cx, at_s, "t", lambda idx: self._cell(self.labels, idx))
        return cx.zero if zero.is_zero(cx, at_t) else at_t

    def _cell(self, table: Rows, idx: tuple[Label, ...]) -> Poly:
        return self.cx.number(table[tuple(label[1] for label in idx)])
