"""Canonical names of bound labels, and renaming of labels to fresh ones."""

from __future__ import annotations

from itertools import permutations, product
from math import factorial

from . import congruence
from .context import Context
from .nodes import Atom, Factors, Label, Mapping, Poly, Term
from .numbers import Num, rat
from .reject import TooLarge

_MAX_ORDERS = 800


def relabel(cx: Context, p: Poly, names: Mapping) -> Poly:
    """Return p with labels renamed, injectively, to labels that do not occur in it."""
    names = {a: b for a, b in names.items() if a in p.labels}
    if not names:
        return p
    key = ("relabel", p.id, tuple(sorted(names.items())))
    found: Poly | None = cx.cache.get(key)
    if found is None:
        cx.step(len(p.terms))
        terms: dict[Term, Num] = {}
        for t, c in p.terms:
            term, sign = _relabel_term(cx, t, names)
            terms[term] = rat(terms.get(term, 0) + c * sign)
        found = cx.cache[key] = cx.poly(terms)
    return found


def _relabel_term(cx: Context, t: Term, names: Mapping) -> tuple[Term, int]:
    if t.labels.isdisjoint(names):
        return t, 1
    facs, sign = _relabel_factors(cx, dict(t.facs), names)
    term, more = named(cx, t.bounds, facs, relabel(cx, t.ex, names))
    return term, sign * more


def relabel_atom(cx: Context, atom: Atom, names: Mapping) -> Atom:
    """The atom renamed (orientation of order signs aside)."""
    if atom.labels.isdisjoint(names):
        return atom
    if atom.kind == "cong":
        return congruence.relabelled(cx, atom, names)
    idx = tuple(names.get(x, x) for x in atom.idx)
    if atom.kind == "delta":
        idx = tuple(sorted(idx))
    elif atom.kind == "fn":
        idx = idx[: atom.name[2]] + tuple(sorted(idx[atom.name[2] :]))
    sub = relabel(cx, atom.sub, names) if atom.sub is not None else None
    return cx.atom(atom.kind, atom.name, idx, sub)


def _relabel_factors(cx: Context, facs: Factors, names: Mapping) -> tuple[Factors, int]:
    out: Factors = {}
    sign = 1
    for atom, e in facs.items():
        new = relabel_atom(cx, atom, names)
        if new.kind == "sg" and new.idx[0] > new.idx[1]:
            new, sign = cx.atom("sg", "", (new.idx[1], new.idx[0])), -sign
        if new in out:
            raise AssertionError("two factors became one under a renaming")
        out[new] = e
    return out, sign


def named(cx: Context, bounds: tuple[Label, ...], facs: Factors, ex: Poly) -> tuple[Term, int]:
    """The closed term with canonical bound labels, and a sign (0: the term vanishes)."""
    if not bounds:
        facs, sign = _relabel_factors(cx, facs, {})
        return cx.term((), facs, ex), sign
    height = 1 + max([ex.height, *(a.height for a in facs)])
    orders = _orders(cx, bounds, facs, ex)
    best: Term | None = None
    signs: set[int] = set()
    turned = list(congruence.reflections(cx, bounds, facs, ex))
    for order, negatives in product(orders, turned):
        closed: Mapping = {b: ("W", height, k, b[-1]) for k, b in enumerate(order)}
        names = {b: congruence.negative(x) if b in negatives else x for b, x in closed.items()}
        moved, sign = _relabel_factors(cx, facs, names)
        term = cx.term(tuple(closed.values()), moved, relabel(cx, ex, names))
        if best is None or term.id < best.id:
            best, signs = term, set()
        if term is best:
            signs.add(sign)
    assert best is not None
    return best, signs.pop() if len(signs) == 1 else 0


def _orders(cx: Context, bounds: tuple[Label, ...], facs: Factors, ex: Poly) -> list[tuple[Label, ...]]:
    """The orders of the bound labels among which the canonical one is chosen."""
    if len(bounds) == 1:
        return [bounds]
    colours = {b: cx.mask(("range", b[-1])) for b in bounds}
    for _ in range(3):
        colours = {b: _signature(cx, b, colours, facs, ex) for b in bounds}
        if len(set(colours.values())) == len(bounds):
            break
    classes = [
        [b for b in bounds if colours[b] == colour] for colour in sorted(set(colours.values()))
    ]
    alone = {b for b in bounds if _isolated(b, bounds, facs, ex)}
    count = 1
    for members in classes:
        count *= 1 if alone.issuperset(members) else factorial(len(members))
    if count > _MAX_ORDERS:
        raise TooLarge("too many interchangeable indices")
    choices = [
        [tuple(members)] if alone.issuperset(members) else list(permutations(members)) for members in classes
    ]
    return [tuple(b for part in pick for b in part) for pick in product(*choices)]


def _isolated(b: Label, bounds: tuple[Label, ...], facs: Factors, ex: Poly) -> bool:
    """Whether b shares no factor with another bound label."""
    others = set(bounds) - {b}
    return not any(b in a.labels and not others.isdisjoint(a.labels) for a in facs) and not any(
        b in t.labels and not others.isdisjoint(t.labels) for t, _ in ex.terms
    )


def _signature(cx: Context, b: Label, colours: dict[Label, int], facs: Factors, ex: Poly) -> int:
    """A number that describes how b occurs, the same for every naming of the bound labels."""
    marks: Marks = {x: (c, 1 if x == b else 0) for x, c in colours.items()}
    parts = tuple(sorted((_mark_atom(cx, a, marks), e) for a, e in facs.items() if b in a.labels))
    inside = tuple(sorted((_mark_term(cx, t, marks), c) for t, c in ex.terms if b in t.labels))
    return cx.mask(("colour", colours[b], parts, inside))


Marks = dict[Label, Label]


def _mark_atom(cx: Context, a: Atom, marks: Marks) -> int:
    idx = [marks.get(x, x) for x in a.idx]
    if a.kind == "cong":
        sizes = sorted((abs(c), repr(x)) for x, c in zip(idx, a.name[0], strict=True))
        return cx.mask(("ma", a.kind, abs(a.name[1]), tuple(sizes)))
    if a.kind in ("delta", "sg"):
        idx.sort(key=repr)
    elif a.kind == "fn":
        idx[a.name[2] :] = sorted(idx[a.name[2] :], key=repr)
    sub = _mark_poly(cx, a.sub, marks) if a.sub is not None else -1
    return cx.mask(("ma", a.kind, a.name, tuple(idx), sub))


def _mark_term(cx: Context, t: Term, marks: Marks) -> int:
    if t.labels.isdisjoint(marks):
        return cx.mask(("exact", t.id))
    spans = tuple(x[-1] for x in t.bounds)
    if t.bounds:
        marks = {**marks, **{x: ("~", x[-1]) for x in t.bounds}}
    parts = tuple(sorted((_mark_atom(cx, a, marks), e) for a, e in t.facs))
    return cx.mask(("mt", spans, parts, _mark_poly(cx, t.ex, marks)))


def _mark_poly(cx: Context, p: Poly, marks: Marks) -> int:
    if p.labels.isdisjoint(marks):
        return cx.mask(("all", p.id))
    return cx.mask(("mp", tuple(sorted((_mark_term(cx, t, marks), c) for t, c in p.terms))))
