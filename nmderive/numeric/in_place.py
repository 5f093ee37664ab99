"""Statements that write into a given array: products and sums as chains of NumPy calls with ``out=``."""

from __future__ import annotations

from collections.abc import Sequence

from nmderive.numeric.graph import Node

IN_PLACE = {"prod", "add", "exp", "log", "log1p", "tanh"}


def into_product(node: Node, views: list[str], place: str, name: str, out: list[str]) -> None:
    """Write the statements of a product into ``place``, one call a factor."""
    powers, coefficient = node.data
    views = [v for v, p in zip(views, powers, strict=True) for _ in range(abs(p))]
    signs = [p > 0 for p in powers for _ in range(abs(p))]
    if coefficient != 1.0 or not any(signs):
        views, signs = [repr(coefficient), *views], [True, *signs]
    first = signs.index(True)
    current = views.pop(first)
    signs.pop(first)
    for view, up in zip(views, signs, strict=True):
        out.append(f"{name} = np.{'multiply' if up else 'divide'}({current}, {view}, out={place})")
        current = name
    if not views:
        out.append(f"{name} = {current}")


def into_sum(data: Sequence[float], views: list[str], place: str, name: str, out: list[str]) -> None:
    """Write the statements of a sum into ``place``, one call a term."""
    current = views[0]
    if data[0] != 1.0:
        out.append(f"{name} = np.multiply({current}, {data[0]!r}, out={place})")
        current = name
    for view, c in zip(views[1:], data[1:], strict=True):
        term = view if abs(c) == 1.0 else f"{abs(c)!r} * {view}"
        out.append(f"{name} = np.{'subtract' if c < 0 else 'add'}({current}, {term}, out={place})")
        current = name


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
