"""What the names of one source may be: its roles, the letters that papers give to each, the places of its values."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from nmderive.errors import NmderiveError
from nmderive.notation.pair_masks import is_value_order
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
LOGIT_LETTERS = frozenset(["s", "z", "x", "o", "a", "f", "F", "u", "v", "S", "Z", "theta", "sim", "score", "eta"])
LABEL_LETTERS = frozenset(["y", "t"])
#: Parameters that are positive by their meaning: focusing, temperature, scale.
POSITIVE = frozenset(["gamma", "tau", "T"])
#: Arrays that are positive by their meaning: weights, priors, counts.
POSITIVE_ARRAYS = frozenset(["w", "weight", "pi", "n", "N", "alpha", "omega"])
#: Probabilities that are given with the data: of a reference model, of a teacher.
GIVEN_ARRAYS = frozenset(
    "pi_ref pi_SFT pi_sft pi_old pi_0 p_0 q_0 p_ref p_teacher q_teacher P_teacher Q_teacher".split())
TEACHERS = frozenset("p_teacher q_teacher y_teacher P_teacher Q_teacher".split())
#: Probabilities that are predicted, by their names.
STUDENTS = frozenset("p_student q_student y_student P_student Q_student pi_theta".split())
#: Letters of a model's weights.
MODEL = frozenset(["w", "W", "theta", "Theta", "phi"])
#: Letters of a batch or data set.
SAMPLE_SETS = frozenset([*"BDS", "Omega"])
#: The class of row i of a square matrix, its column i.
POSITIVE_CLASS = "diag"
#: Functions that take the positive part of a margin.
MARGINS = frozenset(["max", "relu"])
#: Letters that papers put above an entry as a label.
ABOVE = frozenset("abcdefghijklostuvwxyzSTL")
#: Letters of logits that papers give to other arrays too: an exponential alone does not tell.
WEAK = frozenset("uv")
RESERVED = frozenset(["s", "t", "p"])
LINKS = frozenset(["exp", "sigmoid", "softmax", "softplus", "logsumexp", "tanh"])


@dataclass
class Roles:
    """What the names of one source are; ``notes`` say the guesses."""

    labels: str = ""
    logits: str = ""
    predictions: set[tuple[str, str]] = field(default_factory=set)
    arrays: dict[str, int] = field(default_factory=dict)
    #: Arrays besides those of ``POSITIVE_ARRAYS`` that are positive, as their logarithms are taken.
    positive: set[str] = field(default_factory=set)
    parameters: set[str] = field(default_factory=set)
    is_binary: bool = False
    is_softmax: bool = False
    is_lone_log: bool = False
    #: Whether log p and log(1 - p) stand together: each class is a task of its own, and p a sigmoid.
    is_multi_label: bool = False
    is_preference: bool = False
    has_operators: bool = False
    #: Whether a sum compares the lone indices of two logits, i < j: they are items of one list.
    has_pairs: bool = False
    #: Whether a notation of papers stands in the formula, so that s may stand alone: this program's own logits.
    is_own: bool = False
    #: Whether the labels are said to be -1 and 1.
    has_signs: bool = False


@dataclass
class Source:
    """The trees of one source, and what is known of its names; ``known`` are those that are declared or defined."""

    trees: list[Node]
    targets: frozenset[str]
    known: frozenset[str]
    defined: frozenset[tuple[str, str]]
    declared: Roles
    fail: Callable[..., NmderiveError]


def values(node: Node, around: frozenset[str] = frozenset()) -> Iterator[tuple[Name, frozenset[str]]]:
    """Yield (name, what stands around it) for every name that is a value: "exp", "log", "below", ... around it."""
    if isinstance(node, Name):
        yield node, around
    elif isinstance(node, Call) and node.name == "iverson" and is_value_order(node.args[0]):
        for part in children(node.args[0]):
            yield from values(part, around)
    elif isinstance(node, Call) and node.name != "iverson":
        for arg in node.args:
            yield from values(arg, around | {"link" if node.name in LINKS else node.name, node.name})
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


def is_complement(node: Node, names: set[str]) -> bool:
    """Tell whether ``node`` is 1 - p for a p of ``names``."""
    inner = _less(node)
    return isinstance(inner, Name) and inner.name in names


def is_complement_of_one(node: Node, names: set[str]) -> bool:
    """Tell whether ``node`` is 1 - p, or 1 less what p is cut to: 1 - max(p - c, 0), for one entry p of ``names``."""
    inner = _less(node)
    if not isinstance(inner, Call) or inner.name not in ("max", "min", "relu", "clip"):
        return is_complement(node, names)
    parts = [a for a in walk(inner) if isinstance(a, Name)]
    return any(a.name in names for a in parts) and all(a.name in names for a in parts if a.subs)


def _less(node: Node) -> Node | None:
    """Return x where ``node`` is 1 - x."""
    if not isinstance(node, Sum) or len(node.terms) != 2:
        return None
    one, other = node.terms
    return other.operand if isinstance(one, Number) and one.value == 1 and isinstance(other, Negative) else None
