r"""Whole rows of a published formula: p = \text{softmax}(z/T), entry by entry."""

from __future__ import annotations

from dataclasses import replace

from nmderive.notation.declarations import Declarations
from nmderive.notation.definitions import Definition, Definitions
from nmderive.notation.roles import LABEL_LETTERS, LOGIT_LETTERS, POSITIVE_ARRAYS
from nmderive.notation.targets import rewrite
from nmderive.notation.tree import Big, Call, Chain, Name, Node, Number, Product, walk


def row_names(definitions: Definitions, declared: Declarations) -> frozenset[str]:
    """Return the names that stand for a row where they have no class index."""
    defined = {name for mark, name, count in definitions.entries if count and not mark}
    softmaxes = {name for (mark, name, _), d in definitions.entries.items() if not mark and _is_softmax(d.body)}
    given = {*declared.labels, *declared.logits, *declared.probabilities, *(name for name, _ in declared.arrays)}
    marked = {f"{a}_{who}" for a in (*LOGIT_LETTERS, "p", "q", "y") for who in ("student", "teacher")}
    softmaxes |= {name for (mark, name, count), d in definitions.entries.items()
                  if not mark and _is_mixture(d, count, mixed_names(declared))}
    numbers = {name for name, _ in (*declared.parameters, *declared.values)}
    return frozenset({*LABEL_LETTERS, "p", *defined, *softmaxes, *given, *marked} - numbers)


def _is_softmax(body: Node) -> bool:
    return isinstance(body, Call) and body.name == "softmax" and not body.subs


def mixed_names(declared: Declarations) -> frozenset[str]:
    """Return the names of rows that a mixture may be made of."""
    return frozenset({*LABEL_LETTERS, "p", "q", "P", "Q", *declared.labels, *declared.probabilities})


def _is_mixture(definition: Definition, count: int, rows: frozenset[str]) -> bool:
    r"""Tell whether a definition is of a row made of two rows: m = \frac12 (y + p)."""
    names = [a for a in walk(definition.body) if isinstance(a, Name)]
    has_indices = any(not isinstance(s, Number) for a in names for s in a.subs)  # \pi_1 y + \pi_2 p has none
    return count == 0 and len({a.name for a in names} & rows) == 2 and not has_indices and not any(
        isinstance(a, Big | Call) for a in walk(definition.body))


def mixtures(definitions: Definitions, trees: list[Node], declared: Declarations) -> None:
    """Give a mixture of rows the index of the class, where an operator compares it with another row."""
    compared = {a.name for tree in trees for c in walk(tree) if isinstance(c, Call) and c.name in ("KL", "CE", "H")
                for a in c.args if isinstance(a, Name)}
    for key, d in list(definitions.entries.items()):
        if not _is_mixture(d, key[2], mixed_names(declared)) or key[1] not in compared or not isinstance(d.head, Name):
            continue
        letter = Name(d.head.span, "rowclass")

        def at(node: Node, letter: Name = letter) -> Node:
            if isinstance(node, Name) and node.name in mixed_names(declared) and not node.subs:
                return replace(node, subs=(letter,))
            return node

        del definitions.entries[key]
        head = replace(d.head, subs=(letter,))
        made = replace(d, head=head, body=rewrite(d.body, at), formals=("rowclass",))
        definitions.entries[(key[0], key[1], 1)] = made


def softmax_at(argument: Node, rows: tuple[Node, ...], letter: Name, names: frozenset[str]) -> Node | None:
    """Return softmax of a row at the class ``letter``, written out; None where no row stands in it."""
    vectors = (names | LOGIT_LETTERS | POSITIVE_ARRAYS) - LABEL_LETTERS
    found = {a.name for a in walk(argument) if isinstance(a, Name) and a.name in vectors and _fits(a, rows)}
    if not found:
        return None
    other = replace(letter, name=f"{letter.name}sum")

    def at(place: Name) -> Node:
        def change(node: Node) -> Node:
            if isinstance(node, Name) and node.name in found and _fits(node, rows):
                return replace(node, subs=(*(() if node.name in POSITIVE_ARRAYS else rows), place))
            return node

        return Call(argument.span, "exp", (rewrite(argument, change),))

    total = Big(argument.span, "sum", (Chain(letter.span, (other,)),), None, at(other))
    return Product(argument.span, (at(letter),), (total,))


def _fits(node: Name, rows: tuple[Node, ...]) -> bool:
    def named(places: tuple[Node, ...]) -> list[str]:
        return [getattr(a, "name", "") for a in places]

    return not node.mark and named(node.subs) in ([], named(rows))


def whole_rows(definitions: Definitions, names: frozenset[str]) -> None:
    r"""Give ``p = \text{softmax}(z)`` and ``p_i = \text{softmax}(z_i)`` the index of the class that their rows have."""
    for key, d in list(definitions.entries.items()):
        mark, name, count = key
        if not _is_softmax(d.body) or count > 1 or not isinstance(d.head, Name):
            continue
        letter = Name(d.head.span, "rowclass")
        assert isinstance(d.body, Call)
        argument = d.body.args[0]
        written = softmax_at(argument, d.head.subs, letter, names)
        body = written or Call(d.body.span, "softmax", (argument,), (*d.head.subs, letter))
        del definitions.entries[key]
        head = replace(d.head, subs=(*d.head.subs, letter))
        formals = (*d.formals, "rowclass")
        definitions.entries[(mark, name, count + 1)] = replace(d, head=head, body=body, formals=formals)


__all__ = ["mixtures", "row_names", "softmax_at", "whole_rows"]
