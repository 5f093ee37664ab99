"""Indices that a published formula leaves out: that of a binary task's one sample, that of the sample beside y_i."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from sympy import Integer

from nmderive.notation.declarations import Declarations
from nmderive.notation.paper_names import GIVEN, INPUT
from nmderive.notation.role_names import MARGINS
from nmderive.notation.roles import LABEL_LETTERS, LOGIT_LETTERS, Roles, is_complement, is_complement_of_one, values
from nmderive.notation.targets import bound_letters, index_places, rewrite
from nmderive.notation.tree import Big, Call, Chain, Name, Negative, Node, Number, Power, Product, Sum, Word, walk

Change = Callable[[Node], Node]


def bare_binary(
    trees: list[Node], is_binary: bool = False, declared: Declarations | None = None,
    signs: frozenset[str] = frozenset(),
) -> Change | None:
    """Return what gives y, p and z the index i where a binary cross-entropy is written without any index.

    That is where nothing has a subscript, and log(1 - p), a sigmoid or a declared logit stands beside a label, or where
    the label ``is_binary``.
    """
    names = [a for tree in trees for a, _ in values(tree)]
    if any(not isinstance(s, Word) for a in names for s in a.subs):
        return None
    said = declared or Declarations()
    labelled = frozenset(said.labels)
    predictions = {a.name for a in names if a.mark == "hat" or a.name == "p" or a.name in said.probabilities}
    predictions -= labelled - {a.name for a in names if a.mark == "hat"}
    calls = [a for tree in trees for a in walk(tree) if isinstance(a, Call)]
    predictions |= _logged_both_ways(calls) - LABEL_LETTERS - labelled if not predictions else set()
    links = [c for c in calls if c.name in ("sigmoid", "softplus") or c.name == "log" and _is_softplus(c.args[0])]
    links += [c for c in calls if c.name == "exp" and _is_margin(c.args[0])]
    links += [c for c in calls if c.name in MARGINS and any(map(_is_margin, (t for a in c.args for t in _parts(a))))]
    scores = {a.name for a in names if a.name in said.logits}
    if signs:  # what stands beside labels of -1 and 1 is their score
        scores = scores or {a.name for a in names if a.name in LOGIT_LETTERS}
    sigmoids = scores or {a.name for c in links for x in c.args for a, _ in values(x) if a.name in LOGIT_LETTERS}
    has_complement = any(c.name == "log" and is_complement_of_one(c.args[0], predictions) for c in calls)
    labels = {a.name for a in names if a.name in (labelled or LABEL_LETTERS) and not a.mark}
    if not labels and {("hat", "p"), ("", "p")} <= {(a.mark, a.name) for a in names}:
        labels = {"p"}
    if len(labels) != 1 or not (has_complement or is_binary and predictions or len(sigmoids) == 1):
        return None
    mine = {(a.mark, a.name) for a in names if a.name in labels | sigmoids or a.name in predictions}

    def change(node: Node) -> Node:
        if isinstance(node, Name) and (node.mark, node.name) in mine and not node.subs:
            return replace(node, subs=(Name(node.span, "i"),))
        if isinstance(node, Big) and _is_over_inputs(node):
            chain = node.under[0]
            return replace(node, under=(replace(chain, parts=(Name(node.span, "i"), *chain.parts[1:])),))
        return node

    return change


def _parts(node: Node) -> tuple[Node, ...]:
    return node.terms if isinstance(node, Sum) else (node,)


def _is_margin(node: Node) -> bool:
    """Tell whether a product is of a label and its score: -y f(x)."""
    inner = node.operand if isinstance(node, Negative) else node
    factors = inner.above if isinstance(inner, Product) else ()
    names = {f.name for f in factors if isinstance(f, Name)}
    names |= {a.name for f in factors if isinstance(f, Sum) for a in walk(f) if isinstance(a, Name)} & {"y"}  # 2 y - 1
    return "y" in names and bool(names & LOGIT_LETTERS)


def _is_over_inputs(node: Big) -> bool:
    r"""Tell whether the letter of a sum stands nowhere in it, \sum_x [y \ln a + ...]: it runs over the samples."""
    head = node.under[0].parts[0] if len(node.under) == 1 else None
    is_letter = isinstance(head, Name) and not head.subs and node.under[0].relations in ((), ("=",), ("in",))
    return is_letter and not any(isinstance(a, Name) and a.name == head.name for a in walk(node.body))  # type: ignore[union-attr]


def _logged_both_ways(calls: list[Call]) -> set[str]:
    """Return the letter a of log a and log(1 - a): it is predicted."""
    logs = [c.args[0] for c in calls if c.name == "log"]
    plain = {a.name for a in logs if isinstance(a, Name) and not a.mark and not a.subs}
    return {name for name in plain if any(is_complement(a, {name}) for a in logs)}


def _is_softplus(node: Node) -> bool:
    """Tell whether a logarithm is of 1 + e^z."""
    if not isinstance(node, Sum) or len(node.terms) != 2:
        return False
    one, other = node.terms
    return isinstance(one, Number) and one.value == 1 and isinstance(other, Call) and other.name == "exp"


def omitted_sample(trees: list[Node], roles: Roles, targets: frozenset[str]) -> tuple[Name, Change] | None:
    """Return (sample letter, what puts it in) where the class y_i has a sample and the logits have none."""
    rows = {
        p.subs[0].name: p.subs[0] for tree in trees for p in index_places(tree)
        if isinstance(p, Name) and p.name in targets and len(p.subs) == 1 and isinstance(p.subs[0], Name)
    }
    main = {("", roles.logits), *roles.predictions}
    entries = [a for tree in trees for a, _ in values(tree) if (a.mark, a.name) in main]
    if len(rows) != 1 or not entries or any(len(a.subs) != 1 for a in entries):
        return None
    (row,) = rows.values()
    if any(isinstance(a.subs[0], Name) and a.subs[0].name == row.name for a in entries):
        return None

    def change(node: Node) -> Node:
        if isinstance(node, Name) and (node.mark, node.name) in main and len(node.subs) == 1:
            return replace(node, subs=(Name(node.span, row.name), *node.subs))
        return node

    return row, change


def given_samples(trees: list[Node]) -> tuple[Change | None, list[str]]:
    """Return what names the sample x of p(y | x), and what that reads in.

    Under an expectation it is the sample i that the mean runs over, and the class y is its class y_i; without one
    there is a single sample, and no index. The pair y_w, y_l of a preference are classes 1 and 2.
    """
    nodes = [a for tree in trees for a in walk(tree)]
    has_mean = any(isinstance(a, Big) and a.under and getattr(a.under[0].parts[0], "name", "") == GIVEN for a in nodes)
    has_input = any(isinstance(s, Name) and s.name == INPUT for a in nodes if isinstance(a, Name) for s in a.subs)
    has_given = any(isinstance(s, Name) and s.name == GIVEN for a in nodes if isinstance(a, Name) for s in a.subs)
    pair = {s.name for p in nodes if isinstance(p, Name) and p.name == "y" for s in p.subs if isinstance(s, Name)}
    if not has_mean and not has_given and not has_input and not {"w", "l"} <= pair:
        return None, []
    is_pair = pair == {"w", "l"}
    notes = ["the expectation is the mean over samples i"] * has_mean + ["y_w is class 1, y_l is class 2"] * is_pair

    bound = set().union(*map(bound_letters, trees))

    def change(node: Node) -> Node:
        if isinstance(node, Name) and node.subs:
            if has_mean and any(getattr(s, "name", "") in (GIVEN, "i") for s in node.subs):
                node = replace(node, subs=tuple(map(outcome, node.subs)))
            return replace(node, subs=tuple(a for s in node.subs for a in index(s)))
        if isinstance(node, Name) and node.name == "y" and not node.mark and has_mean and has_input:
            return replace(node, subs=(Name(node.span, "i"),))
        if isinstance(node, Name) and node.name == GIVEN and has_mean:
            return replace(node, name="i")
        if isinstance(node, Chain) and has_mean and node.relations:
            return replace(node, parts=tuple(a for p in node.parts for a in index(p)))
        return node

    def outcome(sub: Node) -> Node:
        """Return the class a of p(a | s), which no sum binds, as the class a_i of the sample."""
        is_free = isinstance(sub, Name) and not sub.subs and sub.name not in bound | {GIVEN, INPUT, "i", "y"}
        return replace(sub, subs=(Name(sub.span, "i"),)) if is_free else sub  # type: ignore[call-arg]

    def index(sub: Node) -> tuple[Node, ...]:
        if not isinstance(sub, Name):
            return (sub,)
        if is_pair and sub.name == "y" and len(sub.subs) == 1 and isinstance(sub.subs[0], Name):
            return (Number(sub.span, Integer(1 if sub.subs[0].name == "w" else 2)),)
        if sub.name == INPUT:
            return (replace(sub, name="i"),) if has_mean else ()
        if sub.name == GIVEN:
            return (replace(sub, name="i"),) if has_mean else ()
        if has_mean and sub.name == "y" and not sub.subs:
            return (replace(sub, subs=(Name(sub.span, "i"),)),)
        return (sub,)

    return change, notes


def labels_as_arguments(trees: list[Node]) -> tuple[Change | None, list[str]]:
    """Return ``p(y_i)`` as p_i where y_i is also a factor and log(1 - p(y_i)) stands beside: a binary task."""
    labels = {a.name for tree in trees for a, _ in values(tree) if a.subs and a.name in LABEL_LETTERS}
    calls = [a for tree in trees for a in walk(tree) if isinstance(a, Call) and a.name == "log"]
    inner = {s.name for tree in trees for a in walk(tree) if isinstance(a, Name) and a.name == "p"
             for s in a.subs if isinstance(s, Name) and s.subs}
    if not labels & inner or not any(is_complement(c.args[0], {"p"}) for c in calls):
        return None, []

    def change(node: Node) -> Node:
        if isinstance(node, Name) and node.name == "p" and len(node.subs) == 1 and isinstance(node.subs[0], Name):
            label = node.subs[0]
            return replace(node, subs=label.subs) if label.name in labels and label.subs else node
        return node

    return change, ["p(y_i) is the probability of sample i"]


def as_vectors(sides: list[Node], declarations: Declarations) -> tuple[list[Node], bool]:
    r"""Return ``y^\top \log p``, or y (log y - log p) of declared y and p, summed over the classes, and whether it was.

    Only where nothing has an index, and every term has the label as a factor.
    """
    sides = [rewrite(side, _joined(declarations)) for side in sides]
    names = [a for side in sides for a, _ in values(side)]
    has_top = any(isinstance(a, Power) and getattr(a.exponent, "name", "") == "top" for s in sides for a in walk(s))
    declared = declarations.labels and declarations.probabilities
    vectors = {*declarations.labels, *declarations.probabilities} if declared else {"y", "t", "p"} if has_top else set()
    if not vectors or any(a.subs for a in names) or not all(_has_label(t, vectors) for s in sides for t in _terms(s)):
        return sides, False
    if any(isinstance(a, Call) and a.name not in ("log", "softmax") for side in sides for a in walk(side)):
        return sides, False  # A function of a row that is not taken entry by entry.

    def change(node: Node) -> Node:
        if isinstance(node, Power) and getattr(node.exponent, "name", "") == "top":
            return node.base
        if isinstance(node, Call) and node.name == "softmax" and not node.subs:
            return replace(node, subs=(Name(node.span, "j"),))
        if isinstance(node, Name) and (node.name in vectors or node.mark == "hat") and not node.subs:
            return replace(node, subs=(Name(node.span, "j"),))
        return node

    def summed(side: Node) -> Node:
        chain = Chain(side.span, (Name(side.span, "j"),))
        return Big(side.span, "sum", (chain,), None, rewrite(side, change))

    return [summed(side) for side in sides], True


def _joined(declarations: Declarations) -> Change:
    r"""Return what makes one name of y_{\text{true}}, where that is declared."""
    known = declarations.names()

    def change(node: Node) -> Node:
        if isinstance(node, Name) and len(node.subs) == 1 and isinstance(node.subs[0], Word):
            full = f"{node.name}_{node.subs[0].text}"
            return replace(node, name=full, subs=()) if full in known else node
        return node

    return change


def _terms(side: Node) -> list[Node]:
    terms = side.terms if isinstance(side, Sum) else (side,)
    return [t.operand if isinstance(t, Negative) else t for t in terms]


def _has_label(term: Node, vectors: set[str]) -> bool:
    factors = term.above if isinstance(term, Product) else (term,)
    bases = [f.base if isinstance(f, Power) else f for f in factors]
    return any(isinstance(f, Name) and f.name in vectors for f in bases) and len(factors) > 1


__all__ = ["as_vectors", "bare_binary", "given_samples", "labels_as_arguments", "omitted_sample"]
