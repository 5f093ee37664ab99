"""Whether a loss has exactly one minimum, up to row shifts, and where its certificates say that it is."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from . import links, setup, trees
from .case import INTERIOR, Basis, Case, Found
from .formula import formula
from .numbers import parse
from .reject import Reject
from .strong import attains

#: By what one logit is moved.
STEP = "step_of_logit"


def at_most_one(case: Case) -> Iterator[tuple[Found, ...]]:
    """Certificates that for labels strictly between 0 and 1 a stationary point is the one minimum, up to row shifts."""
    for x in case.own("strictly-convex", "stiemke", "simplex"):
        if x.kind != "simplex" or x.data.get("property") == "unique":
            yield (x,)
    for companion, y in case.companions():
        for x in companion.own("strictly-convex", "stiemke"):
            yield x, y
    for rows, y in case.rows():
        defined = rows.is_defined(interior=True, least_m=2 if "m" in case.shape else 1)
        if defined and y.data.get("labels", "positive") == "positive":
            for proof in at_most_one(rows):
                yield *proof, y


def exactly_one(case: Case) -> Basis:
    """At most one, and one exists: the exponents balance, there is a barrier, or the gradient vanishes at a formula.

    Or the loss is strongly convex, if only up to row shifts that change nothing.
    """
    case.require_defined(interior=True, least_m=2 if "m" in case.shape else 1)
    for x in attains(case):
        return Basis((x,), (INTERIOR,))
    for proof in at_most_one(case):
        if proof[0].kind == "stiemke" or "barrier" in proof[0].data:
            return Basis(proof, (INTERIOR,))
        for link, _ in links.stationary(case):
            return Basis((*proof, link), (INTERIOR,))
        for x in case.own("optimum"):
            return Basis((*proof, x), (INTERIOR,))
    raise Reject("the certificates do not show that there is exactly one stationary point")


def not_one(case: Case) -> Basis:
    """No stationary point, several, or one that is no minimum."""
    for found in _none_or_many(case):
        return found
    for x in _two_stationary(case):
        return Basis((x,), at=x.sizes)
    for x in case.own("witness-line"):
        for link in case.own("stationary", "aggregates"):
            if case.labels_are_allowed(x) and _covers(link, x) and _labels_follow(case, x, link):
                return Basis((x, link), at=x.sizes)
    raise Reject("no certificate shows that there is none, or one that is no minimum")


def not_least_at_one(case: Case) -> Basis:
    """No minimum, or several: two stationary points are minima where the loss is convex; else they show nothing."""
    for found in _none_or_many(case):
        return found
    for x in _two_stationary(case):
        for convex in case.own("convex"):
            if all(x.sizes.get(name, k) >= k for name, k in convex.result.at_least.items()):
                case.require_defined(interior=True, least_m=2 if "m" in case.shape else 1)
                return Basis((x, convex), at=x.sizes)
    raise Reject("no certificate shows that there is no minimum, or several")


def _two_stationary(case: Case) -> Iterator[Found]:
    for x in case.own("two-stationary"):
        if case.labels_are_allowed(x) and ("t" not in x.data["point"] or are_interior(x)):
            yield x


def _none_or_many(case: Case) -> Iterator[Basis]:
    """No stationary point, no minimum, or minima wherever there is one."""
    for x in case.own("no-stationary"):
        yield Basis((x,), (INTERIOR,))
    for x in case.own("gradient"):
        if x.data["gradient"] == ["num", "0"] and case.is_defined(interior=True, least_m=2 if "m" in case.shape else 1):
            yield Basis((x,), (INTERIOR,))
    for x in case.own("falls", "slope", "approaches"):
        if x.kind == "approaches" and not x.data["strict"]:
            continue
        if case.labels_are_allowed(x) and ("t" not in x.data["point"] or are_interior(x)):
            case.require_defined(interior=True, least_m=2 if "m" in case.shape else 1)
            yield Basis((x,), (INTERIOR,), at=x.sizes)
    for x in case.kinds("identity"):
        if _is_unmoved(case, x):
            yield Basis((x,), (INTERIOR,), at=x.sizes)


def _is_unmoved(case: Case, x: Found) -> bool:
    """Whether the loss does not depend on one logit, at fixed sizes: a stationary point is then not the only one.

    That is no row shift where the row has a second class, or where each row is one logit.
    """
    entry, sizes = x.data.get("entry"), x.sizes
    if not isinstance(entry, list | tuple) or len(entry) != len(case.shape) or any(r not in sizes for r in case.shape):
        return False
    if not all(type(k) is int and 1 <= k <= sizes[r] for k, r in zip(entry, case.shape, strict=True)):
        return False
    if sizes.get("m", 2) < 2:
        return False

    def moved(at: list[Any]) -> Any:
        here = [trees.same(place, k) for place, k in zip(at, entry, strict=True)]
        return trees.total(["at", "s", at], trees.product(["sym", STEP], *here))

    more = {"parameters": {STEP: "real"}}
    return case.equal(trees.replaced(case.loss, "s", moved), case.loss, sizes=sizes, more=more)


def are_interior(x: Found) -> bool:
    """Whether all labels of a point lie strictly between 0 and 1."""
    table = x.data["point"]["t"]
    rows = table if isinstance(table[0], list | tuple) else [table]
    return all(0 < Fraction(parse(q)) < 1 for row in rows for q in row)


def _covers(link: Found, x: Found) -> bool:
    """Whether a statement for open sizes speaks of the sizes of a witness."""
    fixed = all(x.sizes.get(name) == k for name, k in link.sizes.items())
    return fixed and all(x.sizes.get(name, k) >= k for name, k in link.result.at_least.items())


def _labels_follow(case: Case, x: Found, link: Found) -> bool:
    """Whether the labels of a witness are those that the link gives, strictly between 0 and 1."""
    table = x.data["point"]["t"]
    names = list(setup.free_of_shape(case.shape))
    rows = table if len(case.shape) == 2 else [table]
    for a, row in enumerate(rows, 1):
        for b, q in enumerate(row, 1):
            at = (a, b) if len(case.shape) == 2 else (b,)
            scope = {name: (k, r) for name, k, r in zip(names, at, case.shape, strict=True)}
            value = case.value(x, link.data["link"], scope)
            if value is None or str(value) != str(q) or not 0 < value < 1:
                return False
    return True


def place(case: Case, optimum: Found) -> str:
    """Where the gradient vanishes, as a formula of the labels."""
    return f"s[{', '.join(case.free)}] = {formula(optimum.data['logits'])}"


__all__ = ["STEP", "are_interior", "at_most_one", "exactly_one", "not_least_at_one", "not_one", "place"]
