r"""Scores of a linear layer, w_k^\top x_i + b_k and \langle w_k, x_i\rangle, as the logits that they are.

The weights of each class and the features of each sample say nothing else of a loss, so the two become one array; where
either stands elsewhere, or a bias stands beside some scores only, nothing is changed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from nmderive.notation.paper_forms import Found, nodes
from nmderive.notation.targets import rewrite
from nmderive.notation.tree import Call, Name, Node, Power, Product, Sum, meaning

#: The name of the array of scores.
SCORE = "score"
_WEIGHTS = frozenset(["w", "W", "theta", "Theta", "v", "e", "mu", "c"])
_FEATURES = frozenset(["x", "X", "h", "z", "f", "phi", "g", "u", "H", "Z"])
_BIASES = frozenset(["b", "c"])
#: Letters of weights and features that are so in a plain product, too: w_k \cdot x, where x is a vector.
_PLAIN = (frozenset(["w", "W", "theta", "Theta"]), frozenset(["x", "X", "h", "f", "phi"]))


def linear_scores(trees: list[Node]) -> Found:
    r"""Return ``w_k^\top x_i + b_k`` as the entry (i, k) of the scores, where all of it is of that form."""
    pairs = [p for node in nodes(trees) for p in _pairs(node)]
    names = {(w.mark, w.name, x.mark, x.name) for w, x in pairs}
    if len(names) != 1 or len({meaning(x) for _, x in pairs}) != 1 or len({meaning(w) for w, _ in pairs}) < 2:
        return None, []
    weights, features = pairs[0]
    biases = _biases(trees)
    if biases is None:
        return None, []

    def change(node: Node) -> Node:
        if isinstance(node, Sum):
            return _without_bias(node, biases)
        found = next(_pairs(node), None)
        if found is None:
            return node
        score = Name(node.span, SCORE, (*found[1].subs, *found[0].subs))
        if isinstance(node, Call):
            return score
        assert isinstance(node, Product)
        kept = [f for f in node.above if not _is_of(f, found)]
        return score if not kept and not node.below else replace(node, above=(score, *kept))

    new = [rewrite(tree, change) for tree in trees]
    left = {(a.mark, a.name) for a in nodes(new) if isinstance(a, Name)}
    if left & {(weights.mark, weights.name), (features.mark, features.name)} or any(("", b) in left for b in biases):
        return None, []
    shown = rf"{weights.name}_k^\top {features.name}" + "".join(f" + {b}_k" for b in sorted(biases))
    return change, [f"{shown} is the score of class k, the logit"]


def _biases(trees: list[Node]) -> frozenset[str] | None:
    """Return the letter that is added to every score with the index of its class; None where some scores have none."""
    scores = [p for node in nodes(trees) for p in _pairs(node)]
    added = [_bias_of(node) for node in nodes(trees) if isinstance(node, Sum)]
    found = [b for b in added if b is not None]
    if not found:
        return frozenset()
    is_one = len({b.name for b in found}) == 1 and len(found) == len(scores)
    return frozenset([found[0].name]) if is_one else None


def _bias_of(node: Sum) -> Name | None:
    r"""Return the b_k of a sum w_k^\top x + b_k."""
    classes = {meaning(w.subs[0]) for term in node.terms for w, _ in _pairs(term)}
    biases = [a for a in node.terms if isinstance(a, Name) and a.name in _BIASES and len(a.subs) == 1 and not a.mark]
    own = [b for b in biases if meaning(b.subs[0]) in classes]
    return own[0] if len(own) == 1 and len(classes) == 1 else None


def _without_bias(node: Sum, biases: frozenset[str]) -> Node:
    """Return the sum without the bias of the score in it, which holds it already."""
    scores = {meaning(a.subs[-1]) for a in node.terms if isinstance(a, Name) and a.name == SCORE}
    kept = tuple(a for a in node.terms if not (
        isinstance(a, Name) and a.name in biases and len(a.subs) == 1 and meaning(a.subs[0]) in scores))
    return kept[0] if len(kept) == 1 else replace(node, terms=kept)


def _pairs(node: Node) -> Iterator[tuple[Name, Name]]:
    """Yield the (weights, features) of which a node is the product."""
    if isinstance(node, Call) and node.name == "inner" and len(node.args) == 2 and not node.subs:
        yield from _in_order(*node.args)
    if isinstance(node, Product):
        for first, second in zip(node.above, node.above[1:], strict=False):
            if isinstance(first, Power) and getattr(first.exponent, "name", "") in ("top", "T"):
                yield from _in_order(first.base, second)
            elif isinstance(first, Name) and isinstance(second, Name) and all(
                    {first.name, second.name} & letters for letters in _PLAIN):
                yield from _in_order(first, second)


def _in_order(first: Node, second: Node) -> Iterator[tuple[Name, Name]]:
    """Yield the pair with the weights first: those have a class below, and the features a sample or nothing."""
    for w, x in ((first, second), (second, first)):
        if not (isinstance(w, Name) and isinstance(x, Name) and len(w.subs) == 1 and len(x.subs) < 2):
            continue
        is_shared = bool({*map(meaning, w.subs)} & {*map(meaning, x.subs)})
        if w.name in _WEIGHTS and x.name in _FEATURES and not is_shared:
            yield w, x
            return


def _is_of(factor: Node, pair: tuple[Name, Name]) -> bool:
    base = factor.base if isinstance(factor, Power) and getattr(factor.exponent, "name", "") in ("top", "T") else factor
    return any(base is part for part in pair)


__all__ = ["SCORE", "linear_scores"]
