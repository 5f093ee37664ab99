"""witness-line: on a line the loss violates the midpoint inequality, so it is not convex.

The "point" gives s ("exp_s" or "s"), a direction d of the same shape ("exp_d" or "d"), labels
"t", parameters, arrays and sets, everything rational, sizes fixed.  Shown is that the loss is
defined at s - d, s and s + d, labels held fixed, and l(s + d) + l(s - d) < 2 l(s).
"""

from __future__ import annotations

from typing import Any

from .. import setup, words
from ..context import Context
from ..evaluate import Evaluator, certify_nonzero, decimal
from ..numbers import Num
from ..point import logits, read_point
from ..reject import Malformed, Reject
from ..values import ZERO, Arithmetic, Value, exact

KIND = "witness-line"


def verify(certificate: dict[str, Any]) -> str:
    """The verified statement, or a Reject."""
    loss = setup.expression(certificate, "loss")
    setup.shape_of(certificate)
    cx = setup.context(certificate)
    setup.shapes(cx, certificate, [(loss, {})])
    given = setup.mapping(certificate, "point")
    if ("exp_s" in given) + ("s" in given) != 1 or ("exp_d" in given) + ("d" in given) != 1:
        raise Malformed("the point needs s and a direction d, each once")

    def compute(arithmetic: Arithmetic) -> Value:
        return _second_difference(cx, certificate, loss, arithmetic)

    value = certify_nonzero(compute)
    cx.value = (value.lo, value.hi)
    if value.lo > 0:
        raise Reject("the midpoint inequality holds at the given points")
    return (
        f"{words.quantifiers(cx, certificate)}: {words.show(loss)} is not convex in s: "
        f"its value at s + d plus its value at s - d minus twice its value at s, labels fixed, at "
        f"{words.point(certificate)}, lies between {decimal(value.lo)} and {decimal(value.hi)}"
    )


def _second_difference(
    cx: Context, certificate: dict[str, Any], loss: Any, arithmetic: Arithmetic
) -> Value:
    point = read_point(cx, certificate, arithmetic)
    given = setup.mapping(certificate, "point")
    middle = logits(cx, given, arithmetic, "s")
    direction = logits(cx, given, arithmetic, "d")
    steps: tuple[tuple[int, Num], ...] = ((1, 1), (-1, 1), (0, -2))
    result = ZERO
    for step, weight in steps:
        for idx, start in middle.items():
            moved = arithmetic.add(start, arithmetic.mul(exact(step), direction[idx]))
            point.arrays["s"][idx] = (moved, ZERO)
        value = Evaluator(point, arithmetic).dual(loss, {})[0]
        result = arithmetic.add(result, arithmetic.mul(exact(weight), value))
    return result
