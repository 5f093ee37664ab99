"""witness-values: at a point with everything given, the two expressions differ."""

from __future__ import annotations

from typing import Any

from .. import setup, words
from ..context import Context
from ..evaluate import Evaluator, Scope, certify_nonzero, decimal
from ..point import read_point
from ..reject import Malformed
from ..values import Arithmetic, Value, exact

KIND = "witness-values"


def verify(certificate: dict[str, Any]) -> str:
    """The verified statement, or a Reject."""
    left, right = setup.expression(certificate, "left"), setup.expression(certificate, "right")
    free = setup.mapping(certificate, "free") or _usual(certificate)
    cx = setup.context(certificate)
    setup.shapes(cx, certificate, [(left, free), (right, free)])
    scope = scope_of(cx, certificate, free)

    def compute(arithmetic: Arithmetic) -> Value:
        point = read_point(cx, certificate, arithmetic)
        a, b = (Evaluator(point, arithmetic).dual(side, scope)[0] for side in (left, right))
        return arithmetic.add(a, arithmetic.mul(exact(-1), b))

    value = certify_nonzero(compute)
    cx.value = (value.lo, value.hi)
    return (
        f"{words.quantifiers(cx, certificate)}: {words.show(left)} != {words.show(right)} at "
        f"{words.point(certificate)}: "
        f"the difference lies between {decimal(value.lo)} and {decimal(value.hi)}"
    )


def _usual(certificate: dict[str, Any]) -> dict[str, str]:
    given = setup.mapping(setup.mapping(certificate, "point"), "free")
    return {name: r for name, r in (("i", "n"), ("j", "m")) if name in given}


def scope_of(cx: Context, certificate: dict[str, Any], free: dict[str, str]) -> Scope:
    """The free indices' values; their ranges are declared in the certificate's "free"."""
    values = setup.mapping(setup.mapping(certificate, "point"), "free")
    if set(values) != set(free):
        raise Malformed('the point must give exactly the indices declared in "free"')
    scope: Scope = {}
    for name, r in free.items():
        k = values[name]
        if r not in cx.sizes or not isinstance(k, int) or isinstance(k, bool) or not 1 <= k <= cx.sizes[r]:
            raise Malformed(f"the index {name} has no value in its range")
        scope[name] = (k, r)
    return scope
