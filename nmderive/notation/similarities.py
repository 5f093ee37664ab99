r"""Square matrices of similarities: sim(u_i, v_j), u_i^\top v_j and s_{i,j} whose positives are the entries (i, i).

A row's positive is its target class: the entry (i, i) becomes the entry of a one-hot label, which stands at (i, i).
That is the loss as written only where n = m and t_ij = [i = j]; the statement is marked ``is_square`` for that.
"""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

from nmderive.notation.paper_forms import Found, nodes
from nmderive.notation.role_names import POSITIVE_CLASS
from nmderive.notation.targets import bound_letters, rewrite
from nmderive.notation.tree import Big, Call, Chain, Name, Node, Power, Product, children

#: The name of a similarity matrix, and of the class of a row's positive.
MATRIX = "sim"
_CALLS = ("inner",)


def similarity_matrix(trees: list[Node]) -> Found:
    r"""Return similarities of two embeddings, u_i and v_j, as entries (i, j) of one matrix, the logits."""
    pairs = [p for node in nodes(trees) for p in _pairs(node)]
    has_calls = any(isinstance(a, Call) and a.name in _CALLS for a in nodes(trees))
    if not has_calls and not any(_letter(a) != _letter(b) for a, b in pairs):
        return None, []
    names = [(a.name, b.name) for a, b in pairs]
    if not names or any(set(pair) != set(names[0]) for pair in names):
        return None, []
    first, second = names[0]

    def entry(a: Name, b: Name) -> Name:
        subs = (*a.subs, *b.subs) if (a.name, b.name) == (first, second) else (*b.subs, *a.subs)
        return Name(a.span, MATRIX, subs)

    def change(node: Node) -> Node:
        found = list(_pairs(node))
        if not found:
            return node
        if isinstance(node, Call):
            return entry(*found[0])
        assert isinstance(node, Product)
        kept = tuple(f for f in node.above if _base(f) is None or _base(f) not in found[0])
        return replace(node, above=(entry(*found[0]), *kept))

    shown = f"the similarity of {first}_i and {second}_j is the logit {MATRIX}_{{i,j}}".replace("prime", "'")
    return change, [shown]


def _letter(node: Name) -> str:
    return str(getattr(node.subs[0], "name", ""))


def _base(node: Node) -> Name | None:
    r"""Return the embedding that a factor is, z_i or z_i^\top."""
    if isinstance(node, Power) and getattr(node.exponent, "name", "") in ("top", "T"):
        node = node.base
    return node if isinstance(node, Name) and len(node.subs) == 1 and isinstance(node.subs[0], Name) else None


def _pairs(node: Node) -> list[tuple[Name, Name]]:
    """Return the pair of embeddings whose similarity ``node`` is."""
    if isinstance(node, Call) and node.name in _CALLS and len(node.args) == 2:
        a, b = map(_base, node.args)
        return [(a, b)] if a is not None and b is not None else []
    if isinstance(node, Product):
        found = [_base(f) for f in node.above]
        both = [b for b in found if b is not None]
        is_dot = len(both) == 2 and all(b.name not in ("w", "W", "theta", "alpha", "pi", "n") for b in both)
        if is_dot and not _is_of_numbers(both, node):
            return [(both[0], both[1])]
    return []


def _is_of_numbers(pair: list[Name], node: Product) -> bool:
    """Tell whether two entries of one array of numbers are multiplied, as in p_k p_l."""
    is_one = pair[0].name == pair[1].name and pair[0].name in "pqyt"
    return is_one and not any(isinstance(f, Power) for f in node.above)


def sizes_apart(trees: list[Node]) -> Found:
    """Return the trees with a size of its own for the second embedding, where no positive says that n = m."""
    entries = [a for a in nodes(trees) if isinstance(a, Name) and a.name == MATRIX and len(a.subs) == 2]
    rows, classes = ({getattr(a.subs[k], "name", "") for a in entries} for k in (0, 1))
    uppers = [(_bound(a), a.upper.name) for a in nodes(trees) if isinstance(a, Big) and isinstance(a.upper, Name)]
    shared = {name for bound, name in uppers if bound <= rows} & {name for bound, name in uppers if bound <= classes}
    if rows & classes or any(_is_diagonal(a) for a in entries) or not shared:
        return None, []

    def change(node: Node) -> Node:
        if isinstance(node, Big) and isinstance(node.upper, Name) and node.upper.name in shared and (
                _bound(node) <= classes):
            return replace(node, upper=replace(node.upper, name=f"{node.upper.name}prime"))
        return node

    return change, [f"the two embeddings of {MATRIX} may be {' and '.join(sorted(shared))} and another number"]


def positive_pairs(trees: list[Node]) -> tuple[list[Node], list[str]]:
    """Return the trees with the positive of each row, its entry (i, i), as the entry of the row's target class."""
    diagonal = [a for a in nodes(trees) if isinstance(a, Name) and _is_diagonal(a)]
    if not diagonal:
        return trees, []
    name = diagonal[0].name
    apart = _Apart()
    trees = [apart.node(tree, {}) for tree in trees]
    rows = {_letter(a) for a in nodes(trees) if isinstance(a, Name) and a.name == name and _is_diagonal(a)}
    entries = [a for a in nodes(trees) if isinstance(a, Name) and a.name == name and len(a.subs) == 2]
    classes = {getattr(a.subs[1], "name", "") for a in entries} - rows
    compared = {getattr(p, "name", "") for c in nodes(trees) if isinstance(c, Chain) and c.relations
                and any(getattr(p, "name", "") in classes for p in c.parts) for p in c.parts}
    rows |= {_letter(a) for a in entries} & compared - classes

    def change(node: Node) -> Node:
        if isinstance(node, Name) and node.name == name and len(node.subs) == 2:
            last = node.subs[1]
            return replace(node, subs=(node.subs[0], _own(last))) if getattr(last, "name", "") in rows else node
        if isinstance(node, Chain) and node.relations and any(getattr(p, "name", "") in classes for p in node.parts):
            return replace(node, parts=tuple(_own(p) if getattr(p, "name", "") in rows else _of_classes(p)
                                             for p in node.parts))
        if isinstance(node, Big) and isinstance(node.upper, Name) and _bound(node) <= classes:
            return replace(node, upper=replace(node.upper, name=f"{node.upper.name}prime"))
        return node

    shown = name.replace("prime", "'")
    note = f"the positive of row i is the entry (i, i) of {shown}: n = m, its target class is i, a one-hot label"
    return [rewrite(tree, change) for tree in trees], [note]


def _of_classes(part: Node) -> Node:
    """Return the set of all samples, over which classes run here, as one of its own; anything else as it is."""
    is_set = isinstance(part, Name) and part.mark == "range"
    return replace(part, name=f"{part.name}prime") if is_set and isinstance(part, Name) else part


def _bound(node: Big) -> set[str]:
    return {p.name for c in node.under for p in c.parts[:1] if isinstance(p, Name)}


def _own(letter: Node) -> Node:
    return Name(letter.span, POSITIVE_CLASS, (letter,))


def _is_diagonal(node: Name) -> bool:
    return len(node.subs) == 2 and all(isinstance(s, Name) and not s.subs for s in node.subs) and (
        getattr(node.subs[0], "name", "") == getattr(node.subs[1], "name", None))


class _Apart:
    """Gives every sum letters of its own, so that one letter is not a row here and a class there."""

    def __init__(self) -> None:
        self.used: set[str] = set()

    def node(self, node: Node, names: dict[str, str]) -> Node:
        """Return the node with its bound letters renamed where they were bound before."""
        if isinstance(node, Name):
            node = replace(node, name=names.get(node.name, node.name)) if not node.subs else node
        inner = names
        if isinstance(node, Big):
            inner = dict(names)
            for letter in bound_letters(node) & _bound(node):
                fresh = letter
                while fresh in self.used:
                    fresh += "prime"
                self.used.add(fresh)
                inner[letter] = fresh
        changes = {}
        for child in children(node):
            changes[id(child)] = self.node(child, inner)
        return _with(node, changes)


def _with(node: Node, changes: dict[int, Node]) -> Node:
    def value(old: Any) -> Any:
        if isinstance(old, tuple):
            return tuple(value(a) for a in old)
        return changes.get(id(old), old)

    return replace(node, **{f.name: value(getattr(node, f.name)) for f in fields(node)})


__all__ = ["MATRIX", "POSITIVE_CLASS", "positive_pairs", "similarity_matrix", "sizes_apart"]
