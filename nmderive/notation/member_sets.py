r"""Sets that an index runs over: all samples, a part of them, all classes, pairs and triples, members that are listed.

Each function takes the trees of one source and returns a change of nodes (None where there is nothing to change) with
what it reads in, a sentence each.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sympy import Integer

from nmderive.notation.paper_forms import Found, nodes
from nmderive.notation.paper_names import GIVEN, MEMBERS
from nmderive.notation.role_names import SAMPLE_SETS
from nmderive.notation.targets import index_places, rewrite
from nmderive.notation.tree import Big, Call, Chain, Name, Node, Number, Sum, walk

#: Letters of the set of all classes.
CLASS_SETS = frozenset("CYKV")


def whole_sets(trees: list[Node], declared: frozenset[str], all_samples: frozenset[str]) -> Found:
    r"""Return ``i \in B`` as a range whose size is B, and |B| as that size: all samples, or all classes.

    ``declared`` are letters that have another meaning, ``all_samples`` those that are said to be all samples.
    """
    sized = {_size(a) for a in nodes(trees)}
    used = {chain.parts[1].name for chain in _members(trees) if isinstance(chain.parts[1], Name)
            and not chain.parts[1].subs and not chain.parts[1].mark} & (SAMPLE_SETS | CLASS_SETS) - declared
    used -= {"Omega"} - sized  # the pixels of an image, where their number is a divisor
    uppers = {_size(a.upper) for a in nodes(trees) if isinstance(a, Big) and a.upper is not None} - {""}
    uppers |= sized & {getattr(a.upper, "name", "") for a in nodes(trees) if isinstance(a, Big)} - {""}  # B and |B|
    subsets = {chain.parts[1].name for chain in _members(trees) if isinstance(chain.parts[1], Name)
               and not chain.parts[1].subs and not chain.parts[1].mark} - SAMPLE_SETS - CLASS_SETS
    pairs = [c for c in _members(trees) if isinstance(c.parts[0], Name) and c.parts[0].name == "tuple"]
    if not used and not pairs and not uppers and not subsets:
        return None, []
    of_samples = sets_of_samples(trees) & subsets & all_samples
    used, subsets = used | of_samples, subsets - of_samples
    named = {c.parts[1].name for c in pairs if isinstance(c.parts[1], Name)} - SAMPLE_SETS
    used |= uppers
    used |= {"D"} if named else set()
    parts = sorted(a for a in subsets - named if len(a) == 1 and a.isupper())
    rows = SAMPLE_SETS | of_samples
    notes = [f"{a}: the set of all {'samples' if a in rows else 'classes'}" for a in sorted(used - uppers)]
    notes += [f"{a}: a set of classes" for a in parts]

    def change(node: Node) -> Node:
        if isinstance(node, Name) and node.name in named and not node.subs and not node.mark:
            return replace(node, name="D")  # A set of pairs (x, y) is the data, whatever its letter.
        if isinstance(node, Chain) and node.relations == ("in",) and isinstance(node.parts[1], Name):
            letter, where = node.parts
            assert isinstance(where, Name)
            if where.name in used and not where.subs and not where.mark:
                return replace(node, parts=(_letter(letter), replace(where, mark="range")))
        of = node.args[0] if isinstance(node, Call) and node.name == "size" else None
        if isinstance(of, Name) and of.name in used:
            return Name(node.span, of.name)
        if isinstance(of, Name) and of.name in subsets and not of.subs:
            return _count(of)
        return node

    return change, notes


def sets_of_samples(trees: list[Node]) -> set[str]:
    r"""Return the letters of sets whose members have a class y_i, or stand before a class: \sum_{i \in M} p_{i,c}."""
    found = set()
    for node in (a for a in nodes(trees) if isinstance(a, Big)):
        for chain in node.under:
            letter, where = chain.parts[0], chain.parts[-1]
            if chain.relations != ("in",) or not isinstance(letter, Name) or not isinstance(where, Name) or where.subs:
                continue
            inside = [a for a in walk(node.body) if isinstance(a, Name)]
            places = [p for p in index_places(node.body) if isinstance(p, Name)]
            has_class = any([getattr(s, "name", "") for s in p.subs] == [letter.name] for p in places)
            is_first = any(len(a.subs) == 2 and getattr(a.subs[0], "name", "") == letter.name for a in inside)
            found |= {where.name} if has_class or is_first else set()
    return found


def members_apart(node: Node) -> Node:
    r"""Return a sum over a set whose members are written out, \sum_{y \in \{y_w, y_l\}}, as the sum of its terms."""
    chain = node.under[0] if isinstance(node, Big) and node.kind == "sum" and len(node.under) == 1 else None
    members = chain.parts[1] if chain is not None and chain.relations == ("in",) else None
    if not isinstance(node, Big) or chain is None or not isinstance(members, Name) or members.name != MEMBERS:
        return node
    letter = chain.parts[0]

    def term(member: Node) -> Node:
        return rewrite(node.body, lambda a: member if isinstance(a, Name) and a.name == getattr(letter, "name", "")
                       and not a.subs and not a.mark else a)

    return Sum(node.span, tuple(map(term, members.subs)))


def _count(of: Name) -> Node:
    """Return the number of members of a set of classes as a sum of ones."""
    letter = Name(of.span, "opclassmember")
    return Big(of.span, "sum", (Chain(of.span, (letter, of), ("in",)),), None, Number(of.span, Integer(1)))


def _size(node: Node) -> str:
    """Return the letter of the set whose size ``node`` is."""
    inner = node.args[0] if isinstance(node, Call) and node.name == "size" else None
    return inner.name if isinstance(inner, Name) and not inner.subs else ""


def _letter(node: Node) -> Node:
    r"""Return the sample letter of ``(x_i, y_i)``; the given sample where the pair names none."""
    if not isinstance(node, Name) or node.name != "tuple":
        return node
    letters = {getattr(a, "name", "") for part in node.subs for a in getattr(part, "subs", ())}
    if not letters and {getattr(p, "name", "") for p in node.subs} <= {"x", "y", "X", "Y"}:
        return Name(node.span, GIVEN)
    return Name(node.span, letters.pop()) if len(letters) == 1 else node


def _members(trees: list[Node]) -> Iterator[Chain]:
    for node in nodes(trees):
        if isinstance(node, Big):
            yield from (c for c in node.under if c.relations == ("in",) and len(c.parts) == 2)


def tuples_as_samples(trees: list[Node], logits: tuple[str, ...]) -> Found:
    r"""Return ``\hat{x}_{uij}``, declared as logits and summed over triples (u, i, j) of a set, as x_i of sample i."""
    for chain in _members(trees):
        head = chain.parts[0]
        if not isinstance(head, Name) or head.name != "tuple":
            continue
        letters = tuple(getattr(a, "name", "") for a in head.subs)
        if any(getattr(a, "subs", ()) for a in head.subs):
            continue
        places = [a for a in nodes(trees) if isinstance(a, Name) and a.name in logits and a.subs]
        if not places or any(tuple(getattr(s, "name", "") for s in a.subs) != letters for a in places):
            continue
        sample = Name(head.span, "i")

        def change(node: Node, chain: Chain = chain, sample: Name = sample, letters: tuple[str, ...] = letters) -> Node:
            if node == chain:
                return replace(chain, parts=(sample,), relations=())
            if isinstance(node, Name) and node.name in logits and len(node.subs) == len(letters):
                return replace(node, subs=(sample,))
            return node

        return change, [f"({', '.join(letters)}) is sample i: every member of the set has a logit of its own"]
    return None, []


__all__ = ["CLASS_SETS", "SAMPLE_SETS", "members_apart", "sets_of_samples", "tuples_as_samples", "whole_sets"]
