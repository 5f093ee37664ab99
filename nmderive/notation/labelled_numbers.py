r"""Numbers whose subscript is a label: N_b, m_{in}, \Delta_r and \gamma_b are one letter each.

Nothing binds the letters of such a subscript, and no logit, label or probability has one of them as its index. Where
the letter could be the target class, or the index of a weight, it is left to be asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from nmderive.errors import NmderiveError
from nmderive.notation.paper_names import GIVEN, INPUT
from nmderive.notation.role_names import LABEL_LETTERS, LOGIT_LETTERS, POSITIVE_ARRAYS
from nmderive.notation.targets import TARGET_LETTERS
from nmderive.notation.tree import Big, Name, Node, Power, Word, children, walk

#: Letters of what has an index of its own: an unbound one beside it says which sample or class is meant.
_MAIN = LOGIT_LETTERS | LABEL_LETTERS | frozenset([*"pqPQYhgrse", "delta"])
#: Letters that stand for the sample of a conditional probability.
_INNER = frozenset([GIVEN, INPUT])


@dataclass(frozen=True)
class _Place:
    """An entry, the letters of its subscript, and those that are bound around it."""

    name: Name
    letters: tuple[str, ...]
    bound: frozenset[str]

    @property
    def is_free(self) -> bool:
        """Whether nothing binds a letter of the subscript."""
        return bool(self.letters) and not self.bound & set(self.letters)


def labelled_numbers(
    trees: list[tuple[Node, tuple[str, ...]]], known: frozenset[str], fail: Callable[..., NmderiveError]
) -> Callable[[Node], Node] | None:
    """Return what makes one name of them; ``trees`` come with the letters that their heads bind."""
    places = [p for tree, formals in trees for p in _places(tree, frozenset(formals))]
    sizes = {a.name for tree, _ in trees for b in walk(tree) if isinstance(b, Big) and b.upper is not None
             for a in walk(b.upper) if isinstance(a, Name) and a.subs}
    indices = {a for p in places for a in p.letters if p.name.name in _MAIN | known or p.name.mark}
    indices |= {a for p in places if not p.is_free for a in p.letters}
    found = {p.name.name for p in places if p.is_free} - _MAIN - known
    found -= {p.name.name for p in places if p.name.mark or _INNER & set(p.letters)
              or not p.is_free and not all(isinstance(s, Word) for s in p.name.subs)}
    names = {(p.name.name, p.letters) for p in places if p.name.name in found and _is_label(p, sizes)
             and not indices & set(p.letters)}
    for tree, formals in trees:
        _check_exponents(tree, frozenset(formals), {name for name, _ in names}, fail)
    if not names:
        return None

    def change(node: Node) -> Node:
        if not isinstance(node, Name) or (node.name, _letters(node)) not in names or node.mark:
            return node
        return replace(node, name=f"{node.name}_{''.join(_letters(node))}", subs=())

    return change


def _letters(node: Name) -> tuple[str, ...]:
    """Return the letters of a subscript of letters alone."""
    is_plain = all(isinstance(s, Name) and not s.subs and not s.mark for s in node.subs)
    return tuple(s.name for s in node.subs if isinstance(s, Name)) if is_plain else ()


def _is_label(place: _Place, sizes: set[str]) -> bool:
    """Tell whether a subscript is a word or a lone letter that labels its number."""
    first, *rest = place.name.subs
    is_word = bool(rest) and all(a.span.end == b.span.start for a, b in zip((first, *rest), rest, strict=False))
    if place.name.name in sizes:
        return is_word or not rest
    if is_word:
        return "y" not in place.letters and place.name.name not in POSITIVE_ARRAYS
    if not place.letters:
        return False
    return not rest and place.letters[0] not in TARGET_LETTERS and place.name.name not in POSITIVE_ARRAYS


def _places(node: Node, bound: frozenset[str]) -> Iterator[_Place]:
    """Yield the entries of a tree."""
    if isinstance(node, Name) and node.subs:
        yield _Place(node, _letters(node), bound)
    inner = bound
    if isinstance(node, Big):
        inner = bound | {a.name for c in node.under for p in c.parts for a in walk(p) if isinstance(a, Name)}
    for child in children(node):
        yield from _places(child, inner)


def _check_exponents(node: Node, bound: frozenset[str], names: set[str], fail: Callable[..., NmderiveError]) -> None:
    r"""Ask back what a bound letter above a labelled number is, as the j of \gamma_v^j."""
    if isinstance(node, Power) and isinstance(node.base, Name) and node.base.name in names and node.base.subs:
        above = getattr(node.exponent, "name", "")
        if above in bound and node.span.start == node.base.span.start:
            shown = node.base.name.replace("prime", chr(39))
            raise fail(f"is {above} an exponent here, or an index of {shown}?", node.span,
                       "give the array a letter of its own, u_j; for an exponent put what is below it in brackets")
    inner = bound
    if isinstance(node, Big):
        inner = bound | {a.name for c in node.under for p in c.parts[:1] for a in walk(p) if isinstance(a, Name)}
    for child in children(node):
        _check_exponents(child, inner, names, fail)


__all__ = ["labelled_numbers"]
