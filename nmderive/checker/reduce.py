"""Rewriting with a sum X in a denominator: (leading term of X) * X^r -> X^(r+1) - rest * X^r.

Monomials are divided at the level of exponents.  In a leading term with bound labels these
must match bound labels of the monomial that occur nowhere else in it.  A leading term
without bound labels must divide the monomial.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import permutations

from . import canon, close, signs
from .context import Context
from .nodes import Atom, Factors, Label, Poly, Term
from .numbers import Num, rat, ratio
from .primitive import Var, variables

_MAX_TRIES = 200


@dataclass(frozen=True)
class Lead:
    """The leading term of a sum, and the others."""

    term: Term
    coefficient: Num
    rest: Poly


@dataclass(frozen=True)
class Open:
    """An open term."""

    bounds: tuple[Label, ...]
    facs: Factors
    ex: Poly


def rewrite(cx: Context, bounds: tuple[Label, ...], facs: Factors, ex: Poly) -> Poly | None:
    """The open term rewritten once (and then closed), or None if no rule matches."""
    for atom, e in sorted(facs.items(), key=lambda p: -p[0].height):
        if atom.kind != "pw" or e >= 0 or atom.sub is None:
            continue
        lead = leading(cx, atom.sub)
        if lead is None:
            continue
        rest = _quotient(cx, Open(bounds, facs, ex), lead.term)
        if rest is not None:
            return _replaced(cx, rest, atom, lead)
    return None


def _replaced(cx: Context, rest: Open, atom: Atom, lead: Lead) -> Poly:
    raised = dict(rest.facs)
    raised[atom] = rat(raised.get(atom, 0) + 1)
    result = close.close(cx, rest.bounds, raised, rest.ex)
    if lead.rest.terms:
        other = close.times(cx, close.close(cx, (), dict(rest.facs), rest.ex), lead.rest)
        result = close.total(cx, ((result, 1), (close.summed(cx, other, rest.bounds), -1)))
    return close.scale(cx, result, ratio(1, lead.coefficient))


def leading(cx: Context, x: Poly) -> Lead | None:
    """The leading term, or None where the choice would depend on names."""
    key = ("lead", x.id)
    if key not in cx.cache:
        cx.cache[key] = _leading(cx, x)
    found: Lead | None = cx.cache[key]
    return found


def _leading(cx: Context, x: Poly) -> Lead | None:
    most = max(len(t.bounds) for t, _ in x.terms)
    pool = [(t, c) for t, c in x.terms if len(t.bounds) == most]
    if most:
        ranked = sorted(pool, key=lambda tc: _bound_key(cx, tc[0]))
        if len(ranked) > 1 and _bound_key(cx, ranked[-1][0]) == _bound_key(cx, ranked[-2][0]):
            return None
    else:
        masks = [v.mask for v in {v: None for t, _ in pool for v in variables(t)}]
        if len(set(masks)) < len(masks) or len(masks) > 30:
            return None
        masks.sort(reverse=True)
        ranked = sorted(pool, key=lambda tc: _free_key(tc[0], masks))
    term, c = ranked[-1]
    return Lead(term, c, cx.poly({t: k for t, k in x.terms if t is not term}))


def _bound_key(cx: Context, t: Term) -> int:
    own = set(t.bounds)
    parts = [(v.mask, e) for v, e in variables(t).items() if not own.isdisjoint(v.labels)]
    return cx.mask(("bound part", tuple(b[-1] for b in t.bounds), tuple(sorted(parts))))


def _free_key(t: Term, masks: list[int]) -> tuple[Num, tuple[Num, ...]]:
    table = {v.mask: e for v, e in variables(t).items()}
    return rat(sum(table.values())), tuple(table.get(k, 0) for k in masks)


def _quotient(cx: Context, m: Open, lead: Term) -> Open | None:
    if len(lead.bounds) > len(m.bounds):
        return None
    have: dict[Var, Num] = {a: e for a, e in m.facs.items()}
    have.update(m.ex.terms)
    outer = [(v, e) for v, e in variables(lead).items() if v.labels.isdisjoint(lead.bounds)]
    strict = not lead.bounds
    if not all(_divides(cx, v, e, have.get(v, 0), strict) for v, e in outer):
        return None
    for names in _assignments(cx, lead, m.bounds):
        gone = set(names.values())
        inner = _bound_variables(cx, lead, names)
        if inner == {v: e for v, e in have.items() if not gone.isdisjoint(v.labels)}:
            return _without(cx, m, gone, have, inner, dict(outer))
    return None


def _divides(cx: Context, v: Var, e: Num, there: Num, strict: bool) -> bool:
    """Whether v^e may be divided out of v^there."""
    if strict or (isinstance(v, Atom) and v.kind not in ("pw", "at", "sym", "pi")):
        return there >= e > 0 or there == e
    if isinstance(v, Term):
        return True
    if v.kind == "pw":
        return there <= e and (there == e or signs.atom_sign(cx, v) == "pos")
    return there >= e or v.kind != "at" or cx.arrays[v.name] == "positive"


def _assignments(cx: Context, lead: Term, bounds: tuple[Label, ...]) -> Iterator[dict[Label, Label]]:
    for count, pick in enumerate(permutations(bounds, len(lead.bounds))):
        if count >= _MAX_TRIES:
            return
        if all(a[-1] == b[-1] for a, b in zip(lead.bounds, pick, strict=True)):
            cx.step()
            yield dict(zip(lead.bounds, pick, strict=True))


def _bound_variables(cx: Context, lead: Term, names: dict[Label, Label]) -> dict[Var, Num]:
    out: dict[Var, Num] = {}
    for v, e in variables(lead).items():
        if v.labels.isdisjoint(names):
            continue
        if isinstance(v, Atom):
            out[canon.relabel_atom(cx, v, names)] = e
        else:
            for part, c in canon.relabel(cx, cx.poly({v: 1}), names).terms:
                out[part] = rat(c * e)
    return out


def _without(
    cx: Context, m: Open, gone: set[Label], have: dict[Var, Num], inner: dict[Var, Num], outer: dict[Var, Num]
) -> Open:
    left: dict[Var, Num] = {v: e for v, e in have.items() if v not in inner}
    for v, e in outer.items():
        left[v] = rat(left.get(v, 0) - e)
    facs = {v: e for v, e in left.items() if isinstance(v, Atom) and e}
    ex = cx.poly({v: e for v, e in left.items() if isinstance(v, Term)})
    return Open(tuple(b for b in m.bounds if b not in gone), facs, ex)
