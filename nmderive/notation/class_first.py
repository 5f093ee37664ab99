r"""Entries with the class before the sample, \theta_{y_i,i} and g_{c,i}, turned: here the sample comes first.

What tells is the target class y_i beside its own sample i; without one the order is asked back.
"""

from __future__ import annotations

from dataclasses import replace

from nmderive.notation.paper_forms import Found
from nmderive.notation.tree import Name, Node, walk


def class_first(trees: list[Node]) -> Found:
    """Return what puts the sample first in arrays that have it last at a target, and in all their entries."""
    entries = [a for tree in trees for a in walk(tree) if isinstance(a, Name) and len(a.subs) == 2]
    samples = {(a.mark, a.name): _sample_last(a) for a in entries if _sample_last(a)}
    turned = {pair for pair, letter in samples.items() if all(
        _letter(a.subs[1]) == letter != _letter(a.subs[0]) for a in entries if (a.mark, a.name) == pair)}
    if not turned:
        return None, []

    def change(node: Node) -> Node:
        if isinstance(node, Name) and len(node.subs) == 2 and (node.mark, node.name) in turned:
            return replace(node, subs=(node.subs[1], node.subs[0]))
        return node

    return change, [f"in {name} the class stands before the sample" for _, name in sorted(turned)]


def _letter(node: Node) -> str:
    return node.name if isinstance(node, Name) and not node.subs and not node.mark else ""


def _sample_last(entry: Name) -> str:
    """Return the sample i of an entry (y_i, i); nothing for another entry."""
    first = entry.subs[0]
    of = _letter(first.subs[0]) if isinstance(first, Name) and len(first.subs) == 1 else ""
    return of if of and of == _letter(entry.subs[1]) else ""


__all__ = ["class_first"]
