"""Statements that write into a given array: products and sums as chains of NumPy calls with ``out=``."""

from __future__ import annotations

from collections.abc import Sequence

from nmderive.numeric.graph import Node
from nmderive.numeric.words import Words

IN_PLACE = {"prod", "add", "exp", "log", "log1p", "tanh", "abs", "sign"}


def into_product(node: Node, views: Sequence[str], place: str, name: str, out: list[str], words: Words) -> None:
    """Write the statements of a product into ``place``, one call a factor: an array first, where one is positive."""
    powers, coefficient = node.data
    parts = [(v, p > 0, set(r.axes)) for v, p, r in zip(views, powers, node.args, strict=True) for _ in range(abs(p))]
    if coefficient != 1.0 or not any(up for _, up, _ in parts):
        parts.insert(0, (repr(coefficient), True, set()))
    first = max((k for k, x in enumerate(parts) if x[1]), key=lambda k: (bool(parts[k][2]), -k))
    current, _, axes = parts.pop(first)
    for view, up, other in parts:
        op = "multiply" if up else "divide"
        code = words.binary(op, current, view, place, number=not axes, narrow=len(axes | other) < 2)
        out.append(f"{name} = {code}")
        current, axes = name, set(node.axes)
    if not parts:
        out.append(f"{name} = {current}")


def into_sum(node: Node, views: Sequence[str], place: str, name: str, out: list[str], words: Words) -> None:
    """Write the statements of a sum into ``place``, one call a term."""
    spans = [set(r.axes) for r in node.args]
    current, axes = views[0], spans[0]
    if node.data[0] != 1.0:
        code = words.binary("multiply", current, repr(node.data[0]), place, number=not axes, narrow=len(axes) < 2)
        out.append(f"{name} = {code}")
        current, axes = name, set(node.axes)
    for view, c, other in zip(views[1:], node.data[1:], spans[1:], strict=True):
        term = view if abs(c) == 1.0 else f"{abs(c)!r} * {view}"
        op = "subtract" if c < 0 else "add"
        code = words.binary(op, current, term, place, number=not axes, narrow=len(axes | other) < 2)
        out.append(f"{name} = {code}")
        current, axes = name, set(node.axes)


def single(node: Node) -> bool:
    """Tell whether the node takes one NumPy call."""
    if node.op == "prod":
        powers, coefficient = node.data
        return coefficient == 1.0 and sorted(map(abs, powers)) == [1, 1] and max(powers) > 0
    if node.op == "add":
        return len(node.data) == 2 and node.data[0] == 1.0 and abs(node.data[1]) == 1.0
    return True


def may_overwrite(node: Node) -> bool:
    """Tell whether the result may be written over an argument: only where that is read first."""
    return node.op in IN_PLACE and (single(node) or node.op == "add" or len(node.args) == 1)


__all__ = ["IN_PLACE", "into_product", "into_sum", "may_overwrite", "single"]
