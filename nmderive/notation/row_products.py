r"""Products of whole rows of labels and probabilities, y_i^\top p_i and \langle p_i, t_i\rangle, and one-hot rows e_y.

They are told from products of embeddings, which are similarities, by their letters; ``ROWS`` is their name in the tree
until the operators are written out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from nmderive.errors import NmderiveError
from nmderive.notation.declarations import Declarations
from nmderive.notation.paper_names import COSINE
from nmderive.notation.roles import LABEL_LETTERS
from nmderive.notation.targets import TARGET_LETTERS
from nmderive.notation.tree import Call, Chain, Name, Node, Power, Product

ROWS = "rows"


def is_one_hot(node: Node) -> bool:
    r"""Tell whether a letter is the one-hot row e_y of a class, or e_{y_i}."""
    below = node.subs[0] if isinstance(node, Name) and node.name == "e" and len(node.subs) == 1 else None
    return isinstance(below, Name) and not below.mark and below.name in TARGET_LETTERS | {"c", "k", "j"}


def one_hot_entry(node: Name, letter: Name) -> Node:
    """Return the entry of a one-hot row at a class: 1 where it is that class."""
    return Call(node.span, "iverson", (Chain(node.span, (node.subs[0], letter), ("=",)),))


def row_products(node: Node, declared: Declarations, fail: Callable[..., NmderiveError]) -> Node:
    """Return the node with a product of two rows as a call of both."""
    if isinstance(node, Call) and node.name == "inner" and all(_is_row(a, declared) for a in node.args):
        if any(getattr(a, "text", "") == COSINE for a in node.subs):
            raise fail("is this the inner product of the two rows, or their cosine?", node.span,
                       r"for the product write \langle p, y\rangle, for the cosine "
                       r"\frac{\langle p, y\rangle}{\|p\|\|y\|}")
        return replace(node, name=ROWS)
    if not isinstance(node, Product):
        return node
    above, found = [], False
    factors = list(node.above)
    while factors:
        first = factors.pop(0)
        is_row = _is_transposed(first) and _is_row(first.base, declared) and bool(factors)  # type: ignore[attr-defined]
        if is_row and _is_row(factors[0], declared):
            second = factors.pop(0)
            first = Call(first.span, ROWS, (first.base, second))  # type: ignore[attr-defined]
            found = True
        above.append(first)
    if not found:
        return node
    return above[0] if len(above) == 1 and not node.below else replace(node, above=tuple(above))


def _is_transposed(node: Node) -> bool:
    return isinstance(node, Power) and getattr(node.exponent, "name", "") == "top"


def _is_row(node: Node, declared: Declarations) -> bool:
    """Tell whether a node is a row of labels or probabilities, or of their logarithms: it has no class below."""
    if isinstance(node, Call) and node.name == "log":
        return _is_row(node.args[0], declared)
    if isinstance(node, Call) and node.name == "softmax":
        return not node.subs
    if not isinstance(node, Name) or len(node.subs) > 1:
        return False
    known = {*LABEL_LETTERS, "p", *declared.labels, *declared.probabilities}
    return node.name in known or node.mark == "hat" and node.name in ("y", "p") or is_one_hot(node)


__all__ = ["ROWS", "is_one_hot", "one_hot_entry", "row_products"]
