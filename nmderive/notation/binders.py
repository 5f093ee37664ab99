"""Which indices a sum binds, over which range, under which conditions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from sympy import Expr

from nmderive.calculus.symbols import M, N
from nmderive.errors import NmderiveError
from nmderive.notation.tree import Big, Chain, Name, Node, Number, children, walk

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
    """What one operator binds: names in order, with explicit domains and lower ends, and conditions."""

    names: list[str] = field(default_factory=list)
    domains: dict[str, Expr] = field(default_factory=dict)
    lower: dict[str, int] = field(default_factory=dict)
    conditions: list[Condition] = field(default_factory=list)

    def bind(self, name: str) -> None:
        """Add a bound index."""
        if name not in self.names:
            self.names.append(name)


def default_domain(name: str) -> Expr | None:
    """Return the range that the letter of an index has by itself."""
    return DEFAULT_DOMAINS.get(name.rstrip("0123456789"))


def resolve(
    under: tuple[Chain, ...],
    defined: Callable[[str], bool],
    bindable: Callable[[str], bool],
    sizes: dict[str, Expr],
    fail: Failure,
) -> Binding:
    r"""Return what the chains under an operator bind.

    ``defined`` tells whether a name is in scope; ``bindable`` whether an undefined name on the right of
    a relation is to be bound too (``\sum_{j \neq k}`` over pairs) and does not stand for a free index.
    """
    binding = Binding()
    for chain in under:
        if not chain.relations:
            binding.bind(_name(chain.parts[0], fail))
        elif chain.relations == ("=",):
            _lower(chain, binding, fail)
        elif chain.relations[0] == "in":
            _member(chain, binding, sizes, fail)
        else:
            _ordered(chain, binding, defined, bindable, sizes, fail)
    if not binding.names:
        raise fail("nothing is bound here", under[0].span if under else None)
    return binding


def _name(node: Node, fail: Failure) -> str:
    if isinstance(node, Name) and not node.subs and not node.mark and node.name not in ("n", "m", "e"):
        return node.name
    raise fail("expected the letter of an index here", node.span)


def _lower(chain: Chain, binding: Binding, fail: Failure) -> None:
    name, start = _name(chain.parts[0], fail), chain.parts[1]
    if not isinstance(start, Number) or not 0 <= start.value <= 10:
        raise fail("a sum starts at 1 (or a small integer)", start.span, "shifted ranges are not supported")
    binding.bind(name)
    binding.lower[name] = int(start.value)


def _member(chain: Chain, binding: Binding, sizes: dict[str, Expr], fail: Failure) -> None:
    name, subset = _name(chain.parts[0], fail), chain.parts[1]
    if len(chain.parts) != 2 or not isinstance(subset, Name):
        raise fail("expected a class set such as \\Omega_{neg} here", subset.span)
    binding.bind(name)
    if subset.mark == "range" or (subset.name in sizes and not subset.subs):
        if subset.name not in sizes:
            raise fail(f"{subset.name} is neither n nor m", subset.span, f"--let '{subset.name}: classes'")
        binding.domains[name] = sizes[subset.name]
    else:
        binding.domains[name] = M
        binding.conditions.append(Condition(chain.parts[0], "in", subset))


def _ordered(
    chain: Chain,
    binding: Binding,
    defined: Callable[[str], bool],
    bindable: Callable[[str], bool],
    sizes: dict[str, Expr],
    fail: Failure,
) -> None:
    pairs = []
    for left, relation, right in zip(chain.parts, chain.relations, chain.parts[1:], strict=False):
        if relation not in ("!=", "<", "<=", ">", ">="):
            raise fail("this relation cannot stand under a sum", chain.span)
        is_flipped = relation in _FLIPPED
        pairs.append((right, _FLIPPED[relation], left) if is_flipped else (left, relation, right))
    letters = [p.name for p in chain.parts if isinstance(p, Name) and not p.subs and p.name not in sizes]
    if not letters:
        raise fail("no index stands in this condition", chain.span)
    _bind_letters(letters, binding, defined, bindable)
    for left, relation, right in pairs:
        _condition(left, relation, right, binding, sizes, fail)


def _bind_letters(
    letters: list[str], binding: Binding, defined: Callable[[str], bool], bindable: Callable[[str], bool]
) -> None:
    first, rest = letters[0], [a for a in letters[1:] if a not in binding.names]
    is_condition_only = len(rest) < len(letters) - 1 and defined(first)
    if first in binding.names or is_condition_only:
        return
    undefined = [a for a in rest if not defined(a) and bindable(a)]
    if not undefined or (not defined(first) and bindable(first)):
        binding.bind(first)
    for letter in undefined:
        binding.bind(letter)


def _condition(
    left: Node, relation: str, right: Node, binding: Binding, sizes: dict[str, Expr], fail: Failure
) -> None:
    """Record one condition; ``1 <= j`` and ``j <= m`` are ranges."""
    if relation == "<=" and isinstance(right, Name) and right.name in sizes and isinstance(left, Name):
        binding.domains[left.name] = sizes[right.name]
    elif relation == "<=" and isinstance(left, Number) and isinstance(right, Name):
        binding.lower[right.name] = int(left.value)
    elif isinstance(right, Name) and right.name in sizes or isinstance(left, Name) and left.name in sizes:
        raise fail("a range must end at n or m itself", right.span, r"write \sum_{j=1}^{m}")
    else:
        binding.conditions.append(Condition(left, relation, right))


def used_domain(letter: str, body: Node, arrays: frozenset[str]) -> Expr | None:
    """Return the range of ``letter`` by its places in two-index arrays: rows first, then classes."""
    found = set()
    for node in walk(body):
        if isinstance(node, Name) and len(node.subs) == 2 and node.name in arrays:
            for sub, domain in zip(node.subs, (N, M), strict=True):
                if isinstance(sub, Name) and sub.name == letter:
                    found.add(domain)
    return found.pop() if len(found) == 1 else None


def free_letters(node: Node) -> set[str]:
    """Return the index letters that are free even if every sum binds all that it could."""
    if isinstance(node, Big):
        return free_letters(node.body) - {a.name for chain in node.under for a in _plain_names(chain)}
    found: set[str] = set()
    if isinstance(node, Name):
        found.update(a.name for a in node.subs if isinstance(a, Name))
    if isinstance(node, Chain):
        found.update(a.name for a in _plain_names(node))
    for child in children(node):
        found |= free_letters(child)
    return found


def free_places(node: Node, bound: frozenset[str] = frozenset()) -> Iterator[Name]:
    """Yield the index letters of array entries that no sum around them binds."""
    if isinstance(node, Big):
        inner = bound | {a.name for chain in node.under for a in _plain_names(chain)}
        yield from free_places(node.body, inner)
        return
    if isinstance(node, Name):
        yield from (a for a in node.subs if isinstance(a, Name) and a.name not in bound)
    for child in children(node):
        yield from free_places(child, bound)


def _plain_names(chain: Chain) -> list[Name]:
    return [a for a in chain.parts if isinstance(a, Name) and not a.subs]
