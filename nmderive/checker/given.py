"""Numbers that are put in for labels, parameters, other arrays and class sets, before anything is read."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from . import defined, setup
from .context import Context
from .domains import SIGNS, Interval
from .numbers import parse, rat
from .point import Rows, class_sets, table_rows
from .reject import Malformed
from .setup import mapping


def loss_at_point(certificate: dict[str, Any]) -> tuple[Context, Any]:
    """The loss of a certificate, defined, all its letters but the logits put in as numbers at fixed sizes."""
    loss = setup.expression(certificate, "loss")
    shape = setup.shape_of(certificate)
    cx = setup.context(certificate)
    setup.shapes(cx, certificate, [(loss, {})])
    if not all(r in cx.sizes for r in shape):
        raise Malformed("a direction needs fixed sizes")
    put_in(cx, mapping(certificate, "point"))
    defined.require(cx, loss, {})
    return cx, loss


def put_in(cx: Context, given: dict[str, Any]) -> None:
    """Put in what a point gives besides logits: "t", "parameters", "arrays", "sets"; each lies in its domain."""
    if not set(given) <= {"t", "parameters", "arrays", "sets"}:
        raise Malformed("the point gives labels, parameters, arrays and class sets")
    for name, written in mapping(given, "parameters").items():
        q = Fraction(parse(written))
        if name not in cx.parameters or not cx.domains[name].holds(q):
            raise Malformed(f"the value of {name[:40]} lies outside of its domain, or it is not declared")
        cx.domains[name] = Interval(q, q, values=(q,))
        cx.parameters[name] = cx.domains[name].sign
    tables = dict(mapping(given, "arrays"))
    if "s" in tables or "t" in tables:
        raise Malformed("logits and labels are no other arrays")
    for name, table in (*tables.items(), *((("t", given["t"]),) if "t" in given else ())):
        rows = table_rows(cx, name, table)
        domain = cx.domains.get(name, SIGNS[cx.arrays[name]])
        if not all(map(domain.holds, rows.values())):
            raise Malformed(f"a value of {name[:40]} lies outside of its domain")
        if name == "t":
            _labels(cx, rows)
        cx.given |= {(name, idx): rat(q) for idx, q in rows.items()}
    cx.sets = class_sets(cx, given) or {}


def _labels(cx: Context, rows: Rows) -> None:
    """Note what holds for all labels that are given: an index that runs over them is not told apart everywhere."""
    if any(q > 1 for q in rows.values()):
        raise Malformed("a label exceeds one")
    cx.t_at_most_one = True
    cx.t_below_one = all(q < 1 for q in rows.values())
    if all(q > 0 for q in rows.values()):
        cx.arrays["t"] = "positive"


__all__ = ["loss_at_point", "put_in"]
