"""Content and primitive part of a sum: p = number * factors * exp(ex) * product of sums.

Terms are divided at the level of exponents.  With ``positive`` (for logarithms and
fractional powers) p is positive wherever the formula is defined, and only factors known not
to be negative are taken out; what remains is then positive too.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from math import gcd, lcm

from . import canon, close, signs
from .context import Context
from .nodes import INDICATORS, Atom, Factors, Label, Poly, Term
from .numbers import Num, is_int, rat, ratio

Var = Atom | Term
_ROUNDS = 12


@dataclass
class Parts:
    """The factors of a sum."""

    ex: Poly
    coefficient: Num = 1
    facs: Factors = field(default_factory=dict)
    sums: list[tuple[Poly, Num]] = field(default_factory=list)


def split(cx: Context, p: Poly, positive: bool) -> Parts:
    """The content and the primitive part of p; the coefficient is 0 where p is found to be, its terms once divided."""
    parts = Parts(cx.zero)
    for _ in range(_ROUNDS):
        if not p.terms:
            return Parts(cx.zero, coefficient=0)
        number = _number(p)
        parts.coefficient = rat(parts.coefficient * number)
        p = close.scale(cx, p, ratio(1, number))
        common = _common(cx, p, positive)
        if common:
            p = _divide(cx, p, common, parts)
            continue
        shared = _shared_components(cx, p, positive)
        if not shared:
            break
        parts.sums += [(cx.poly({t: 1}), k) for t, k in shared.items()]
        p = _without_components(cx, p, shared)
    _finish(cx, p, positive, parts)
    return parts


def _finish(cx: Context, p: Poly, positive: bool, parts: Parts) -> None:
    value = cx.constant(p)
    if value is not None and (value > 0 or not positive):
        parts.coefficient = rat(parts.coefficient * value)
        return
    if positive:
        odd = _odd_factor(p)
        if odd is not None:
            parts.facs[odd[0]] = rat(parts.facs.get(odd[0], 0) + odd[1])
            return
    elif _downward(cx, p):
        parts.coefficient = -parts.coefficient
        p = close.scale(cx, p, -1)
    parts.sums.append((p, 1))


def _odd_factor(p: Poly) -> tuple[Atom, Num] | None:
    """The only factor of a positive product, if its exponent is not an even number."""
    (term, c), *more = p.terms
    if more or c != 1 or term.bounds or term.ex.terms or len(term.facs) != 1:
        return None
    atom, e = term.facs[0]
    return None if is_int(e) and e.numerator % 2 == 0 else (atom, e)


def _downward(cx: Context, p: Poly) -> bool:
    sign = signs.sign(cx, p)
    if sign in ("neg", "nonpos"):
        return True
    return sign == "unknown" and min(p.terms, key=lambda tc: (tc[0].mask, tc[0].id))[1] < 0


def _number(p: Poly) -> Num:
    tops = [c.numerator for _, c in p.terms]
    bottoms = [c.denominator for _, c in p.terms]
    return ratio(gcd(*tops), lcm(*bottoms))


def variables(t: Term) -> dict[Var, Num]:
    """The term's factors and the parts of its exponential, with their exponents."""
    found: dict[Var, Num] = dict(t.facs)
    for part, c in t.ex.terms:
        found[part] = c
    return found


def _common(cx: Context, p: Poly, positive: bool) -> dict[Var, Num]:
    tables = []
    for t, _ in p.terms:
        tables.append({v: e for v, e in variables(t).items() if v.labels.isdisjoint(t.bounds)})
    out: dict[Var, Num] = {}
    for v in {v: None for table in tables for v in table}:
        e = min(table.get(v, 0) for table in tables)
        if e and (isinstance(v, Term) or _may_leave(cx, v, positive)):
            out[v] = e
    return out


def _may_leave(cx: Context, atom: Atom, positive: bool) -> bool:
    if atom.kind in INDICATORS:
        return False
    return not positive or signs.at_least_zero(signs.atom_sign(cx, atom))


def _divide(cx: Context, p: Poly, common: dict[Var, Num], parts: Parts) -> Poly:
    taken = {v: e for v, e in common.items() if isinstance(v, Term)}
    ex = cx.poly(taken)
    parts.ex = close.plus(cx, parts.ex, ex)
    factors = {v: e for v, e in common.items() if isinstance(v, Atom)}
    for atom, e in factors.items():
        parts.facs[atom] = rat(parts.facs.get(atom, 0) + e)
    minus = close.scale(cx, ex, -1)
    pieces = []
    for t, c in p.terms:
        bounds, facs, inner = close.opened(cx, t, close.free_start(p))
        for atom, e in factors.items():
            facs[atom] = rat(facs.get(atom, 0) - e)
        pieces.append((close.close(cx, bounds, facs, close.plus(cx, inner, minus)), c))
    return close.total(cx, pieces)


def components(cx: Context, t: Term) -> list[tuple[Term, frozenset[Label]]]:
    """The independent sums that a term is a product of, each with its bound labels in t."""
    groups: list[set[Label]] = [{b} for b in t.bounds]
    table = variables(t)
    for v in table:
        touched = [g for g in groups if not v.labels.isdisjoint(g)]
        if len(touched) > 1:
            groups = [g for g in groups if g not in touched] + [set().union(*touched)]
    out = []
    for g in groups:
        inside = {v: e for v, e in table.items() if not v.labels.isdisjoint(g)}
        names = {b: ("V", k, b[-1]) for k, b in enumerate(sorted(g), close.free_start(cx.poly({t: 1})))}
        facs = {canon.relabel_atom(cx, v, names): e for v, e in inside.items() if isinstance(v, Atom)}
        ex = canon.relabel(cx, cx.poly({v: e for v, e in inside.items() if isinstance(v, Term)}), names)
        term, sign = canon.named(cx, tuple(names.values()), facs, ex)
        if sign == 1:
            out.append((term, frozenset(g)))
    return out


def _shared_components(cx: Context, p: Poly, positive: bool) -> Counter[Term]:
    if not all(t.bounds for t, _ in p.terms):
        return Counter()
    shared: Counter[Term] | None = None
    for t, _ in p.terms:
        here = Counter(term for term, _ in components(cx, t))
        shared = here if shared is None else shared & here
    if shared is None:
        return Counter()
    if positive:
        kept = {t: k for t, k in shared.items() if signs.at_least_zero(signs.term_sign(cx, t))}
        shared = Counter(kept)
    return shared


def _without_components(cx: Context, p: Poly, shared: Counter[Term]) -> Poly:
    pieces = []
    for t, c in p.terms:
        todo = Counter(shared)
        gone: set[Label] = set()
        for term, bounds in components(cx, t):
            if todo[term] > 0:
                todo[term] -= 1
                gone |= bounds
        table = {v: e for v, e in variables(t).items() if v.labels.isdisjoint(gone)}
        rest = cx.term(
            tuple(b for b in t.bounds if b not in gone),
            {v: e for v, e in table.items() if isinstance(v, Atom)},
            cx.poly({v: e for v, e in table.items() if isinstance(v, Term)}),
        )
        bounds_left, facs, ex = close.opened(cx, rest, close.free_start(p))
        pieces.append((close.close(cx, bounds_left, facs, ex), c))
    return close.total(cx, pieces)
