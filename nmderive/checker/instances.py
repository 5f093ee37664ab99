"""Undefined functions of a row of logits: a statement "for every f" is refuted by one f."""

from __future__ import annotations

from typing import Any

from . import trees

#: f in words, its factor, and whether the class number is a factor, too.
FUNCTIONS = (("f(s_ij) = s_ij", 1, False), ("f(s_ij) = -s_ij", -1, False), ("f(s_ij) = j s_ij", 1, True))


def defined(node: Any, number: int) -> Any:
    """The expression with one of FUNCTIONS for every undefined function of the logits."""
    if not isinstance(node, list | tuple):
        return node
    _, factor, by_class = FUNCTIONS[number]
    if len(node) == 4 and node[0] == "fn":
        weight = trees.product(trees.number(factor), _class(node[3][-1])) if by_class else trees.number(factor)
        return trees.product(weight, ["at", node[2], node[3]])
    if len(node) == 5 and node[0] == "dfn":
        weight = trees.product(trees.number(factor), _class(node[3][-1])) if by_class else trees.number(factor)
        same = ["delta", node[3][-1], node[4][0]]
        return trees.product(weight, same) if len(node[4]) == 1 else trees.number(0)
    return [defined(x, number) for x in node]


def _class(x: Any) -> Any:
    return trees.number(x) if isinstance(x, int) else ["sym", x]
