"""Which indices a sum binds, over which range, under which conditions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import combinations

from sympy import Expr

from nmderive.calculus.symbols import M, N
from nmderive.errors import NmderiveError
from nmderive.notation.shifted import is_shifted, letters_of
from nmderive.notation.tree import Chain, Name, Node, Number, walk

#: Index letters with a range of their own; the others take it from where they are used.
DEFAULT_DOMAINS = {"i": N, "j": M, "k": M, "h": M, "l": M}
_FLIPPED = {">": "<", ">=": "<="}
Failure = Callable[..., NmderiveError]


@dataclass(frozen=True)
class Condition:
    """``left relation right`` between names, numbers and class sets."""

    left: Node
    relation: str
    right: Node


@dataclass
class Binding:
    r"""What one operator binds: names in order, with explicit domains and lower ends, and conditions.

    ``doubts`` are triples (letter, subject, condition): where both letters run over one range, the condition on the
    subject may be meant for the other letter too, as in ``j,k \neq l``.
    """

    names: list[str] = field(default_factory=list)
    domains: dict[str, Expr] = field(default_factory=dict)
    lower: dict[str, int] = field(default_factory=dict)
    conditions: list[Condition] = field(default_factory=list)
    doubts: list[tuple[Name, str, Chain]] = field(default_factory=list)

    def bind(self, name: str) -> None:
        """Add a bound index."""
        if name not in self.names:
            self.names.append(name)


@dataclass(frozen=True)
class Surroundings:
    r"""What the place of an operator knows.

    ``defined`` tells whether a name is bound around it; ``bindable`` whether an undefined name on the right of a
    relation is to be bound too (``\sum_{j \neq k}`` over pairs) and does not stand for a free index.
    """

    defined: Callable[[str], bool]
    bindable: Callable[..., bool]
    sizes: dict[str, Expr]
    fail: Failure


def default_domain(name: str) -> Expr | None:
    """Return the range that the letter of an index has by itself."""
    return DEFAULT_DOMAINS.get(name.rstrip("0123456789"))


def resolve(under: tuple[Chain, ...], around: Surroundings) -> Binding:
    """Return what the chains under an operator bind."""
    binding, listed = Binding(), Listed()
    for chain in under:
        if not chain.relations:
            _lone(chain.parts[0], binding, listed, around)
        elif chain.relations == ("=",):
            _lower(chain, binding, around)
        elif chain.relations[0] == "in":
            _member(chain, binding, around)
        else:
            before = tuple(binding.names)
            _ordered(chain, binding, around)
            listed = _list_after(chain, binding, before, listed)
            continue
        listed = listed if not chain.relations else Listed()
    if not binding.names:
        raise around.fail("nothing is bound here", under[0].span if under else None)
    return binding


@dataclass
class Listed:
    """The comma list that a chain stands in: lone letters before it, or the exclusion that it goes on with."""

    letters: list[Name] = field(default_factory=list)
    chain: Chain | None = None

    @property
    def subject(self) -> Node | None:
        r"""What the exclusion is about: l in ``l \neq j``."""
        return None if self.chain is None else self.chain.parts[0]


def _lone(node: Node, binding: Binding, listed: Listed, around: Surroundings) -> None:
    r"""Take a letter between commas: bound, or one more exclusion of the list in ``l \neq j, k``."""
    subject = listed.subject
    if subject is not None and isinstance(subject, Name):
        is_new = isinstance(node, Name) and not node.subs and not (
            node.name in binding.names or around.defined(node.name) or not around.bindable(node.name)
        )
        if not is_new:
            return _exclude(subject, node, binding, around)
        assert isinstance(node, Name)
        assert listed.chain is not None
        binding.doubts.append((node, subject.name, listed.chain))
    name = _name(node, around.fail)
    if name in binding.names:
        raise around.fail(f"{name} is bound twice by one operator", node.span, "use two letters")
    binding.bind(name)
    if subject is None and isinstance(node, Name):
        listed.letters.append(node)


def _exclude(subject: Name, node: Node, binding: Binding, around: Surroundings) -> None:
    if subject.name not in binding.names:
        text = f"{subject.name} is bound outside, so what this list excludes is not clear"
        raise around.fail(text, node.span, rf"write one exclusion after the other: k \neq {subject.name}, ...")
    _condition(subject, "!=", node, binding, around)


def _list_after(chain: Chain, binding: Binding, before: tuple[str, ...], listed: Listed) -> Listed:
    """Note which lone letters before a condition may be meant by it too; return the list that it opens."""
    subject = chain.parts[0]
    others = {a.name for p in chain.parts for a in letters_of(p)}
    if isinstance(subject, Name) and subject.name not in before and subject.name in binding.names:
        binding.doubts.extend((node, subject.name, chain) for node in listed.letters if node.name not in others)
    return Listed(chain=chain if chain.relations == ("!=",) else None)


def _name(node: Node, fail: Failure) -> str:
    if isinstance(node, Name) and not node.subs and not node.mark and node.name not in ("n", "m", "e"):
        return node.name
    raise fail("expected the letter of an index here", node.span)


def _lower(chain: Chain, binding: Binding, around: Surroundings) -> None:
    r"""Take the lower end of a range: a number, or an index of the same range as in ``\sum_{k=i}^n``."""
    name, start, fail = _name(chain.parts[0], around.fail), chain.parts[1], around.fail
    if isinstance(start, Name) and not start.subs and not start.mark and around.defined(start.name):
        binding.bind(name)
        binding.conditions.append(Condition(start, "<=", chain.parts[0]))
        return
    if not isinstance(start, Number) or not 0 <= start.value <= 10:
        raise fail("a sum starts at 1 (or a small integer)", start.span, "shifted ranges are not supported")
    binding.bind(name)
    binding.lower[name] = int(start.value)


def _member(chain: Chain, binding: Binding, around: Surroundings) -> None:
    name, subset = _name(chain.parts[0], around.fail), chain.parts[1]
    if len(chain.parts) != 2 or not isinstance(subset, Name):
        raise around.fail("expected a class set such as \\Omega_{neg} here", subset.span)
    binding.bind(name)
    if subset.mark == "range" or (subset.name in around.sizes and not subset.subs):
        if subset.name not in around.sizes:
            raise around.fail(f"{subset.name} is neither n nor m", subset.span, f"--let '{subset.name}: classes'")
        binding.domains[name] = around.sizes[subset.name]
    else:
        binding.domains[name] = M
        binding.conditions.append(Condition(chain.parts[0], "in", subset))


def _ordered(chain: Chain, binding: Binding, around: Surroundings) -> None:
    pairs = []
    for left, relation, right in zip(chain.parts, chain.relations, chain.parts[1:], strict=False):
        if relation not in ("!=", "<", "<=", ">", ">="):
            raise around.fail("this relation cannot stand under a sum", chain.span)
        is_flipped = relation in _FLIPPED
        pairs.append((right, _FLIPPED[relation], left) if is_flipped else (left, relation, right))
    letters = [p.name for p in chain.parts if isinstance(p, Name) and not p.subs and p.name not in around.sizes]
    if not letters:
        raise around.fail("no index stands in this condition", chain.span)
    _bind_letters(letters, binding, around, chain)
    inner = [pair for pair in pairs if not _is_range(*pair, around.sizes)]
    if len(inner) > 1 and any(relation == "!=" for _, relation, _ in inner):
        inner = _pairwise(chain, inner, around)
    for left, relation, right in [pair for pair in pairs if _is_range(*pair, around.sizes)] + inner:
        _condition(left, relation, right, binding, around)


def _pairwise(chain: Chain, inner: list[tuple[Node, str, Node]], around: Surroundings) -> list[tuple[Node, str, Node]]:
    r"""Return the pairs of ``j \neq k \neq l``: all parts differ from one another."""
    if any(relation != "!=" for _, relation, _ in inner):
        raise around.fail("an order and an exclusion in one chain are ambiguous", chain.span,
                          r"write them one by one: j < k, k \neq l")
    parts = [inner[0][0], *(right for _, _, right in inner)]
    return [(a, "!=", b) for a, b in combinations(parts, 2)]


def _bind_letters(letters: list[str], binding: Binding, around: Surroundings, chain: Chain) -> None:
    first = letters[0]
    if first in binding.names:
        return
    new = [a for a in letters if a not in binding.names and not around.defined(a) and around.bindable(a)]
    if any(a in binding.names for a in letters):
        if not new and not around.defined(first) and around.bindable(first, True):
            binding.bind(first)  # The list goes on with it: j, k != j.
    elif first in new or not new:
        if around.defined(first):
            raise around.fail(
                f"{first} is bound outside already: which letter does this bind?", chain.span,
                rf"use a letter that is not bound yet: \sum_{{l \neq {letters[-1]}}}",
            )
        binding.bind(first)
    for letter in new:
        binding.bind(letter)


def _is_range(left: Node, relation: str, right: Node, sizes: dict[str, Expr]) -> bool:
    """Tell whether a relation is an end of a range: ``1 <= j`` or ``j <= m``."""
    ends_at_size = isinstance(right, Name) and right.name in sizes and isinstance(left, Name)
    return relation == "<=" and (ends_at_size or (isinstance(left, Number) and isinstance(right, Name)))


def _condition(left: Node, relation: str, right: Node, binding: Binding, around: Surroundings) -> None:
    """Record one condition, or one end of a range."""
    if _is_range(left, relation, right, around.sizes):
        if isinstance(left, Number) and isinstance(right, Name):
            binding.lower[right.name] = int(left.value)
        elif isinstance(left, Name) and isinstance(right, Name):
            binding.domains[left.name] = around.sizes[right.name]
    elif any(_is_size(a, around) and not (relation == "!=" and a is right) for a in (left, right)):
        raise around.fail("a range must end at n or m itself", right.span, r"write \sum_{j=1}^{m}")
    else:
        binding.conditions.append(Condition(left, relation, right))


def _is_size(node: Node, around: Surroundings) -> bool:
    return isinstance(node, Name) and node.name in around.sizes


def used_domain(letter: str, body: Node, arrays: frozenset[str]) -> Expr | None:
    """Return the range of ``letter`` by its places in two-index arrays: rows first, then classes."""
    found = set()
    for node in walk(body):
        if isinstance(node, Name) and len(node.subs) == 2 and node.name in arrays:
            for sub, domain in zip(node.subs, (N, M), strict=True):
                if isinstance(sub, Name) and sub.name == letter:
                    found.add(domain)
        if isinstance(node, Name):  # what is added to a class index is one
            found |= {M for sub in node.subs if is_shifted(sub) for a in letters_of(sub) if a.name == letter}
    return found.pop() if len(found) == 1 else None
