r"""The class of a sample as an index beside others: |k - y_i| and [y \le k] of ordinal losses; p_{i,y} for p_{i,y_i}.

There y is an index like that of p_y, so the term is that of each class, weighed by the one-hot label. Where a value
could stand as well it is wrapped as ``Call(PLACE, (Chain(y),))`` until it is summed over.
"""

from __future__ import annotations

from dataclasses import replace

from nmderive.notation.pair_masks import PLACE
from nmderive.notation.role_names import LOGIT_LETTERS, values
from nmderive.notation.targets import TARGET_LETTERS, bound_letters, index_places, rewrite
from nmderive.notation.tree import Big, Call, Chain, Name, Negative, Node, Sum, walk
from nmderive.notation.vocabulary import INDEX_LETTERS

Found = tuple[list[Node], list[str]]
_ORDERS = frozenset([("<",), (">",), ("<=",), (">=",)])


def difference(node: Node) -> tuple[Node, Node] | None:
    """Return what is subtracted from what, where a node is the difference of two parts."""
    if not isinstance(node, Sum) or len(node.terms) != 2:
        return None
    one, other = node.terms
    if isinstance(one, Negative):
        one, other = other, one
    return (one, other.operand) if isinstance(other, Negative) and not isinstance(one, Negative) else None


def class_numbers(trees: list[Node], arrays: frozenset[str]) -> Found:
    """Return the trees with every class that stands beside a bound index wrapped; ``arrays`` are no classes."""
    bound = set().union(*map(bound_letters, trees))
    found = _Numbers(bound, TARGET_LETTERS - arrays - bound)
    trees = [rewrite(tree, found.change) for tree in trees]
    return trees, ["a class stands for its number there: classes count from 1"] if found.is_met else []


class _Numbers:
    """Finds the classes beside the letters that are ``bound``; ``wanted`` are names of classes."""

    def __init__(self, bound: set[str], wanted: frozenset[str]) -> None:
        self.bound, self.wanted = bound, wanted
        self.is_met = False

    def change(self, node: Node) -> Node:
        """Return a difference or an order of a class and a letter with the class wrapped, and what ends at a class."""
        if isinstance(node, Big):
            return self._up_to_class(node)
        parts = difference(node)
        if isinstance(node, Chain) and node.relations in _ORDERS:
            place = self._class_of(node.parts)
            return node if place is None else replace(node, parts=tuple(_put(p, place) for p in node.parts))
        place = self._class_of(parts) if parts is not None else None
        if place is None or not isinstance(node, Sum):
            return node
        return replace(node, terms=tuple(_put(t, place) for t in node.terms))

    def _up_to_class(self, node: Big) -> Big:
        r"""Return ``\sum_{k=1}^{y_i}`` as a sum over k <= y_i, and one up to y_i - 1 as one over k < y_i."""
        chain, upper = node.under[0], node.upper
        less_one = difference(upper) if upper is not None else None
        end = less_one[0] if less_one is not None and getattr(less_one[1], "value", None) == 1 else upper
        is_first = len(node.under) == 1 and chain.relations == ("=",) and getattr(chain.parts[1], "value", None) == 1
        place = self._class_of((chain.parts[0], end)) if is_first and end is not None else None
        if place is None:
            return node
        wrapped = Call(place.span, PLACE, (Chain(place.span, (place,)),))
        order = Chain(chain.span, (chain.parts[0], wrapped), ("<=" if less_one is None else "<",))
        return replace(node, under=(order,), upper=None)

    def _class_of(self, parts: tuple[Node, ...]) -> Name | None:
        """Return the class of a class and a bound letter of classes."""
        names = [p for p in parts if isinstance(p, Name) and not p.mark]
        letters = [p for p in names if p.name in self.bound and not p.subs
                   and p.name.replace("prime", "") in INDEX_LETTERS]
        classes = [p for p in names if p.name in self.wanted and len(p.subs) < 2]
        if len(parts) != 2 or len(letters) != 1 or len(classes) != 1:
            return None
        self.is_met = True
        return classes[0]


def _put(term: Node, place: Name) -> Node:
    if isinstance(term, Negative):
        return replace(term, operand=_put(term.operand, place))
    return Call(place.span, PLACE, (Chain(place.span, (place,)),)) if term == place else term


def without_places(node: Node) -> Node:
    """Return what an index is that was wrapped."""
    inner = node.args[0] if isinstance(node, Call) and node.name == PLACE else None
    return inner.parts[0] if isinstance(inner, Chain) else node


def class_as_value(trees: list[Node], targets: frozenset[str]) -> Name | None:
    r"""Return the y of y^2 or e^y where it is a class elsewhere, p_y: its number would be forgotten."""
    indices = {p.name for tree in trees for p in index_places(tree) if isinstance(p, Name)} & targets
    return next((a for tree in trees for a, _ in values(tree) if a.name in indices and not a.subs and not a.mark), None)


def classes_of_samples(trees: list[Node], declared: frozenset[str]) -> Found:
    r"""Return the trees with the sample of ``p_{i,y}`` at its class, y_i, where y has no index of its own."""
    bound = set().union(*map(bound_letters, trees))
    wanted = (TARGET_LETTERS | declared) - bound
    nodes = [a for tree in trees for a in walk(tree) if isinstance(a, Name)]
    entries = [a.subs for a in nodes if len(a.subs) == 2 and (a.name in LOGIT_LETTERS | {"p"} or a.mark == "hat")]
    pairs = {(row.name, place.name) for row, place in entries if isinstance(row, Name) and isinstance(place, Name)
             and place.name in wanted and not row.subs}
    if len(pairs) != 1:
        return trees, []
    row, name = next(iter(pairs))
    has_rows = any(isinstance(a, Big) for tree in trees for a in walk(tree)) and row in bound
    if not has_rows or any(a.subs for a in nodes if a.name == name):
        return trees, []

    def change(node: Node) -> Node:
        is_class = isinstance(node, Name) and node.name == name and not node.mark and not node.subs
        return replace(node, subs=(Name(node.span, row),)) if is_class else node  # type: ignore[call-arg]

    return [rewrite(tree, change) for tree in trees], [f"the class {name} is that of sample {row}"]


__all__ = ["PLACE", "class_as_value", "class_numbers", "classes_of_samples", "difference", "without_places"]
