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
from nmderive.notation.roles import LABEL_LETTERS
from nmderive.notation.targets import rewrite
from nmderive.notation.tree import Big, Call, Chain, Name, Negative, Node, Number, Product, Sum, children, walk


@dataclass
class Cases:
    """Writes out the cases of one source."""

    fail: Callable[..., NmderiveError]
    notes: list[str] = field(default_factory=list)

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

    def _is_label(self, node: Node) -> bool:
        return isinstance(node, Name) and node.name in LABEL_LETTERS and not node.mark

    def _weight(self, condition: Node, span: Span) -> Node:
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
            is_zero = isinstance(end, Number) and end.value == 0 and self._is_label(other.parts[0])
            is_rest = other.relations == opposites[condition.relations] or (
                is_zero and (condition.relations, other.relations) == ((">",), ("=",)))  # no label is negative
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


def _key(node: Node) -> tuple[object, ...]:
    parts = (*getattr(node, "subs", ()), *getattr(node, "parts", ()), *(
        c for c in children(node) if not isinstance(node, Name | Chain)))
    name = getattr(node, "name", getattr(node, "value", None))
    return type(node).__name__, name, getattr(node, "relations", ()), tuple(map(_key, parts))


__all__ = ["Cases"]
