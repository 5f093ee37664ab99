r"""The overlap of labels and predictions, 2 \sum y \hat{y} / (\sum y + \sum \hat{y}), as a share of what is found.

A ratio of counts like that is one of memberships, so that \hat{y} in it is a probability and no real output.
"""

from __future__ import annotations

from nmderive.notation.tree import Big, Name, Negative, Node, Number, Power, Product, Sum, walk

Entry = tuple[str, str]


def has_overlap(trees: list[Node], label: str, predicted: Entry) -> bool:
    """Tell whether a ratio has a sum of y times the prediction above, and sums of both below."""
    wanted = {("", label), predicted}
    return any(isinstance(a, Product) and a.below and _counted(a.above) == wanted and wanted <= _counts(a.below)
               for tree in trees for a in walk(tree))


def _counted(factors: tuple[Node, ...]) -> set[Entry]:
    """Return what is multiplied within the one sum that the factors hold, numbers and a term for smoothing aside."""
    sums = [a for f in factors for a in _sums(f)]
    body = sums[0].body if len(sums) == 1 else None
    while isinstance(body, Big) and body.kind == "sum":
        body = body.body
    parts = body.above if isinstance(body, Product) and not body.below else ()
    names = [(a.mark, a.name) for a in parts if isinstance(a, Name)]
    return set(names) if len(names) == len(parts) == 2 else set()


def _counts(factors: tuple[Node, ...]) -> set[Entry]:
    """Return the letters of which sums of entries, or of their squares, stand among the terms."""
    found: set[Entry] = set()
    for big in (a for f in factors for a in _sums(f)):
        body: Node = big
        while isinstance(body, Big) and body.kind == "sum":
            body = body.body
        for term in body.terms if isinstance(body, Sum) else (body,):
            base = term.base if isinstance(term, Power) and _is_two(term.exponent) else term
            found |= {(base.mark, base.name)} if isinstance(base, Name) else set()
    return found


def _sums(node: Node) -> list[Big]:
    """Return the sums among the terms and factors of a node, without those inside of them."""
    if isinstance(node, Big):
        return [node] if node.kind == "sum" else []
    if isinstance(node, Sum):
        return [a for t in node.terms for a in _sums(t)]
    if isinstance(node, Negative):
        return _sums(node.operand)
    return [a for f in node.above for a in _sums(f)] if isinstance(node, Product) and not node.below else []


def _is_two(node: Node) -> bool:
    return isinstance(node, Number) and node.value == 2


__all__ = ["has_overlap"]
