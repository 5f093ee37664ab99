r"""Sets of each row, p \in P(i) and k \notin Y_i, as arrays of 0 and 1 that are given, the weights of a sum over all.

The array of the set P is ``inP`` inside. It is no label, as the rows of labels sum to one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from sympy import Integer

from nmderive.errors import NmderiveError
from nmderive.notation.tree import Big, Call, Chain, Name, Negative, Node, Number, Product, Sum, walk

#: How the name of the array of a set starts inside.
MEMBERS = "in"


def is_members(name: str) -> bool:
    """Tell whether a name is that of the array of a set of each row."""
    return name.startswith(MEMBERS) and name[len(MEMBERS) :][:1].isupper()


def as_arrays(trees: list[Node], fail: Callable[..., NmderiveError]) -> tuple[Callable[[Node], Node] | None, list[str]]:
    """Return what puts an indicator for each set of a row, and for its size, and what that reads in."""
    chains = [c for tree in trees for b in walk(tree) if isinstance(b, Big) for c in b.under]
    sets = {c.parts[1].name for c in chains if _is_member(c)}  # type: ignore[attr-defined]
    other = next((c for c in chains if c.relations == ("notin",) and not _is_member(c)), None)
    if other is not None:
        raise fail(r"\notin is read of a set of each row only", other.span, r"write \in and the complementary set")
    if not sets:
        return None, []
    owners = {getattr(c.parts[1].subs[0], "name", "") for c in chains if _is_member(c)}  # type: ignore[attr-defined]
    count = 0

    def change(node: Node) -> Node:
        nonlocal count
        if isinstance(node, Big) and node.kind == "sum":
            return _weighed(replace(node, under=tuple(_all_rows(c, owners) for c in node.under)))
        inner = node.args[0] if isinstance(node, Call) and node.name == "size" else None
        if isinstance(inner, Name) and inner.name in sets and len(inner.subs) == 1:
            count += 1
            letter = Name(node.span, f"opclassset{count}")
            return Big(node.span, "sum", (Chain(node.span, (letter,)),), None, _entry(inner, letter))
        return node

    return change, [f"{a} is a set of each row: {MEMBERS}{a}_ij is 1 for its members j, else 0" for a in sorted(sets)]


def _is_member(chain: Chain) -> bool:
    if chain.relations not in (("in",), ("notin",)) or len(chain.parts) != 2:
        return False
    letter, where = chain.parts
    if not (isinstance(where, Name) and len(where.subs) == 1 and isinstance(letter, Name) and not letter.subs):
        return False
    row = where.subs[0]
    return where.name[0].isupper() and isinstance(row, Name) and len(row.name) == 1


def _all_rows(chain: Chain, owners: set[str]) -> Chain:
    r"""Return i \in I, where i has sets of its own, as i: the rows."""
    is_all = chain.relations == ("in",) and all(isinstance(p, Name) and not p.subs for p in chain.parts)
    names = [getattr(p, "name", "") for p in chain.parts]
    return replace(chain, parts=chain.parts[:1], relations=()) if is_all and names[0] in owners and (
        names[1] == "I") else chain


def _entry(where: Name, letter: Node) -> Name:
    return Name(where.span, f"{MEMBERS}{where.name}", (*where.subs, letter))


def _weighed(node: Big) -> Node:
    body, under = node.body, []
    for chain in node.under:
        if not _is_member(chain):
            under.append(chain)
            continue
        letter, where = chain.parts
        assert isinstance(where, Name)
        factor: Node = _entry(where, letter)
        if chain.relations == ("notin",):
            factor = Sum(chain.span, (Number(chain.span, Integer(1)), Negative(chain.span, factor)))
        body = Product(body.span, (factor, body))
        under.append(Chain(chain.span, (letter,)))
    return replace(node, under=tuple(under), body=body)


__all__ = ["MEMBERS", "as_arrays", "is_members"]
