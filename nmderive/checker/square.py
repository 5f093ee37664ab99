"""Losses of a square matrix of logits, n = m, whose labels are t_ij = [i = j] and no others.

Their formula is read for all n, m and labels, so that what is proved holds for them; a counterexample has to be theirs.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .reject import Reject

_REASON = "its point has other sizes or labels than n = m and t_ij = [i = j], which are those of the loss"


def require_witness(shape: tuple[str, ...], used: Iterable[Any], moves_labels: bool = False) -> None:
    """Refuse a refutation unless every certificate that carries it is about n = m and t_ij = [i = j]."""
    if moves_labels:
        raise Reject("the loss has no other labels than t_ij = [i = j], so none that are moved")
    found = list(used)
    if shape != ("n", "m") or not found or not all(_is_square(x.data) for x in found):
        raise Reject(_REASON)


def _is_square(data: dict[str, Any]) -> bool:
    """Whether a certificate fixes n = m, and its labels are the identity."""
    n, m = (data.get("sizes", {}).get(r) for r in ("n", "m"))
    table = data["labels"] if data.get("kind") == "ray" else data.get("point", {}).get("t")
    return n is not None and n == m and _is_identity(table, n)


def _is_identity(table: Any, n: int) -> bool:
    if not isinstance(table, list | tuple) or len(table) != n or not all(len(row) == n for row in table):
        return False
    return all(str(q) == str(int(i == j)) for i, row in enumerate(table) for j, q in enumerate(row))
