r"""Sums and products over written numbers, \sum_{a=1}^{3} (1-p)^a/a, whose letter is a number and no index."""

from __future__ import annotations

from dataclasses import replace

from sympy import Integer

from nmderive.notation.targets import index_places, rewrite
from nmderive.notation.tree import Big, Name, Node, Number, Power, Product, Sum, walk

#: So many terms are written out.
_MOST = 24


def counted_out(tree: Node) -> Node:
    """Return the tree with sums and products over written numbers as their terms."""
    return rewrite(tree, _change)


def _change(node: Node) -> Node:
    ends = _ends(node) if isinstance(node, Big) and node.kind in ("sum", "prod") else None
    if ends is None or not isinstance(node, Big):
        return node
    letter, first, last = ends
    if not 0 <= last - first < _MOST or not _is_number(node.body, letter):
        return node
    terms = tuple(_at(node.body, letter, value) for value in range(first, last + 1))
    return Sum(node.span, terms) if node.kind == "sum" else Product(node.span, terms)


def _ends(node: Big) -> tuple[str, int, int] | None:
    """Return the letter of a sum over a = first, ..., last, both ends written as numbers; else None."""
    chain = node.under[0] if len(node.under) == 1 else None
    if chain is None or chain.relations != ("=",) or not isinstance(node.upper, Number):
        return None
    letter, first = chain.parts
    if not isinstance(letter, Name) or letter.subs or letter.mark or not isinstance(first, Number):
        return None
    ends = first.value, node.upper.value
    return (letter.name, int(ends[0]), int(ends[1])) if all(x == int(x) for x in ends) else None


def _is_number(body: Node, letter: str) -> bool:
    """Tell whether a letter is a number in all places; an exponent of a letter, y^k, may be an index above."""
    names = [a for a in walk(body) if isinstance(a, Name) and a.name == letter]
    indices = {id(a) for place in index_places(body) for a in walk(place)}
    above = {id(a) for x in walk(body) if isinstance(x, Power) and isinstance(x.base, Name) for a in walk(x.exponent)}
    is_plain = all(not a.subs and not a.mark and id(a) not in indices for a in names)
    return is_plain and any(id(a) not in above for a in names)


def _at(body: Node, letter: str, value: int) -> Node:
    def put_in(node: Node) -> Node:
        is_letter = isinstance(node, Name) and node.name == letter
        return Number(node.span, Integer(value)) if is_letter else node

    return rewrite(replace(body), put_in)


__all__ = ["counted_out"]
