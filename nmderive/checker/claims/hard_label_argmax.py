"""With hard labels the infimum is approached only where the target class has the largest logit."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from .. import orders, trees
from ..case import Basis, Case, Found
from ..numbers import parse
from ..point import positives
from ..reject import Reject

STATEMENT = "with hard labels the infimum is approached only where the target class has the largest logit"
TRANSFERS = "hard"
#: Without these the claim has no meaning.
NEEDS = ("labels", "classes", "m >= 2", "hard labels")


def proved(case: Case) -> Basis:
    """A combination of exponents, functions of one p_ij or of the odds, shares of the classes, or what a row costs.

    They speak of the loss, or of what squeezes it. Or one optimum, at which labels rise with their logits; or a sum of
    functions of one logit each, with a number below which only those for labels 0 are least, and above for labels 1.
    """
    case.require_defined(least_m=2)
    for one, used in _and_squeezing(case):
        for x in one.own("forces-argmax", "outscored", "apportioned", "simplex", "odds"):
            if x.kind != "forces-argmax" and any(c.kind != "identity" for c in used):
                continue  # it says nothing of the least values of the parts, which they have to reach together
            if _says_so(x):
                return Basis((x, *used), ("m >= 2",))
    for proof in orders.at_all_labels(case):
        return Basis(proof, ("m >= 2",))
    for x in case.own("residual"):
        if "between" in x.data and orders.rises(case, x.data["labels"]):
            for y in case.own("nonnegative", "bounded"):
                return Basis((x, y), ("m >= 2",))
    raise Reject("no certificate says that hard labels force the argmax")


def _says_so(x: Found) -> bool:
    """Whether a certificate of one of these kinds is about hard labels that force the argmax."""
    if x.kind == "apportioned":
        return bool(x.data["labels"] == "hard")
    return x.kind in ("forces-argmax", "outscored") or x.data["property"] in ("forces-argmax", "prefers-target")


def refuted(case: Case) -> Basis:
    """A ray along which another class wins, to the infimum or to minus infinity; or the odds against the target."""
    for one, used in _and_squeezing(case):
        for x in one.own("ray"):
            case.require_defined(least_m=2)
            return Basis((x, *used), at=x.sizes)
    for one, used in case.at_hard_labels():
        for x in one.own("odds"):
            if x.data["property"] == "against-target":
                case.require_defined(least_m=2)
                return Basis((x, *used), at={"n": 1, "m": 2, **x.result.at_least, **x.sizes})
        for x in one.own("falls", "approaches"):
            if _is_hard(case, x) and _another_wins(case, x):
                case.require_defined(least_m=2)
                return Basis((x, *used), at=x.sizes)
    raise Reject("no certificate shows a ray on which another class wins")


def _table(case: Case, table: Any) -> list[list[Fraction]]:
    rows = table if len(case.shape) == 2 else [table]
    return [[Fraction(parse(q)) for q in row] for row in rows]


def _is_hard(case: Case, x: Found) -> bool:
    """Whether every row of labels has a single 1 and else 0; class sets then have it as their one positive."""
    point = x.data["point"]
    rows = _table(case, point["t"])
    if not all(sorted(row) == [0] * (len(row) - 1) + [1] for row in rows):
        return False
    positive = positives(point, x.sizes["m"])
    return positive is None or all({row.index(Fraction(1)) + 1} == positive for row in rows)


def _another_wins(case: Case, x: Found) -> bool:
    """Whether some row moves as far towards another class as towards its target, or further."""
    rows = zip(_table(case, x.data["point"]["t"]), _table(case, x.data["direction"]), strict=True)
    return any(d.count(max(d)) > 1 or max(d) > d[t.index(Fraction(1))] for t, d in rows)


def _and_squeezing(case: Case) -> Iterator[tuple[Case, tuple[Found, ...]]]:
    """The loss as it is for hard labels, and the sum of logarithms that tends to its infimum where that does."""
    for one, proof in case.at_hard_labels():
        yield one, proof
        for x in one.own("squeeze"):
            parts = [["log", trees.total(["num", "1"], part)] for part in x.data["parts"].values()]
            yield one.about(trees.total(*parts)), (x, *proof)
        for companion, x in one.companions():
            yield companion, (x, *proof)
