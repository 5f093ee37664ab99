"""What the places of a letter say of it: predicted where its logarithm stands beside a label or beside log(1 - p)."""

from __future__ import annotations

from collections.abc import Iterator

from nmderive.notation.tree import Big, Call, Name, Negative, Node, Number, Power, Product, Sum, walk

_LABELS = frozenset(["y", "t"])


def adjusting_logits(trees: list[Node]) -> Iterator[Name]:
    r"""Yield the q of e^{z_k - \log q_k}: what is logged beside a logit in an exponential is a prior of the classes."""
    for power in (a for tree in trees for a in walk(tree) if isinstance(a, Call) and a.name == "exp"):
        logs = [a.args[0] for a in walk(power) if isinstance(a, Call) and a.name == "log"]
        inside = {id(b) for a in logs for b in walk(a)}
        if any(isinstance(a, Name) and a.subs and id(a) not in inside for a in walk(power)):
            yield from (a for a in logs if isinstance(a, Name) and a.subs)


def predicted_by_use(trees: list[Node], names: set[str], has_label: bool) -> set[tuple[str, str]]:
    """Return the letter x of log x and log(1 - x), or of y log x, where there is one such letter."""
    priors = {id(a) for a in adjusting_logits(trees)}
    logs = [a.args[0] for tree in trees for a in walk(tree) if isinstance(a, Call) and a.name == "log"]
    logs = [a for a in logs if id(a) not in priors]
    logged = {a.name for a in logs if isinstance(a, Name) and not a.mark}
    plain = logged & names
    complements = {name for a in logs for name in [_complemented(a)] if name in names}
    found = plain & complements
    if not found and has_label:
        found = plain - _LABELS
    return {("", found.pop())} if len(found) == 1 else set()


def factors_beside(tree: Node, predictions: set[tuple[str, str]]) -> Iterator[Name]:
    """Yield the factors of every product that holds a prediction, its logarithm or 1 - p as another factor."""
    for node in walk(tree):
        if not isinstance(node, Product) or len(node.above) < 2:
            continue
        names = [f for f in node.above if isinstance(f, Name) and (f.mark, f.name) not in predictions]
        rest = [f for f in node.above if not isinstance(f, Name) or (f.mark, f.name) in predictions]
        if any(_speaks_of(f, predictions) for f in rest):
            yield from names


def _speaks_of(node: Node, predictions: set[tuple[str, str]]) -> bool:
    inner = node.base if isinstance(node, Power) else node
    if isinstance(inner, Big):
        return False
    return any(isinstance(a, Name) and (a.mark, a.name) in predictions for a in walk(inner))


def _complemented(node: Node) -> str:
    """Return the name of x in 1 - x."""
    if isinstance(node, Sum) and len(node.terms) == 2:
        one, other = node.terms
        if isinstance(one, Number) and one.value == 1 and isinstance(other, Negative):
            inner = other.operand
            return inner.name if isinstance(inner, Name) and not inner.mark else ""
    return ""


__all__ = ["adjusting_logits", "factors_beside", "predicted_by_use"]
