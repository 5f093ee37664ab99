r"""The class of a sample as a number, as ordinal losses write it: |k - y_i| and (k - y)^2, k being a class.

There y is an index like that of p_y, so the term is that of each class, weighed by the one-hot label. It is wrapped as
``Call("place", (Chain(y),))`` until it is summed over.
"""

from __future__ import annotations

from dataclasses import replace

from nmderive.notation.targets import TARGET_LETTERS, bound_letters, rewrite
from nmderive.notation.tree import Call, Chain, Name, Negative, Node, Sum
from nmderive.notation.vocabulary import INDEX_LETTERS

PLACE = "place"


def difference(node: Node) -> tuple[Node, Node] | None:
    """Return what is subtracted from what, where a node is the difference of two parts."""
    if not isinstance(node, Sum) or len(node.terms) != 2:
        return None
    one, other = node.terms
    if isinstance(one, Negative):
        one, other = other, one
    return (one, other.operand) if isinstance(other, Negative) and not isinstance(one, Negative) else None


def class_numbers(trees: list[Node], arrays: frozenset[str]) -> tuple[list[Node], list[str]]:
    """Return the trees with every class that a class is subtracted from as an index; ``arrays`` are no classes."""
    bound = set().union(*map(bound_letters, trees))
    wanted = TARGET_LETTERS - arrays - bound
    is_found = False

    def change(node: Node) -> Node:
        nonlocal is_found
        parts = difference(node)
        if parts is None or not isinstance(node, Sum):
            return node
        names = [p for p in parts if isinstance(p, Name) and not p.mark]
        letters = [p for p in names if p.name in bound and p.name.replace("prime", "") in INDEX_LETTERS and not p.subs]
        classes = [p for p in names if p.name in wanted and len(p.subs) < 2]
        if len(letters) != 1 or len(classes) != 1:
            return node
        is_found = True
        place = Call(classes[0].span, PLACE, (Chain(classes[0].span, (classes[0],)),))
        return replace(node, terms=tuple(_put(t, classes[0], place) for t in node.terms))

    found = [rewrite(tree, change) for tree in trees]
    return found, ["a class stands for its number there: classes count from 1"] if is_found else []


def _put(term: Node, old: Node, new: Node) -> Node:
    if isinstance(term, Negative):
        return replace(term, operand=_put(term.operand, old, new))
    return new if term is old or term == old else term


def without_places(node: Node) -> Node:
    """Return what an index is that was wrapped."""
    inner = node.args[0] if isinstance(node, Call) and node.name == PLACE else None
    return inner.parts[0] if isinstance(inner, Chain) else node


__all__ = ["PLACE", "class_numbers", "difference", "without_places"]
