"""Where index letters stand free: places that no operator around them binds, and letters that one left free."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from nmderive.notation.shifted import letters_of
from nmderive.notation.tree import Big, Chain, Name, Node, Product, children, walk


def free_letters(node: Node) -> set[str]:
    """Return the index letters that are free even if every sum binds all that it could."""
    if isinstance(node, Big):
        return free_letters(node.body) - {a.name for chain in node.under for a in _plain_names(chain)}
    found: set[str] = set()
    if isinstance(node, Name):
        found.update(a.name for sub in node.subs for a in letters_of(sub))
    if isinstance(node, Chain):
        found.update(a.name for a in _plain_names(node))
    for child in children(node):
        found |= free_letters(child)
    return found


def uses(node: Node, letters: frozenset[str]) -> bool:
    """Tell whether one of ``letters`` occurs in ``node`` where no operator inside binds it."""
    if isinstance(node, Big):
        letters = letters - {a.name for chain in node.under for a in _plain_names(chain)}
        return uses(node.body, letters)
    if isinstance(node, Name) and not node.subs:
        return node.name in letters
    return any(uses(child, letters) for child in children(node))


def last_outside(node: Node) -> Node | None:
    r"""Return the last factor under a sum where it uses no index of it: c in ``\sum_k b_k c``."""
    letters: set[str] = set()
    while isinstance(node, Big):
        letters.update(a.name for chain in node.under for a in _plain_names(chain))
        node = node.body
    if not letters or not isinstance(node, Product) or node.below:
        return None
    last = node.above[-1]
    return None if uses(last, frozenset(letters)) else last


def free_places(node: Node, bound: frozenset[str] = frozenset()) -> Iterator[Name]:
    """Yield the index letters of array entries that no sum around them binds."""
    if isinstance(node, Big):
        inner = bound | {a.name for chain in node.under for a in _plain_names(chain)}
        yield from free_places(node.body, inner)
        return
    if isinstance(node, Name):
        yield from (a for sub in node.subs for a in letters_of(sub) if a.name not in bound)
    for child in children(node):
        yield from free_places(child, bound)


def reused_places(sides: Iterable[Node]) -> Iterator[Name]:
    """Yield the free places of letters that an operator of the same side binds; the target t is left out."""
    for side in sides:
        bound = {a.name for node in walk(side) if isinstance(node, Big) for c in node.under for a in _plain_names(c)}
        yield from (place for place in free_places(side) if place.name in bound and place.name != "t")


def doubtful_letters(sides: Iterable[Node]) -> tuple[str, ...]:
    r"""Return the reused letters that may be meant to be bound: each free place is after an operator that binds it.

    In ``e^{s_i} \sum_i p_i`` the first i is free whatever the sum extends over; in ``\sum_i p_i - t_i`` no i need be.
    """
    found: dict[str, None] = {}
    for side in sides:
        free: dict[str, int] = {}
        binder: dict[str, int] = {}
        for place in reused_places([side]):
            free[place.name] = min(place.span.start, free.get(place.name, place.span.start))
        for node in (a for a in walk(side) if isinstance(a, Big)):
            for name in (a.name for chain in node.under for a in _plain_names(chain)):
                binder[name] = min(node.span.start, binder.get(name, node.span.start))
        found.update((name, None) for name, start in free.items() if binder[name] < start)
    return tuple(found)


def left_out_places(side: Node) -> Iterator[tuple[Name, str]]:
    r"""Yield the i of ``\max_{k \neq i} s_k`` where no i stands around it, and the kind of the operator.

    It would be bound there, though what is meant is one i: that of an operator before, or that of a body without it.
    """
    ended: set[str] = set()
    yield from _left_out(side, frozenset(), ended)


def _left_out(node: Node, bound: frozenset[str], ended: set[str]) -> Iterator[tuple[Name, str]]:
    if not isinstance(node, Big):
        for child in children(node):
            yield from _left_out(child, bound, ended)
        return
    own = bound | {a.name for c in node.under if not c.relations or c.relations == ("=",) for a in _plain_names(c)}
    for chain in node.under:
        letters = _plain_names(chain)
        if chain.relations == ("!=",) and len(letters) == 2 and letters[0].name != letters[1].name:
            last, is_extremum = letters[1], node.kind in ("max", "min")
            is_used = any(isinstance(a, Name) and a.name == last.name for a in walk(node.body))
            is_ended = last.name in ended
            if last.name not in own and (is_ended or is_extremum) and not (is_used and not (is_ended and is_extremum)):
                yield last, node.kind
    names = {a.name for chain in node.under for a in _plain_names(chain)}
    yield from _left_out(node.body, own | names, ended)
    ended |= names - bound


def _plain_names(chain: Chain) -> list[Name]:
    return [a for a in chain.parts if isinstance(a, Name) and not a.subs]


__all__ = [
    "doubtful_letters", "free_letters", "free_places", "last_outside", "left_out_places", "reused_places", "uses",
]
