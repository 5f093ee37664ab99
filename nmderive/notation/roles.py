"""Who is who in a published formula: label, prediction, logits, weights and parameters, by how each is used."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from nmderive.errors import NmderiveError
from nmderive.notation.tree import (
    Big,
    Call,
    Chain,
    Derivative,
    Name,
    Negative,
    Node,
    Number,
    Product,
    Sum,
    children,
    walk,
)

#: Letters that papers give to logits.
LOGIT_LETTERS = frozenset(["s", "z", "x", "o", "a", "f", "u", "v", "S", "Z", "theta"])
LABEL_LETTERS = frozenset(["y", "t"])
#: Parameters that are positive by their meaning: focusing, temperature, scale.
POSITIVE = frozenset(["gamma", "tau", "T"])
#: Arrays that are positive by their meaning: weights, priors, counts.
POSITIVE_ARRAYS = frozenset(["w", "pi", "n", "N", "alpha", "omega"])
_LINKS = frozenset(["exp", "sigmoid", "softmax", "softplus", "logsumexp", "tanh"])


@dataclass
class Roles:
    """What the names of one source are; ``notes`` say the guesses."""

    labels: str = ""
    logits: str = ""
    predictions: set[tuple[str, str]] = field(default_factory=set)
    arrays: dict[str, int] = field(default_factory=dict)
    parameters: set[str] = field(default_factory=set)
    is_binary: bool = False
    is_softmax: bool = False
    is_lone_log: bool = False


def values(node: Node, around: frozenset[str] = frozenset()) -> Iterator[tuple[Name, frozenset[str]]]:
    """Yield (name, what stands around it) for every name that is a value: "exp", "log", "below", ... around it."""
    if isinstance(node, Name):
        yield node, around
    elif isinstance(node, Call) and node.name != "iverson":
        for arg in node.args:
            yield from values(arg, around | {"link" if node.name in _LINKS else node.name, node.name})
    elif isinstance(node, Product):
        for part in node.above:
            yield from values(part, around)
        for part in node.below:
            yield from values(part, around | {"below"})
    elif isinstance(node, Big):
        yield from values(node.body, around)
    elif not isinstance(node, Chain | Call | Derivative):
        for child in children(node):
            yield from values(child, around)


@dataclass
class Reader:
    """Finds the roles of the trees of one source; ``known`` are names that are declared or defined."""

    trees: list[Node]
    targets: frozenset[str]
    known: frozenset[str]
    declared: Roles
    fail: Callable[..., NmderiveError]

    def roles(self) -> Roles | None:
        """Return the roles, None where no label and no prediction can be told: then nothing is guessed."""
        found = Roles(self.declared.labels, self.declared.logits, set(self.declared.predictions))
        places = [pair for tree in self.trees for pair in values(tree)]
        self._predictions(found, places)
        if not found.labels:
            labels = {a.name for a, _ in places if a.name in LABEL_LETTERS and a.subs and not a.mark} - self.known
            labels -= {found.logits}
            if len(labels) > 1:
                raise self.fail("which letter are the labels?", places[0][0].span, "--let 'y: labels'")
            found.labels = labels.pop() if labels else ""
        if not found.logits:
            found.logits = self._logits(found, places)
        has_sets = any(isinstance(a, Big) and any(c.relations == ("in",) for c in a.under)
                       for tree in self.trees for a in walk(tree))
        if not (found.labels or self.targets or has_sets) or not (found.logits or found.predictions):
            return None
        if found.labels in self.targets:
            raise self.fail(f"{found.labels} is a class index and a label in one formula", places[0][0].span,
                            f"declare one of them: --let '{found.labels}: labels'")
        self._evidence(found)
        self._others(found, places)
        return found

    def _predictions(self, found: Roles, places: list[tuple[Name, frozenset[str]]]) -> None:
        for a, _ in places:
            if a.name in self.known:
                continue
            if (a.mark == "hat" and a.name in ("y", "p", "t", "q")) or (a.name == "p" and not a.mark and a.subs):
                found.predictions.add((a.mark, a.name))
        if len({pair for pair in found.predictions}) > 1:
            raise self.fail("which of these are the predicted probabilities?", places[0][0].span,
                            "define the other one, or declare it: --let 'q_j>0'")

    def _logits(self, found: Roles, places: list[tuple[Name, frozenset[str]]]) -> str:
        names = {
            a.name for a, around in places
            if "link" in around and a.subs and not a.mark and a.name in LOGIT_LETTERS
            and a.name not in self.known and a.name != found.labels and (a.mark, a.name) not in found.predictions
        }
        if len(names) > 1:
            raise self.fail(f"which of these are the logits: {', '.join(sorted(names))}?", places[0][0].span,
                            f"--let '{min(names)}: logits'")
        return names.pop() if names else ""

    def _evidence(self, found: Roles) -> None:
        """Note whether the task is binary (a sigmoid, 1 - p) or over classes (a normaliser, a class index)."""
        found.is_softmax = bool(self.targets)
        main = {found.logits, *(name for _, name in found.predictions)} - {""}
        for node in (a for tree in self.trees for a in walk(tree)):
            if isinstance(node, Call) and node.name == "sigmoid":
                found.is_binary = True
            if isinstance(node, Call) and node.name in ("softmax", "logsumexp"):
                found.is_softmax = True
            if isinstance(node, Big) and any(
                around >= {"exp"} and not around & {"log", "below"} and a.name == found.logits
                for a, around in values(node.body)
            ):
                found.is_softmax = True
            if isinstance(node, Sum) and self._is_difference(node, main | {found.labels}):
                found.is_binary = True
        if not found.is_binary and not found.is_softmax and found.labels and found.predictions:
            # Only y log p is left, the cross-entropy of one distribution and another.
            found.is_softmax = found.is_lone_log = True

    def _is_difference(self, node: Sum, names: set[str]) -> bool:
        """Tell whether ``node`` is 1 - p, 1 - y, or p - y."""
        parts = [t.operand if isinstance(t, Negative) else t for t in node.terms]
        if len(parts) != 2 or sum(isinstance(t, Negative) for t in node.terms) != 1:
            return False
        entries = [p for p in parts if isinstance(p, Name) and p.name in names and len(p.subs) == 1]
        ones = [p for p in parts if isinstance(p, Number) and p.value == 1]
        return len(entries) == 2 or (len(entries) == 1 and len(ones) == 1 and not self.targets)

    def _others(self, found: Roles, places: Iterable[tuple[Name, frozenset[str]]]) -> None:
        main = {found.labels, found.logits}
        for a, _ in places:
            if a.name in main | self.known or (a.mark, a.name) in found.predictions:
                continue
            if a.mark or len(a.subs) > 1 or any(not isinstance(s, Name) for s in a.subs):
                raise self.fail(f"what is {a.name} here?", a.span, "define it after the formula")
            if a.name in ("s", "t", "p"):
                raise self.fail(f"{a.name} is not the logits, the labels or a probability here", a.span,
                                f"give it another letter in the formula: {a.name} is kept for those")
            if a.subs:
                found.arrays[a.name] = 1
            else:
                found.parameters.add(a.name)


__all__ = ["LABEL_LETTERS", "LOGIT_LETTERS", "POSITIVE", "POSITIVE_ARRAYS", "Reader", "Roles", "values"]
