r"""``-\sum_i y_i \log p_i + (1-y_i) \log(1-p_i)``: the sum goes on to the complement, which leaves no index free."""

from __future__ import annotations

from dataclasses import replace

from nmderive.notation.free_places import free_places
from nmderive.notation.tree import Big, Call, Name, Negative, Node, Number, Product, Sum, walk

#: What is said of it.
BRACKETS_MISSING = "the sum goes on to the second term, 1 - y with its logarithm: brackets were missing"


def with_brackets(node: Node) -> tuple[Node, bool]:
    """Return ``node`` with the sum of a binary cross-entropy around both of its terms, and whether that was needed.

    Only a second term that is the complement of the first is taken in: it starts with 1 - y where the first has y,
    and has a logarithm as the first has. Anything else keeps its free index, and is refused for it.
    """
    if not isinstance(node, Sum):
        return node, False
    first, second, *rest = node.terms
    big = _last_big(first)
    if big is None or not _goes_on(big.body, second):
        return node, False
    inside = {id(a) for a in walk(big.body)}
    around = [a for a in walk(first) if isinstance(a, Big) and id(a) not in inside]
    letters = {p.name for a in around for chain in a.under for p in chain.parts if isinstance(p, Name)}
    free = {place.name for place in free_places(second)}
    if not free or not free <= letters:
        return node, False
    whole = replace(big, body=Sum(node.span, (big.body, second)))
    joined = _replaced(first, whole)
    return (replace(node, terms=(joined, *rest)) if rest else joined), True


def _last_big(node: Node) -> Big | None:
    if isinstance(node, Negative):
        return _last_big(node.operand)
    if isinstance(node, Product) and node.above and not node.below:
        return _last_big(node.above[-1])
    if isinstance(node, Big) and node.kind == "sum":
        inner = node.body
        return _last_big(inner) if isinstance(inner, Big) else node
    return None


def _replaced(node: Node, whole: Big) -> Node:
    if isinstance(node, Negative):
        return replace(node, operand=_replaced(node.operand, whole))
    if isinstance(node, Product):
        return replace(node, above=(*node.above[:-1], _replaced(node.above[-1], whole)))
    assert isinstance(node, Big)
    return replace(node, body=_replaced(node.body, whole)) if isinstance(node.body, Big) else whole


def _goes_on(first: Node, second: Node) -> bool:
    r"""Tell whether a term goes on with a sum's body, both with a sign of their own or none: \sum -y \log p - ..."""
    if isinstance(first, Negative) and isinstance(second, Negative):
        return _is_complement(first.operand, second.operand)
    return not isinstance(second, Negative) and _is_complement(first, second)


def _is_complement(first: Node, second: Node) -> bool:
    if not (isinstance(first, Product) and isinstance(second, Product)):
        return False
    has_logs = all(any(isinstance(a, Call) and a.name == "log" for a in walk(f)) for f in (first, second))
    names = {_shape(f) for f in first.above if isinstance(f, Name)}
    complements = {_shape(c) for f in second.above for c in [_complemented(f)] if c is not None}
    return has_logs and bool(names & complements)


def _complemented(node: Node) -> Name | None:
    """Return y of ``1 - y``."""
    if isinstance(node, Sum) and len(node.terms) == 2:
        one, other = node.terms
        if isinstance(one, Number) and one.value == 1 and isinstance(other, Negative):
            return other.operand if isinstance(other.operand, Name) else None
    return None


def _shape(node: Name) -> tuple[str, tuple[str, ...]]:
    return node.name, tuple(str(getattr(s, "name", s)) for s in node.subs)


__all__ = ["with_brackets"]
