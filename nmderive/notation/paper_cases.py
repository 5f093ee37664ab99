r"""Cases by a label or a class: the term that holds them, once for each case, weighed by the label.

Where y is 0 or 1, a term f of p_t, p_t being p where y = 1 and 1 - p else, is y f(p) + (1 - y) f(1 - p): for labels
between, it is the mean of the loss over the label, as it is for a class index and its one-hot label.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from nmderive.errors import NmderiveError, Span
from nmderive.notation.pair_masks import is_value_order
from nmderive.notation.paper_forms import less
from nmderive.notation.roles import LABEL_LETTERS, LOGIT_LETTERS
from nmderive.notation.targets import rewrite
from nmderive.notation.tree import Big, Call, Chain, Name, Negative, Node, Number, Product, Sum, children, walk
from nmderive.notation.vocabulary import INDEX_LETTERS


@dataclass
class Cases:
    """Writes out the cases of one source."""

    fail: Callable[..., NmderiveError]
    notes: list[str] = field(default_factory=list)
    #: Letters that stand in the formula as values, without an index.
    bare: frozenset[str] = frozenset()

    def side(self, node: Node) -> Node:
        """Return the node with every term that holds cases as the sum over its cases."""
        if not _first(node):
            return node
        if isinstance(node, Sum):
            return replace(node, terms=tuple(map(self.side, node.terms)))
        if isinstance(node, Negative):
            return replace(node, operand=self.side(node.operand))
        if isinstance(node, Big) and node.kind != "prod":
            return replace(node, body=self.side(node.body))
        if isinstance(node, Product):
            holding = [f for f in (*node.above, *node.below) if _first(f)]
            if len(holding) == 1 and holding[0] in node.above:
                return replace(node, above=tuple(self.side(f) for f in node.above))
        return self._weighed(node)

    def _weighed(self, node: Node) -> Node:
        call = _first(node)
        assert call is not None
        first, condition, second, other = call.args
        if isinstance(second, Call) and second.name == "cases":
            shorter = replace(second, args=(second.args[0], self._left_of(second.args[1], condition), *second.args[2:]))
            node = rewrite(node, lambda a: shorter if a is second or a == second else a)
            second = shorter
        is_sign = getattr(condition, "relations", ()) == ("=",) and getattr(other, "relations", ()) == (">",)
        weight = Call(condition.span, "iverson", (condition,)) if is_sign else self._weight(condition, call.span)
        if not self._is_rest(condition, other):
            raise self.fail("the second case is not the rest of the first", other.span,
                            r"write \text{otherwise} there")
        self.notes.append("the cases are the first times its condition plus the second times what is left")

        def at(k: int) -> Node:
            def change(a: Node) -> Node:
                is_same = isinstance(a, Call) and a.name == "cases" and _key(a.args[1]) == _key(condition)
                return a.args[2 * k] if is_same and isinstance(a, Call) else a

            return self.side(rewrite(node, change))

        span = node.span
        return Sum(span, (Product(span, (weight, at(0))), Product(span, (less(weight), at(1)))))

    def _left_of(self, condition: Node, before: Node) -> Node:
        """Return the second condition without what the first, which does not hold there, says of it already."""
        if not isinstance(condition, Chain) or not isinstance(before, Chain) or len(before.parts) != 2:
            return condition
        pairs = [Chain(condition.span, condition.parts[k : k + 2], (r,)) for k, r in enumerate(condition.relations)]
        kept = [p for p in pairs if _direction(p) is None or _direction(p) != _direction(before, True)]
        if not kept:
            raise self.fail("this case is all that is left of the one before it", condition.span,
                            r"write \text{otherwise} there, and leave the third out")
        return kept[0] if len(kept) < len(pairs) and len(kept) == 1 else condition

    def _is_label(self, node: Node) -> bool:
        return isinstance(node, Name) and node.name in LABEL_LETTERS and not node.mark

    def _is_value(self, part: Node) -> bool:
        """Tell whether a side of a condition is a value, and no index: an entry, a product, a letter of neither."""
        if isinstance(part, Name):
            return bool(part.subs or part.mark) or part.name not in INDEX_LETTERS | {"n", "m"} or part.name in self.bare
        return not isinstance(part, Number)

    def _order(self, condition: Chain) -> Node:
        """Return the weight of an order of values, whose bounds count half where predictions are compared."""
        is_predicted = any(isinstance(a, Name) and not self._is_label(a) and (
            a.subs or a.mark == "hat" or a.name.startswith("hat") or a.name in LOGIT_LETTERS | {"p"})
            for a in walk(condition))
        relations = tuple(r[0] for r in condition.relations) if is_predicted else condition.relations
        if relations != condition.relations:
            self.notes.append("where the two sides of a condition are equal, both cases count half")
        pairs = [Chain(condition.span, condition.parts[k : k + 2], (r,)) for k, r in enumerate(relations)]
        weights = tuple(Call(condition.span, "iverson", (pair,)) for pair in pairs)
        return weights[0] if len(weights) == 1 else Product(condition.span, weights)

    def _weight(self, condition: Node, span: Span) -> Node:
        if isinstance(condition, Chain) and set(condition.relations) <= {"<", ">", "<=", ">="} and any(
                map(self._is_value, condition.parts)):
            return self._order(condition)
        if is_value_order(condition) and getattr(condition, "relations", ()) not in (("=",), ("!=",)):
            return Call(condition.span, "iverson", (condition,))
        if not isinstance(condition, Chain) or condition.relations not in (("=",), ("!=",)):
            raise self.fail("this condition is not one on a label or a class", span, "write y = 1, or k = y")
        left, right = condition.parts
        is_bit = isinstance(right, Number) and right.value in (0, 1)
        if condition.relations == ("=",) and is_bit and self._is_label(left):
            self.notes.append(f"{getattr(left, 'name', 'y')} is 0 or 1")
            return left if isinstance(right, Number) and right.value == 1 else less(left)
        if isinstance(right, Number):
            raise self.fail("this condition is not one on a label or a class", condition.span, "write y = 1, or k = y")
        return Call(condition.span, "iverson", (condition,))

    def _is_rest(self, condition: Node, other: Node) -> bool:
        if isinstance(other, Name):
            return other.name.rstrip(".,;") in ("otherwise", "else", "if_otherwise", "otherwise_")
        if not isinstance(other, Chain) or not isinstance(condition, Chain) or len(other.parts) != 2:
            return False
        same = _key(other.parts[0]) == _key(condition.parts[0])
        opposites = {(">",): ("<=",), ("<=",): (">",), ("<",): (">=",), (">=",): ("<",)}
        if condition.relations in opposites:
            end = other.parts[1]
            is_zero = isinstance(end, Number) and end.value == 0 and isinstance(other.parts[0], Name)
            is_rest = other.relations == opposites[condition.relations] or (
                is_zero and (condition.relations, other.relations) == ((">",), ("=",)))
            return same and _key(other.parts[1]) == _key(condition.parts[1]) and is_rest
        if not same or not isinstance(condition.parts[1], Number):
            opposite = {"=": "!=", "!=": "="}[condition.relations[0]]
            return same and _key(other.parts[1]) == _key(condition.parts[1]) and other.relations == (opposite,)
        if other.relations == (">",) and getattr(other.parts[1], "value", None) == 0:
            return same and condition.relations == ("=",) and getattr(condition.parts[1], "value", None) == 0
        bits = {getattr(c.parts[1], "value", None) for c in (condition, other)}
        return other.relations == ("=",) and bits == {0, 1}


def _first(node: Node) -> Call | None:
    """Return the first cases in the node."""
    return next((a for a in walk(node) if isinstance(a, Call) and a.name == "cases"), None)


def _direction(chain: Chain, is_reversed: bool = False) -> object:
    """Return (lower, higher) of an order of two sides; those of its opposite with ``is_reversed``."""
    left, right = map(_key, chain.parts)
    if chain.relations[0][0] not in "<>":
        return None
    return (left, right) if (chain.relations[0][0] == "<") != is_reversed else (right, left)


def _key(node: Node) -> tuple[object, ...]:
    parts = (*getattr(node, "subs", ()), *getattr(node, "parts", ()), *(
        c for c in children(node) if not isinstance(node, Name | Chain)))
    name = getattr(node, "name", getattr(node, "value", None))
    return type(node).__name__, name, getattr(node, "relations", ()), tuple(map(_key, parts))


__all__ = ["Cases"]
