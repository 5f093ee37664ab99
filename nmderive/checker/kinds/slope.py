"""slope: for given labels, the derivative along a direction of the logits has one strict sign at all logits.

{"loss", "shape", "sizes": all fixed, "point": {"t": labels, "parameters": ...}, "direction": a table of rationals like
s}.  Labels and parameters are put in as numbers; the sum of d_e times the derivative of the loss by s_e has, in normal
form, a strict sign.  So the loss has no stationary point for these labels.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from .. import calculus, close, defined, setup, signs, words
from ..context import Context
from ..domains import Interval
from ..nodes import Poly
from ..numbers import Num, parse, rat
from ..point import table_rows
from ..read import read
from ..reject import Malformed, Reject

KIND = "slope"


def verify(certificate: dict[str, Any]) -> str:
    """The verified statement, or a Reject."""
    loss = setup.expression(certificate, "loss")
    shape = setup.shape_of(certificate)
    cx = setup.context(certificate)
    setup.shapes(cx, certificate, [(loss, {})])
    if not all(r in cx.sizes for r in shape):
        raise Malformed("a direction needs fixed sizes")
    _give(cx, setup.mapping(certificate, "point"))
    defined.require(cx, loss, {})
    if signs.sign(cx, _along(cx, loss, certificate)) not in ("pos", "neg"):
        raise Reject("the derivative along the direction has no known strict sign")
    return (
        f"{words.quantifiers(cx, certificate)}, at {words.point(certificate)}: the derivative of {words.show(loss)} "
        f"along d = {str(certificate['direction'])[:400]} is nowhere zero, so it has no stationary point"
        f"{words.also_excluded(cx)}"
    )


def _give(cx: Context, given: dict[str, Any]) -> None:
    """Put the labels and the parameters of the point in as numbers."""
    if not set(given) <= {"t", "parameters"}:
        raise Malformed("the point of a slope gives labels and parameters")
    for name, written in setup.mapping(given, "parameters").items():
        q = Fraction(parse(written))
        if name not in cx.domains or name not in cx.parameters or not cx.domains[name].holds(q):
            raise Malformed(f"the value of {name[:40]} lies outside of its domain, or it is not declared")
        cx.domains[name] = Interval(q, q, values=(q,))
        cx.parameters[name] = cx.domains[name].sign
    if "t" in given:
        cx.given = {("t", idx): rat(q) for idx, q in table_rows(cx, "t", given["t"]).items()}
        if any(q < 0 for q in cx.given.values()):
            raise Malformed("a label is negative")


def _along(cx: Context, loss: Any, certificate: dict[str, Any]) -> Poly:
    form = read(cx, loss, {})
    parts: list[tuple[Poly, Num]] = []
    for idx, q in table_rows(cx, "s", certificate.get("direction")).items():
        if q:
            parts.append((calculus.derivative(cx, form, ("s", tuple(("L", k) for k in idx))), rat(q)))
    return close.total(cx, parts)


__all__ = ["KIND", "verify"]
