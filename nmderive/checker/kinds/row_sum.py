"""row-sum: the loss is a sum over rows of what holds the logits and labels of one row each.

{"loss", "shape": ["n","m"] or ["n"]}.  The loss is, as it is written, such a sum, or a sum of such sums times what has
no logits and labels: so the logits of a row are chosen by its own labels.
"""

from __future__ import annotations

from typing import Any

from .. import setup, trees, words
from ..read import read
from ..reject import Malformed, Reject

KIND = "row-sum"


def verify(certificate: dict[str, Any]) -> str:
    """The verified statement, or a Reject."""
    loss = setup.expression(certificate, "loss")
    if "n" not in setup.shape_of(certificate):
        raise Malformed("rows are needed")
    cx = setup.context(certificate)
    setup.shapes(cx, certificate, [(loss, {})])
    read(cx, loss, {})
    if not _sums_rows(loss):
        raise Reject("the loss is not written as a sum over rows of what holds one row each")
    return (
        f"{words.quantifiers(cx, certificate)}: {words.show(loss)} is a sum over i of what holds logits and labels of "
        f"row i alone"
    )


def _sums_rows(node: Any) -> bool:
    """Whether a loss, as it is written, is a sum over rows of what holds one row each, times what has no rows."""
    if node[0] == "add":
        return all(map(_sums_rows, node[1]))
    if node[0] == "mul":
        rows = [x for x in node[1] if _has_rows(x)]
        return len(rows) == 1 and _sums_rows(rows[0])
    return bool(node[0] == "sum" and node[2] == "n" and not node[3] and _holds_row(node[4], node[1]))


def _has_rows(node: Any) -> bool:
    """Whether logits or labels, or functions of them, occur."""
    return trees.mentions(node, "s") or trees.mentions(node, "t") or bool(trees.names(node) & {"fn", "dfn"})


def _holds_row(node: Any, row: str) -> bool:
    """Whether logits and labels are those of one row, functions and sums over rows being refused."""
    if not isinstance(node, list | tuple) or not node:
        return True
    if node[0] in trees.BINDERS and len(node) == 5 and (node[2] == "n" or node[1] == row) or node[0] in ("fn", "dfn"):
        return False
    if len(node) == 3 and node[0] == "at" and node[1] in ("s", "t"):
        return bool(node[2][0] == row)
    return all(_holds_row(x, row) for x in node)


__all__ = ["KIND", "verify"]
