r"""Definitions with several sides, \hat{y}_i = \sigma(z_i) = \frac{1}{1 + e^{-z_i}}, that have to agree.

The first right side is the definition. The formula with each of the others is one more side of the chain that the loss
is, so that a definition whose sides differ is found where all chains are compared.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from nmderive.notation.chunks import RawChunk, is_head
from nmderive.notation.definitions import Definitions
from nmderive.notation.targets import rewrite
from nmderive.notation.tree import Name, Node, walk


@dataclass(frozen=True)
class Alternative:
    """Another right side of the definition of a name."""

    head: Name
    body: Node
    text: str


def first_sides(chunks: list[RawChunk]) -> tuple[list[RawChunk], list[tuple[RawChunk, int]]]:
    """Return the definitions with their first right sides, and (definition, number of the side) of the others."""
    others = [(c, k) for c in chunks if len(c.sides) > 2 and c.sides[0] and is_head(c.sides[0])
              for k in range(2, len(c.sides)) if c.sides[k]]
    chained = {id(c) for c, _ in others}
    return [replace(c, sides=c.sides[:2]) if id(c) in chained else c for c in chunks], others


def with_alternatives(
    sides: list[Node], definitions: Definitions, found: list[Alternative], refuse: Callable[[Alternative], Exception]
) -> list[Node]:
    """Return the sides, and after them the first one with each alternative in the place of its name."""
    made = list(sides)
    for other in found:
        taken = {a.name for tree in [*sides, *(d.body for d in definitions.all())] for a in walk(tree)
                 if isinstance(a, Name)}
        uses = [a for d in definitions.all() for a in walk(d.body) if _is_of(a, other.head)]
        if uses or not any(_is_of(a, other.head) for a in walk(sides[0])):
            raise refuse(other)  # what is defined by it would have to be there twice, too
        name = f"{other.head.name}prime"
        while name in taken or ("", name, len(other.head.subs)) in definitions.entries or (
                other.head.mark, name, len(other.head.subs)) in definitions.entries:
            name += "prime"
        definitions.add(replace(other.head, name=name), other.body, other.text)
        made.append(rewrite(sides[0], lambda a, head=other.head, name=name: (  # type: ignore[misc]
            replace(a, name=name) if _is_of(a, head) else a)))
    return made


def _is_of(node: Node, head: Name) -> bool:
    return isinstance(node, Name) and (node.mark, node.name, len(node.subs)) == (head.mark, head.name, len(head.subs))


__all__ = ["Alternative", "first_sides", "with_alternatives"]
