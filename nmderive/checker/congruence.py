"""Congruences modulo m: the atom is 1 where a combination of class indices and a number is 0 modulo m.

A label that stands in congruences only may be replaced by any bijection of the classes modulo m: by what a congruence
says that it is, or by its negative.  It is then replaced by a combination, ("Z", ((label, coefficient), ...), number,
"m"), which only congruences take.  A congruence that holds a bound label with the coefficient 1 or -1 has exactly one
solution, for every m.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import combinations, product

from .context import Context
from .nodes import Atom, Factors, Label, Mapping, Poly, Term
from .reject import Malformed, Reject

Pairs = tuple[tuple[Label, int], ...]
_MOST_SIGNS = 3
#: Literals from here on stand for any classes, see hard.py and shares.py: nothing is known of their places.
_STANDINS = 900


def _folded(cx: Context, pairs: Iterable[tuple[Label, int]], number: int) -> tuple[dict[Label, int], int]:
    """The combination with literals counted, and combinations opened."""
    found: dict[Label, int] = {}
    for label, c in pairs:
        if label[0] == "L" and label[1] >= _STANDINS and "m" not in cx.sizes:
            raise Reject("classes are counted modulo m, so that they are not interchangeable")
        if label[0] == "L":
            number += c * label[1]
            continue
        if label[-1] != "m":
            raise Malformed("an index that is counted modulo m must run over the classes")
        inner, rest = _folded(cx, label[1], label[2]) if label[0] == "Z" else ({label: 1}, 0)
        number += c * rest
        for x, own in inner.items():
            found[x] = found.get(x, 0) + c * own
    return {x: c for x, c in found.items() if c}, number


def _oriented(labels: dict[Label, int], number: int) -> tuple[Pairs, int]:
    """Labels in order, the first coefficient positive: x = 0 and -x = 0 modulo m say the same."""
    items = sorted(labels.items())
    first = items[0][1] if items else number
    side = -1 if first < 0 else 1
    return tuple((x, side * c) for x, c in items), side * number


def atom(cx: Context, pairs: Iterable[tuple[Label, int]], number: int) -> Atom:
    """The atom of a combination, as it stands but for its order and sign."""
    items, rest = _oriented(*_folded(cx, pairs, number))
    return cx.atom("cong", (tuple(c for _, c in items), rest), tuple(x for x, _ in items))


def indicator(cx: Context, pairs: Iterable[tuple[Label, int]], number: int) -> Poly:
    """The indicator of a combination being 0 modulo m."""
    labels, rest = _folded(cx, pairs, number)
    if not labels and rest == 0:
        return cx.one
    if not labels and "m" in cx.sizes:
        return cx.zero if rest % cx.sizes["m"] else cx.one
    if rest == 0 and sorted(labels.values()) == [-1, 1]:
        return _same(cx, *labels)
    if len(labels) == 1 and abs(rest) == 1 and rest + sum(labels.values()) == 0:
        return _same(cx, next(iter(labels)), cx.compared(1, "m"))  # class 1 is there for every m
    return cx.single(atom(cx, labels.items(), rest))


def _same(cx: Context, a: Label, b: Label) -> Poly:
    """The indicator that two different labels, not both literals, are equal."""
    return cx.single(cx.atom("delta", "", (min(a, b), max(a, b))))


def pairs_of(a: Atom) -> Pairs:
    """The labels of the atom with their coefficients."""
    return tuple(zip(a.idx, a.name[0], strict=True))


def renamed(cx: Context, a: Atom, names: Mapping) -> Poly:
    """The indicator with labels replaced."""
    return indicator(cx, [(names.get(x, x), c) for x, c in pairs_of(a)], a.name[1])


def relabelled(cx: Context, a: Atom, names: Mapping) -> Atom:
    """The atom with labels renamed injectively, or turned into their negatives."""
    return atom(cx, [(names.get(x, x), c) for x, c in pairs_of(a)], a.name[1])


def negative(label: Label) -> Label:
    """The combination that is the label's negative."""
    return ("Z", ((label, -1),), 0, "m")


def inner_labels(label: Label) -> Iterator[Label]:
    """The labels of a combination; any other label is itself."""
    if label[0] == "Z":
        yield from (x for x, _ in label[1])
    else:
        yield label


def is_only_here(cx: Context, label: Label, facs: Iterable[Atom], ex: Poly) -> bool:
    """Whether a label stands in congruences only, at whatever depth."""
    return _only_in_poly(cx, label, ex) and all(_only_in_atom(cx, label, a) for a in facs)


def _only_in_atom(cx: Context, label: Label, a: Atom) -> bool:
    if label not in a.labels or a.kind == "cong":
        return True
    return label not in a.idx and (a.sub is None or _only_in_poly(cx, label, a.sub))


def _only_in_poly(cx: Context, label: Label, p: Poly) -> bool:
    if label not in p.labels:
        return True
    key = ("only in congruences", p.id, label)
    if key not in cx.cache:
        cx.cache[key] = all(
            label in t.bounds or is_only_here(cx, label, [a for a, _ in t.facs], t.ex) for t, _ in p.terms)
    return bool(cx.cache[key])


def solved(cx: Context, bounds: tuple[Label, ...], facs: Factors, ex: Poly) -> tuple[Atom, Label, Label] | None:
    """A congruence, a bound label that nothing else than congruences holds, and what the congruence says it is."""
    for a in facs:
        if a.kind != "cong":
            continue
        for x, c in pairs_of(a):
            if x in bounds and abs(c) == 1 and is_only_here(cx, x, facs, ex):
                rest = tuple((y, -c * k) for y, k in pairs_of(a) if y != x)
                return a, x, ("Z", rest, -c * a.name[1], "m")
    return None


def equal_labels(cx: Context, facs: Factors) -> tuple[Atom, Poly] | None:
    """One of two congruences that together say that two labels are equal, and the indicator of that."""
    atoms = [a for a in facs if a.kind == "cong"]
    for one, other in combinations(atoms, 2):
        for side in (1, -1):
            pairs = [*pairs_of(one), *((x, side * c) for x, c in pairs_of(other))]
            labels, number = _folded(cx, pairs, one.name[1] + side * other.name[1])
            if number == 0 and sorted(labels.values()) == [-1, 1]:
                return other, _same(cx, *labels)
    return None


def single_solution(t: Term) -> tuple[Atom, Label] | None:
    """A congruence in a sum and its only bound label, whose coefficient is 1 or -1: one summand is left."""
    for a, e in t.facs:
        if a.kind == "cong" and e == 1:
            own = [(x, c) for x, c in pairs_of(a) if x in t.bounds]
            if len(own) == 1 and abs(own[0][1]) == 1:
                return a, own[0][0]
    return None


def reflections(cx: Context, bounds: tuple[Label, ...], facs: Factors, ex: Poly) -> Iterator[frozenset[Label]]:
    """The sets of bound labels that may be replaced by their negatives: those that stand in congruences only."""
    held = ex.labels.union(*(a.labels for a in facs))
    free = [x for x in bounds if x[-1] == "m" and x in held and is_only_here(cx, x, facs, ex)]
    for signs in product((False, True), repeat=len(free[:_MOST_SIGNS])):
        yield frozenset(x for x, turned in zip(free, signs, strict=False) if turned)


__all__ = [
    "atom", "equal_labels", "indicator", "inner_labels", "negative", "pairs_of", "reflections", "relabelled", "renamed",
    "single_solution", "solved",
]
