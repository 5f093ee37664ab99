r"""Class indices become one-hot labels: ``\log p_{y_i}`` is ``\sum_j t_{i,j} \log p_{i,j}`` where t is 1 at y_i.

That is an identity for hard labels, whatever the term is; the sum is put around each whole term of a sample.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, fields, replace
from typing import Any

from sympy import Integer

from nmderive.errors import NmderiveError, Span
from nmderive.notation.pair_masks import PLACE, is_value_order
from nmderive.notation.tree import Big, Call, Chain, Name, Negative, Node, Number, Power, Product, Sum, children, walk

#: Letters that name the target class where they stand as an index and nothing binds them.
TARGET_LETTERS = frozenset(["y", "Y", "t", "class"])


def rewrite(node: Node, change: Callable[[Node], Node]) -> Node:
    """Return ``node`` with ``change`` applied to every node, the inner ones first."""

    def value(old: Any) -> Any:
        if isinstance(old, Node):
            return rewrite(old, change)
        return tuple(value(a) for a in old) if isinstance(old, tuple) else old

    return change(replace(node, **{f.name: value(getattr(node, f.name)) for f in fields(node)}))


def index_places(node: Node) -> Iterator[Node]:
    """Yield every node that stands as an index: subscripts, and the parts of conditions and indicators."""
    for part in walk(node):
        if isinstance(part, Name):
            yield from part.subs
        elif isinstance(part, Call):
            yield from part.subs
            yield from (p for a in part.args if isinstance(a, Chain) and not is_value_order(a) for p in a.parts
                        if not isinstance(p, Call))
        elif isinstance(part, Big):
            yield from (p for c in part.under for p in (c.parts[:1] if c.relations[:1] == ("in",) else c.parts)
                        if not isinstance(p, Call))


def bound_letters(node: Node) -> set[str]:
    """Return the letters that stand first under an operator, so that something binds them."""
    firsts = (c.parts[0] for a in walk(node) if isinstance(a, Big) for c in a.under)
    return {a.name for a in firsts if isinstance(a, Name) and not a.subs}


def respelled(node: Node, bound: set[str]) -> Node:
    r"""Return ``\delta_{k,y}`` as an indicator, and ``y_i^c`` as y_{i,c} where a sum binds c: no power is meant."""
    if isinstance(node, Name) and node.name == "delta" and len(node.subs) == 2 and not node.mark:
        return Call(node.span, "iverson", (Chain(node.span, node.subs, ("=",)),))
    if isinstance(node, Big):
        node = replace(node, under=tuple(map(_all_classes, node.under)))
        return _up_to_index(node, bound) if isinstance(node.upper, Name) else node
    if isinstance(node, Power) and isinstance(node.base, Name) and isinstance(node.exponent, Name):
        base, above = node.base, node.exponent
        is_index = not above.subs and above.name in bound and node.span.start == base.span.start
        if is_index and len(base.subs) == 1 and (base.name in ("y", "t", "p") or base.mark == "hat"):
            return replace(base, subs=(*base.subs, above))
    return node


def _up_to_index(node: Big, bound: set[str]) -> Big:
    r"""Return ``\sum_{j=1}^{k}`` with another index k as its end as a sum over j <= k."""
    first = node.under[0] if len(node.under) == 1 else None
    upper = node.upper
    if not isinstance(upper, Name) or upper.subs or upper.name not in bound or first is None:
        return node
    if first.relations != ("=",) or getattr(first.parts[1], "value", None) != 1:
        return node
    chain = Chain(first.span, (first.parts[0], upper), ("<=",))
    return replace(node, under=(chain,), upper=None)


def as_label(node: Node, signs: frozenset[str]) -> Node:
    """Return a label of -1 and 1 as 2 t - 1, where t, of the same letter, is 0 or 1."""
    if not isinstance(node, Name) or node.name not in signs or node.mark:
        return node
    double = Product(node.span, (Number(node.span, Integer(2)), node))
    return Sum(node.span, (double, Negative(node.span, Number(node.span, Integer(1)))))


def _all_classes(chain: Chain) -> Chain:
    r"""Return ``c \in \mathcal{C}``, C or Y being the set of all classes, as c alone."""
    if chain.relations == ("in",) and isinstance(chain.parts[1], Name):
        name = chain.parts[1]
        if name.name in ("C", "Y") and not name.subs and not name.mark:
            return Chain(chain.span, chain.parts[:1])
    return chain


def find_targets(trees: Iterable[Node], declared: Iterable[str]) -> frozenset[str]:
    """Return the names that are used as a class index: y in ``s_{i,y_i}`` or ``p_y``, and the declared ones."""
    trees = list(trees)
    bound = set().union(*map(bound_letters, trees))
    found = set()
    for place in (p for tree in trees for p in index_places(tree)):
        if isinstance(place, Name) and (place.subs or (place.name not in bound and place.name in TARGET_LETTERS)):
            found.add(place.name)
    return frozenset(found) | {name for name in declared if name not in bound}


def second_class(trees: Iterable[Node], targets: frozenset[str]) -> Name | None:
    r"""Return a class index that differs from another in its accent alone, \bar{y} beside y: it is another class."""
    marks: dict[str, str] = {}
    for place in (p for tree in trees for p in index_places(tree)):
        if isinstance(place, Name) and place.name in targets and marks.setdefault(place.name, place.mark) != place.mark:
            return place
    return None


@dataclass
class OneHot:
    """Rewrites the targets of one source; ``label`` is the array of one-hot labels, ``fail`` makes errors."""

    targets: frozenset[str]
    label: str
    fail: Callable[..., NmderiveError]
    count: int = 0
    #: The class that the labels stand for, once one was met.
    name: str = ""

    def side(self, node: Node) -> Node:
        """Return ``node`` with every target summed over, term by term."""
        node = rewrite(node, self._indicator)
        return self._expanded(rewrite(node, _with_plain_conditions))

    def _is_target(self, node: Node) -> bool:
        return isinstance(node, Name) and node.name in self.targets

    def _found(self, node: Node) -> list[Name]:
        return [p for p in index_places(node) if isinstance(p, Name) and p.name in self.targets]

    def _indicator(self, node: Node) -> Node:
        """Return the label that ``[y_i = j]`` is; ``[y_i != j]`` is one minus it."""
        if not (isinstance(node, Call) and node.name == "iverson" and isinstance(node.args[0], Chain)):
            return node
        chain = node.args[0]
        chain = replace(chain, parts=tuple(
            p.args[0].parts[0] if isinstance(p, Call) and p.name == PLACE else p for p in chain.parts))  # type: ignore[attr-defined]
        places = [p for p in chain.parts if self._is_target(p)]
        if not places:
            return node
        other = [p for p in chain.parts if not self._is_target(p)]
        if len(places) == len(other) == 1 and chain.relations[0] in ("<", ">", "<=", ">="):
            return self._ordered(node, chain, places[0])
        if len(places) != 1 or len(other) != 1 or chain.relations[0] not in ("=", "!="):
            raise self.fail("only y = j and y != j can be asked of a class index", node.span)
        assert isinstance(places[0], Name)
        label = Name(node.span, self.label, (*places[0].subs, other[0]))
        if chain.relations[0] == "=":
            return label
        return Sum(node.span, (Number(node.span, Integer(1)), Negative(node.span, label)))

    def _ordered(self, node: Node, chain: Chain, place: Node) -> Node:
        r"""Return ``[y_i \le k]`` as the sum of the labels of the classes that are at most k."""
        self.count += 1
        letter = Name(node.span, f"target{self.count}")
        parts = tuple(letter if p is place else p for p in chain.parts)
        label = Name(node.span, self.label, (*place.subs, letter))  # type: ignore[attr-defined]
        under = (Chain(node.span, (letter,)), Chain(node.span, parts, chain.relations))
        return Big(node.span, "sum", under, None, label)

    def _expanded(self, node: Node) -> Node:
        if not self._found(node):
            return node
        if isinstance(node, Sum):
            return replace(node, terms=tuple(map(self._expanded, node.terms)))
        if isinstance(node, Negative):
            return replace(node, operand=self._expanded(node.operand))
        if isinstance(node, Big) and (node.kind != "prod" and self._binds_row_of(node) or self._surrounds(node)):
            return replace(node, body=self._expanded(node.body))
        if isinstance(node, Product):
            closed = {id(f): self._expanded(f) for f in (*node.above, *node.below)
                      if self._found(f) and self._holds_closed(f)}
            if closed:
                above = tuple(closed.get(id(f), f) for f in node.above)
                node = replace(node, above=above, below=tuple(closed.get(id(f), f) for f in node.below))
            holding = [f for f in (*node.above, *node.below) if self._found(f)]
            if not holding:
                return node
            if len(holding) == 1 and holding[0] in node.above and isinstance(holding[0], Sum | Negative | Big):
                above = tuple(self._expanded(f) if f is holding[0] else f for f in node.above)
                return replace(node, above=above)
        return self._closed_within(node) or self._summed(node)

    def _closed_within(self, node: Node) -> Node | None:
        r"""Return a function of sums that bind the samples of all its targets, \exp(-\sum_i \log p_{y_i})."""
        inner = [c for c in children(node) if self._found(c)]
        if isinstance(node, Product | Big) or not inner or not all(map(self._holds_closed, inner)):
            return None
        made = {id(c): self._expanded(c) for c in inner}
        return replace(node, **{f.name: _replaced(getattr(node, f.name), made) for f in fields(node)})

    def _holds_closed(self, node: Node) -> bool:
        """Tell whether every target in the node stands in a sum that binds its sample."""
        if not self._found(node) or self._is_closed(node):
            return True
        chains = [a for a in node.args if isinstance(a, Chain)] if isinstance(node, Call) else []
        if isinstance(node, Call) and any(map(self._is_target, (*node.subs, *(p for c in chains for p in c.parts)))):
            return False  # the entry of a row, softmax(z)_y, or the class itself, |k - y|
        if isinstance(node, Big):
            return self._surrounds(node)
        return not isinstance(node, Name | Chain) and all(map(self._holds_closed, children(node)))

    def _surrounds(self, node: Big) -> bool:
        r"""Tell whether an operator over another index has closed sums in its body, \sum_k a_k \log\sum_i p_{i,y_i}."""
        is_compared = any(self._is_target(p) for c in node.under for p in c.parts)
        return not is_compared and self._holds_closed(node.body)

    def _is_closed(self, node: Node) -> bool:
        """Tell whether sums inside a factor bind the samples of all its targets: it is no term of one sample."""
        if isinstance(node, Product):
            parts = [f for f in (*node.above, *node.below) if self._found(f)]
            return bool(parts) and all(map(self._is_closed, parts))
        if not isinstance(node, Big) or node.kind == "prod" or not self._found(node):
            return False
        bound = {p.name for c in node.under for p in c.parts if isinstance(p, Name) and not p.subs}
        return all({getattr(s, "name", "") for s in t.subs} & bound for t in self._found(node))

    def _binds_row_of(self, node: Big) -> bool:
        """Tell whether the operator binds the sample of the targets inside it."""
        bound = {p.name for c in node.under for p in c.parts if isinstance(p, Name) and not p.subs}
        under = [p for c in node.under for p in c.parts if self._is_target(p)]
        rows = {s.name for t in self._found(node.body) for s in t.subs if isinstance(s, Name)}
        return not under and bool(bound & rows)

    def _summed(self, node: Node) -> Node:
        found = self._found(node)
        first = found[0]
        others = [a for a in found if _key(a) != _key(first)]
        if others:
            raise self.fail("two class indices stand in one term", others[0].span, "write labels t_{i,j}")
        self.name = self.name or first.name
        if first.name != self.name:  # one array of labels cannot be both
            raise self.fail(
                f"{self.name} and {first.name} are two classes of one sample, and the labels are one", first.span,
                r"write the other as numbers of an array c, 1 at its class and 0 elsewhere: \sum_k c_k ..., with "
                "'c_k>=0' declared")
        rows = {s.name for s in first.subs if isinstance(s, Name)}
        if rows & bound_letters(node):
            raise self.fail("this class index depends on a sum inside its own term", first.span, "write labels t_{i,j}")
        self.count += 1
        letter = Name(first.span, f"target{self.count}")
        body = rewrite(node, lambda a: letter if isinstance(a, Name) and _key(a) == _key(first) else a)
        weight = Name(first.span, self.label, (*first.subs, letter))
        span = Span(node.span.start, node.span.end)
        return Big(span, "sum", (Chain(first.span, (letter,)),), None, Product(span, (weight, body)))


def _with_plain_conditions(node: Node) -> Node:
    r"""Return a sum with the class in its condition, the y of \sum_{k > y}, as the index that it is there."""
    if not isinstance(node, Big):
        return node
    under = tuple(replace(c, parts=tuple(
        p.args[0].parts[0] if isinstance(p, Call) and p.name == PLACE else p for p in c.parts))  # type: ignore[attr-defined]
        for c in node.under)
    return replace(node, under=under)


def _replaced(old: Any, made: dict[int, Node]) -> Any:
    if isinstance(old, tuple):
        return tuple(_replaced(a, made) for a in old)
    return made.get(id(old), old)


def _key(node: Name) -> tuple[Any, ...]:
    return (node.name, node.mark, tuple(getattr(s, "name", getattr(s, "value", None)) for s in node.subs))


__all__ = ["OneHot", "as_label", "bound_letters", "find_targets", "index_places", "rewrite",
           "second_class"]
