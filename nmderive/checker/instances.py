"""Undefined functions of a row of logits: a statement "for every f" is refuted by one f."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from . import trees


@dataclass(frozen=True)
class Function:
    """f(s_ij) = factor * s_ij^power, times j where ``by_class`` says so."""

    text: str
    factor: int = 1
    by_class: bool = False
    power: int = 1


FUNCTIONS = (
    Function("f(s_ij) = s_ij"), Function("f(s_ij) = -s_ij", factor=-1), Function("f(s_ij) = j s_ij", by_class=True),
    Function("f(s_ij) = s_ij^2", power=2),
)


def defined(node: Any, number: int) -> Any:
    """The expression with one of FUNCTIONS for every undefined function of the logits."""
    if not isinstance(node, list | tuple):
        return node
    if len(node) == 4 and node[0] == "fn":
        return _derivative(FUNCTIONS[number], node[2], node[3], [])
    if len(node) == 5 and node[0] == "dfn":
        return _derivative(FUNCTIONS[number], node[2], node[3], node[4])
    return [defined(x, number) for x in node]


def _derivative(own: Function, array: Any, indices: Any, by: Any) -> Any:
    """The derivative of factor * s_j^power by entries of the row: none is left beyond the power."""
    entry: list[Any] = [["at", array, indices]] * max(own.power - len(by), 0)
    weight = [trees.number(own.factor * math.perm(own.power, len(by)))]
    place = [trees.number(indices[-1]) if isinstance(indices[-1], int) else ["sym", indices[-1]]] * own.by_class
    return trees.product(*weight, *place, *entry, *(["delta", indices[-1], k] for k in by))
