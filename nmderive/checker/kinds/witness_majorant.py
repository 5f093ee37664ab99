"""witness-majorant: at a point a diagonal matrix D does not majorise the Hessian H: sum_ij D_ij v_ij^2 < v^T H v.

{"loss", "shape", "gradient": the loss's derivative by s_ij, "diagonal" (optional: D_ij in the free indices i, j;
without it D is twice H's own entry), "sizes": all fixed, "point": {"s" or "exp_s", "t", "parameters", "arrays",
"sets"}, "direction": v, a table of rationals like s}.  The gradient is shown to be the loss's at these sizes and
parameters; it is differentiated along v, and along each logit, at the point, where the loss has to have a value.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from typing import Any

from .. import setup, words
from ..context import Context
from ..evaluate import Evaluator, Point, Scope, certify_nonzero, decimal
from ..point import Rows, read_point, table_rows
from ..reject import Malformed, Reject
from ..values import ZERO, Arithmetic, Value, exact
from . import gradient

KIND = "witness-majorant"
_OF_GRADIENT = ("loss", "gradient", "shape", "sizes", "shapes", "arrays")


def verify(certificate: dict[str, Any]) -> str:
    """The verified statement, or a Reject."""
    loss, slope = (setup.expression(certificate, name) for name in ("loss", "gradient"))
    diagonal = setup.expression(certificate, "diagonal") if "diagonal" in certificate else None
    shape = setup.shape_of(certificate)
    values = setup.mapping(setup.mapping(certificate, "point"), "parameters")
    gradient.verify({**{k: v for k, v in certificate.items() if k in _OF_GRADIENT},
                     "parameters": {name: {"values": [q]} for name, q in values.items()}})
    cx = setup.context(certificate)
    free = setup.free_of_shape(shape)
    setup.shapes(cx, certificate, [(loss, {}), (slope, free), *([] if diagonal is None else [(diagonal, free)])])
    if any(r not in cx.sizes for r in shape):
        raise Malformed("a witness needs fixed sizes")

    def compute(arithmetic: Arithmetic) -> Value:
        return _gap(cx, certificate, arithmetic)

    value = certify_nonzero(compute)
    cx.value = (value.lo, value.hi)
    if value.lo > 0:
        raise Reject("the diagonal majorises the Hessian along the direction")
    return (
        f"{words.quantifiers(cx, certificate)}: the sum of D v^2, D = "
        f"{'twice the diagonal of H' if diagonal is None else words.show(diagonal)}, less v^T H v, H the Hessian of "
        f"{words.show(loss)} by s, labels fixed, at {words.point(certificate)}, v = "
        f"{str(certificate['direction'])[:400]}, lies between {decimal(value.lo)} and {decimal(value.hi)}"
    )


def _gap(cx: Context, certificate: dict[str, Any], arithmetic: Arithmetic) -> Value:
    """The sum of D_ij v_ij^2 less that of v_ij (H v)_ij."""
    place = read_point(cx, certificate, arithmetic)
    Evaluator(place, arithmetic).dual(certificate["loss"], {})  # a formula of the gradient may have a value elsewhere
    v = table_rows(cx, "s", certificate.get("direction"))
    whole = ZERO
    for idx, scope in _scopes(cx, certificate):
        if v[idx]:
            bent = _bent(place, arithmetic, certificate["gradient"], scope, v)
            whole = arithmetic.add(whole, arithmetic.mul(exact(-v[idx]), bent))
            own = _diagonal(place, arithmetic, certificate, scope, idx)
            whole = arithmetic.add(whole, arithmetic.mul(exact(v[idx] ** 2), own))
    return whole


def _scopes(cx: Context, certificate: dict[str, Any]) -> list[tuple[tuple[int, ...], Scope]]:
    shape = setup.shape_of(certificate)
    names = list(setup.free_of_shape(shape))
    return [
        (idx, {name: (k, r) for name, k, r in zip(names, idx, shape, strict=True)})
        for idx in product(*(range(1, cx.sizes[r] + 1) for r in shape))
    ]


def _bent(place: Point, arithmetic: Arithmetic, slope: Any, scope: Scope, v: Rows) -> Value:
    """The derivative of an entry of the gradient along v."""
    moved = {idx: (value, exact(v.get(idx, 0))) for idx, (value, _) in place.arrays["s"].items()}
    point = Point(place.sizes, place.sets, place.parameters, {**place.arrays, "s": moved}, place.spans)
    return Evaluator(point, arithmetic).dual(slope, scope)[1]


def _diagonal(
    place: Point, arithmetic: Arithmetic, certificate: dict[str, Any], scope: Scope, idx: tuple[int, ...]
) -> Value:
    if "diagonal" in certificate:
        return Evaluator(place, arithmetic).dual(certificate["diagonal"], scope)[0]
    return arithmetic.mul(exact(2), _bent(place, arithmetic, certificate["gradient"], scope, {idx: Fraction(1)}))


__all__ = ["KIND", "verify"]
