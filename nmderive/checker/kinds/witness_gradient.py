"""witness-gradient: at a point, labels given by the link, one derivative of the loss is not zero."""

from __future__ import annotations

from itertools import product
from typing import Any

from .. import setup, trees, words
from ..context import Context
from ..evaluate import Dual, Evaluator, Scope, certify_nonzero, decimal
from ..point import read_point
from ..reject import Malformed
from ..values import ONE, ZERO, Arithmetic, Value

KIND = "witness-gradient"
_BITS = 256


def verify(certificate: dict[str, Any]) -> str:
    """The verified statement, or a Reject."""
    loss, link = setup.expression(certificate, "loss"), setup.expression(certificate, "link")
    shape = setup.shape_of(certificate)
    cx = setup.context(certificate)
    cx.t_at_most_one = False
    setup.shapes(cx, certificate, [(loss, {}), (link, setup.free_of_shape(shape))])
    if trees.mentions(link, "t"):
        raise Malformed("the link contains the labels")
    if "t" in setup.mapping(certificate, "point"):
        raise Malformed("the labels are given by the link, not by the point")
    entry = _entry(cx, certificate, shape)

    def compute(arithmetic: Arithmetic) -> Value:
        return _slope(cx, certificate, entry, arithmetic)

    value = certify_nonzero(compute)
    cx.value = (value.lo, value.hi)
    place = f"s[{','.join(map(str, entry))}]"
    return (
        f"{words.quantifiers(cx, certificate)}: the derivative of {words.show(loss)} by {place}, "
        f"labels fixed at t = {words.show(link)}, is not zero at {words.point(certificate)}: "
        f"it lies between {decimal(value.lo)} and {decimal(value.hi)}"
    )


def _entry(cx: Context, certificate: dict[str, Any], shape: setup.Shape) -> tuple[int, ...]:
    entry = certificate.get("entry")
    if not isinstance(entry, list | tuple) or len(entry) != len(shape):
        raise Malformed("entry must give one index per dimension of the logits")
    for k, r in zip(entry, shape, strict=True):
        if r not in cx.sizes or not isinstance(k, int) or isinstance(k, bool) or not 1 <= k <= cx.sizes[r]:
            raise Malformed("the entry is out of range, or a size is not fixed")
    return tuple(entry)


def labels_of(certificate: dict[str, Any]) -> list[Any]:
    """The labels that the link gives at the point of an accepted certificate, as a table of their ends."""
    cx = setup.context(certificate)
    cx.t_at_most_one = False
    setup.shapes(cx, certificate, [(certificate["loss"], {}),
                                   (certificate["link"], setup.free_of_shape(setup.shape_of(certificate)))])
    arithmetic = Arithmetic(_BITS)
    point = read_point(cx, certificate, arithmetic)
    ends = {idx: (x[0].lo, x[0].hi) for idx, x in _labels(cx, certificate, Evaluator(point, arithmetic)).items()}
    rows = dict.fromkeys(idx[:-1] for idx in ends)
    return [[x for idx, x in ends.items() if idx[:-1] == row] for row in rows] if len(next(iter(ends))) == 2 else \
        list(ends.values())


def _slope(
    cx: Context, certificate: dict[str, Any], entry: tuple[int, ...], arithmetic: Arithmetic
) -> Value:
    point = read_point(cx, certificate, arithmetic)
    point.arrays["t"] = _labels(cx, certificate, Evaluator(point, arithmetic))
    point.arrays["s"][entry] = (point.arrays["s"][entry][0], ONE)
    return Evaluator(point, arithmetic).dual(certificate["loss"], {})[1]


def _labels(cx: Context, certificate: dict[str, Any], evaluator: Evaluator) -> dict[tuple[int, ...], Dual]:
    """The link's values, which are held fixed."""
    shape = setup.shape_of(certificate)
    names = list(setup.free_of_shape(shape))
    labels = {}
    for idx in product(*(range(1, cx.sizes[r] + 1) for r in shape)):
        scope: Scope = {name: (k, r) for name, k, r in zip(names, idx, shape, strict=True)}
        labels[idx] = (evaluator.dual(certificate["link"], scope)[0], ZERO)
    return labels
