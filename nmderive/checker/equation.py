"""What carries a verdict on A = B: an identity and a place where both are defined, or a point at which they differ."""

from __future__ import annotations

from typing import Any

from . import trees
from .case import Basis, Case, Found
from .point import positives
from .reject import Reject

ROWS = "the labels of a row sum to one"


def statement_of(hard: bool, order: int | None = None) -> str:
    """What is said of the two sides."""
    if order is not None:
        return f"A and B agree in order {order} of the exponentials, each counted once as it is read"
    return f"{'with hard labels ' if hard else ''}A = B wherever both are defined"


def proved(case: Case, reading: dict[str, Any]) -> tuple[str, Basis]:
    """An identity of the two sides, for all labels, for rows that sum to one, or for hard labels."""
    hard = reading.get("labels") == "hard"
    for x in case.kinds("identity"):
        if not _same_sides(x.data, reading) or (x.data.get("labels") == "hard") is not hard:
            continue
        rows = (ROWS,) if x.data.get("simplex") and not hard and "m" in case.shape else ()
        case.somewhere(reading["left"], reading["right"])
        return statement_of(hard, reading.get("order")), Basis((x,), rows)
    raise Reject("no certificate says that the two sides are equal")


def refuted(case: Case, reading: dict[str, Any]) -> tuple[str, Basis]:
    """A point at which the two sides differ."""
    hard = reading.get("labels") == "hard"
    for x in case.kinds("witness-values"):
        if _same_sides(x.data, reading) and (not hard or _is_hard(case, x)):
            return statement_of(hard, reading.get("order")), Basis((x,), at=x.sizes)
    raise Reject("no certificate shows a point at which the two sides differ")


def _same_sides(data: dict[str, Any], reading: dict[str, Any]) -> bool:
    same = all(trees.listed(data[side]) == trees.listed(reading[side]) for side in ("left", "right"))
    return same and data.get("free", {}) == reading.get("free", {})


def _is_hard(case: Case, x: Found) -> bool:
    """Whether labels are 0 or 1, a single 1 in each row of classes, which class sets have as their one positive."""
    table, positive = x.data["point"].get("t"), positives(x.data["point"], x.sizes.get("m", 1))
    if table is None:
        return positive is None or len(positive) == 1
    rows = [list(map(str, row)) for row in (table if len(case.shape) == 2 else [table])]
    if not all(q in ("0", "1") for row in rows for q in row):
        return False
    targets = [[k for k, q in enumerate(row, 1) if q == "1"] for row in rows]
    return "m" not in case.shape or all(
        len(own) == 1 and (positive is None or positive == set(own)) for own in targets)
