"""Reading the point of a witness, and checking that it lies in the declared domain."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from math import prod
from typing import Any

from .context import Context
from .domains import SIGNS
from .evaluate import Point
from .numbers import parse
from .reject import Malformed, TooLarge
from .setup import mapping
from .values import ZERO, Arithmetic, Value, exact

Rows = dict[tuple[int, ...], Fraction]
_MAX_ENTRIES = 400


def read_point(cx: Context, certificate: dict[str, Any], arithmetic: Arithmetic) -> Point:
    """The point with all given values; the derivatives are zero."""
    given = mapping(certificate, "point")
    point = Point(dict(cx.sizes), class_sets(cx, given), _parameters(cx, given), {}, dict(cx.array_spans))
    tables = dict(mapping(given, "arrays"))
    for name in ("s", "t"):
        if name in given:
            tables[name] = given[name]
    if "exp_s" in given and "s" in tables:
        raise Malformed("the logits are given twice")
    for name, table in tables.items():
        if name not in cx.array_spans:
            continue  # not used by any expression
        rows = table_rows(cx, name, table)
        _in_domain(cx, name, rows)
        point.arrays[name] = {idx: (exact(q), ZERO) for idx, q in rows.items()}
    if "exp_s" in given and "s" in cx.array_spans:
        entries = logits(cx, given, arithmetic, "s")
        point.arrays["s"] = {idx: (value, ZERO) for idx, value in entries.items()}
    return point


def logits(
    cx: Context, given: dict[str, Any], arithmetic: Arithmetic, name: str
) -> dict[tuple[int, ...], Value]:
    """A table shaped like the logits, given as "name" or, by its exponentials, as "exp_name"."""
    if name in given:
        return {idx: exact(q) for idx, q in table_rows(cx, "s", given[name]).items()}
    rows = table_rows(cx, "s", given["exp_" + name])
    if any(q <= 0 for q in rows.values()):
        raise Malformed("exponentials of logits must be positive")
    return {idx: arithmetic.log(exact(q)) for idx, q in rows.items()}


def _parameters(cx: Context, given: dict[str, Any]) -> dict[str, Value]:
    values = {name: Fraction(parse(q)) for name, q in mapping(given, "parameters").items()}
    if set(values) != set(cx.parameters):
        raise Malformed("the point must give exactly the declared parameters")
    for name, q in values.items():
        if not cx.domains[name].holds(q):
            raise Malformed(f"the value {q} of {name} lies outside of its domain")
    return {name: exact(q) for name, q in values.items()}


def class_sets(cx: Context, given: dict[str, Any]) -> dict[str, frozenset[int]] | None:
    """The class sets by name, from "sets", None where no sets are given; Omega_pos and Omega_neg part the classes."""
    sets = mapping(given, "sets")
    if not sets:
        return None
    members: dict[str, frozenset[int]] = {}
    everything = frozenset(range(1, cx.sizes["m"] + 1))
    for name, values in sets.items():
        if not isinstance(values, list | tuple):
            raise Malformed("each class set must be a list of classes")
        members[name] = frozenset(values)
        if len(members[name]) != len(values) or not members[name] <= everything:
            raise Malformed(f"{name[:40]!r} is not a set of classes")
    for name, other in (("Omega_pos", "Omega_neg"), ("Omega_neg", "Omega_pos")):
        if name in members and members.setdefault(other, everything - members[name]) != everything - members[name]:
            raise Malformed("the class sets do not partition the classes")
    return members


def positives(given: dict[str, Any], m: int) -> set[int] | None:
    """The positive classes of a point, None where it gives none: with hard labels they are the rows' one target."""
    sets = mapping(given, "sets")
    if "Omega_pos" in sets:
        return set(sets["Omega_pos"])
    return set(range(1, m + 1)) - set(sets["Omega_neg"]) if "Omega_neg" in sets else None


def table_rows(cx: Context, name: str, table: Any) -> Rows:
    """A table of rationals shaped like an array, by indices."""
    spans = cx.array_spans.get(name)
    if spans is None or name not in cx.arrays:
        raise Malformed(f"the array {name[:40]!r} is not declared, or its shape is not known")
    if any(r not in cx.sizes for r in spans):
        raise Malformed("a witness needs fixed sizes")
    if prod(cx.sizes[r] for r in spans) > _MAX_ENTRIES:
        raise TooLarge("a table of values is too large")
    _shaped(table, [cx.sizes[r] for r in spans])
    out: Rows = {}
    for idx in product(*(range(1, cx.sizes[r] + 1) for r in spans)):
        cell = table
        for k in idx:
            cell = cell[k - 1]
        out[idx] = Fraction(parse(cell))
    return out


def _shaped(table: Any, lengths: list[int]) -> None:
    if not lengths:
        if isinstance(table, list | tuple):
            raise Malformed("a table of values has too many levels")
        return
    if not isinstance(table, list | tuple) or len(table) != lengths[0]:
        raise Malformed("a table of values has the wrong size")
    for row in table:
        _shaped(row, lengths[1:])


def _in_domain(cx: Context, name: str, rows: Rows) -> None:
    domain = cx.domains.get(name, SIGNS[cx.arrays[name]])
    if not all(map(domain.holds, rows.values())):
        raise Malformed(f"a value of {name} lies outside of its domain")
    if name != "t" or not cx.t_at_most_one:
        return
    if any(q > 1 for q in rows.values()):
        raise Malformed("a label exceeds one")
    if cx.sum_rule:
        sums: dict[tuple[int, ...], Fraction] = {}
        for idx, q in rows.items():
            sums[idx[:-1]] = sums.get(idx[:-1], Fraction(0)) + q
        if any(x != 1 for x in sums.values()):
            raise Malformed("the labels do not sum to one")
