r"""Conditions on values under a sum, \sum_{y_i > y_j} and \sum_{j : y_j < y_i}, as indicators in its body.

An indicator of labels or grades is a number that is given: it is 1 where the relation holds and 0 elsewhere, at
equality too. The letters of the condition that nothing binds are bound by the sum it stands under.
"""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

from nmderive.notation.tree import Big, Call, Chain, Name, Node, Number, Product, walk

_ORDERS = frozenset([("<",), (">",), ("<=",), (">=",)])
#: The call that wraps a class which stands beside indices.
PLACE = "place"
_EQUALITIES = frozenset([("=",), ("!=",)])


def is_value_order(chain: Node) -> bool:
    """Tell whether a relation compares values, y_i > y_j and y_{ij} = 1, and no indices."""
    if not isinstance(chain, Chain):
        return False
    if any(isinstance(p, Call) and p.name == PLACE for p in chain.parts):
        return False
    entries = [a for p in chain.parts for a in walk(p) if isinstance(a, Name) and a.subs]
    if chain.relations in _ORDERS:
        return bool(entries)
    return chain.relations in _EQUALITIES and any(isinstance(p, Number) for p in chain.parts) and any(
        isinstance(p, Name) and len(p.subs) > 1 for p in chain.parts)


def compares_items(trees: list[Node]) -> bool:
    """Tell whether an indicator orders two entries of one array, y_i > y_j: what is compared are items of one list."""
    orders = [a for tree in trees for a in walk(tree) if isinstance(a, Chain) and a.relations in _ORDERS]
    return any(len({p.name for p in c.parts if isinstance(p, Name) and len(p.subs) == 1}) == 1 and all(
        isinstance(p, Name) and p.subs for p in c.parts) for c in orders)


def _is_mask(chain: Node) -> bool:
    """Tell whether what stands under a sum is a condition on values: y_i > y_j, y_{ij} = 1, y_i = 1."""
    is_bit = isinstance(chain, Chain) and chain.relations in _EQUALITIES and isinstance(chain.parts[0], Name) and (
        bool(chain.parts[0].subs) and isinstance(chain.parts[1], Number))
    return is_bit or is_value_order(chain)


def with_masks(node: Node, outer: frozenset[str] = frozenset()) -> Node:
    """Return the node with every condition on values as a factor; ``outer`` are letters that are bound outside."""
    if not isinstance(node, Big):
        return _inside(node, outer)
    node = replace(node, under=tuple(c for chain in node.under for c in _apart(chain)))
    masks = [c for c in node.under if _is_mask(c)]
    own = {c.parts[0].name for c in node.under if c not in masks and isinstance(c.parts[0], Name)}
    free = {s.name: s for c in masks for p in c.parts for s in getattr(p, "subs", ()) if isinstance(s, Name)}
    added = tuple(Chain(s.span, (s,)) for name, s in sorted(free.items()) if name not in outer | own)
    under = (*(c for c in node.under if c not in masks), *added)
    bound = outer | own | set(free)
    body = with_masks(node.body, bound)
    for mask in masks:
        body = Product(body.span, (Call(mask.span, "iverson", (mask,)), body))
    return replace(node, under=under, body=body)


def _apart(chain: Chain) -> tuple[Chain, ...]:
    """Return (i, j) under a sum as i, j."""
    head = chain.parts[0]
    is_pair = not chain.relations and isinstance(head, Name) and head.name == "tuple"
    if is_pair and all(isinstance(s, Name) and not s.subs for s in head.subs):  # type: ignore[attr-defined]
        return tuple(Chain(s.span, (s,)) for s in head.subs)  # type: ignore[attr-defined]
    return (chain,)


def _inside(node: Node, outer: frozenset[str]) -> Node:
    def value(old: Any) -> Any:
        if isinstance(old, Node):
            return with_masks(old, outer)
        return tuple(value(a) for a in old) if isinstance(old, tuple) else old

    return replace(node, **{f.name: value(getattr(node, f.name)) for f in fields(node)})


def has_masks(trees: list[Node]) -> bool:
    """Tell whether an indicator or a condition compares values."""
    under = (c for tree in trees for a in walk(tree) if isinstance(a, Big) for c in a.under)
    return any(is_value_order(a) for tree in trees for a in walk(tree)) or any(map(_is_mask, under))


__all__ = ["PLACE", "compares_items", "has_masks", "is_value_order", "with_masks"]
