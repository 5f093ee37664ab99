r"""Letters with an accent: which hat is the logits, and which accents only make another letter, \tilde{w}."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from nmderive.notation.declarations import Declarations
from nmderive.notation.definitions import Definitions
from nmderive.notation.roles import POSITIVE_ARRAYS, values
from nmderive.notation.tree import Name, Node, walk

#: Letters that are whole rows where they have no index, accent or not.
_ROWS = frozenset("yptqzxfuvPQY") | {"pi", "theta", "ell", "l", "L"}


def hat_as_logits(
    trees: list[Node], definitions: Definitions, declared: Declarations, signs: frozenset[str]
) -> str:
    r"""Return the letter whose hat is the logits: it stands in exponentials and links alone, or beside ``signs``."""
    found = [(a, around) for tree in trees for a, around in values(tree)]
    is_bare = not any(a.subs for a, _ in found)  # a formula of one sample
    places = [(a, around) for a, around in found if a.mark == "hat" and (a.subs or is_bare)]
    names = {a.name for a, _ in places if f"hat{a.name}" not in declared.names()}
    unlinked = {a.name for a, around in places if "link" not in around and not signs}
    names -= unlinked | {name for mark, name, _ in definitions.entries if mark == "hat"}
    return names.pop() if len(names) == 1 and not declared.logits and not declared.probabilities else ""


def accents_off(
    trees: list[Node], definitions: Definitions, declared: Declarations, notes: list[str]
) -> Callable[[Node], Node]:
    """Return what takes accents off letters that are declared with them, or that nothing else is called by."""
    plain = {a.name for tree in trees for a in walk(tree) if isinstance(a, Name) and not a.mark}
    defined = {(mark, name) for mark, name, _ in definitions.entries}
    entries = {(a.mark, a.name) for tree in trees for a, _ in values(tree) if a.mark and a.subs}
    known = declared.names()

    def say(note: str) -> None:
        notes.extend([] if note in notes else [note])

    def change(node: Node) -> Node:
        if not isinstance(node, Name) or not node.mark:
            return node
        pair = (node.mark, node.name)
        if f"{node.mark}{node.name}" in known:
            return replace(node, name=f"{node.mark}{node.name}", mark="")
        if node.mark in ("tilde", "bar") and node.subs and node.name in POSITIVE_ARRAYS - plain and pair not in defined:
            say(f"{node.mark} {node.name} is written {node.name}")
            return replace(node, mark="")
        if node.mark in ("tilde", "bar") and not node.subs and pair not in entries | defined and node.name not in _ROWS:
            say(f"{node.mark} {node.name} is a number of its own, written {node.mark}{node.name}")
            return replace(node, name=f"{node.mark}{node.name}", mark="")
        if pair == ("tilde", "y") and "y" not in plain and node.subs:
            say("tilde y: labels")
            return replace(node, mark="")
        return node

    return change


__all__ = ["accents_off", "hat_as_logits"]
