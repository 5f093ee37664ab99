"""Deciding that a normal form is zero: directly, by clearing denominators, by summands, by logs."""

from __future__ import annotations

from itertools import permutations
from math import lcm

from . import close, powers, sides
from .context import Context
from .nodes import Atom, Label, Poly, Term
from .numbers import Num, floor, rat, ratio

_ROUNDS = 30
_MAX_LOGARITHMS = 8
_MAX_FACTORS = 16


def is_zero(cx: Context, p: Poly, depth: int = 0) -> bool:
    """Whether p is found to be zero wherever it is defined (False: not found)."""
    cleared = _cleared(cx, p)
    if not cleared.terms:
        return True
    if depth >= 3:
        return False
    if any(t.bounds for t, _ in cleared.terms) and _by_summands(cx, cleared, depth):
        return True
    if _by_logarithms(cx, cleared, depth):
        return True
    taken_apart = sides.apart(cx, p)
    return taken_apart is not None and is_zero(cx, taken_apart, depth + 1)


def _cleared(cx: Context, p: Poly) -> Poly:
    for _ in range(_ROUNDS):
        atom, power = _denominator(p)
        if atom is None:
            break
        parts = []
        for t, c in p.terms:
            bounds, facs, ex = close.opened(cx, t, close.free_start(p))
            facs[atom] = rat(facs.get(atom, 0) + power)
            parts.append((close.close(cx, bounds, facs, ex), c))
        p = close.total(cx, parts)
    return p


def _denominator(p: Poly) -> tuple[Atom | None, int]:
    """The deepest sum in a denominator that concerns no bound label, and its power."""
    best: Atom | None = None
    power: Num = 0
    for t, _ in p.terms:
        for atom, e in t.facs:
            if atom.kind != "pw" or e >= 0 or not atom.labels.isdisjoint(t.bounds):
                continue
            if best is None or (atom.height, -atom.id) > (best.height, -best.id):
                best, power = atom, e
            elif atom is best:
                power = min(power, e)
    return best, -floor(power)


def _by_summands(cx: Context, p: Poly, depth: int) -> bool:
    """Whether, for each number of bound labels, the symmetrised summands cancel."""
    groups: dict[tuple[str, ...], list[tuple[Term, Num]]] = {}
    for t, c in p.terms:
        groups.setdefault(tuple(sorted(b[-1] for b in t.bounds)), []).append((t, c))
    if all(_summands_cancel(cx, p, spans, members, depth) for spans, members in groups.items()):
        return True
    most = max(groups, key=len)
    return len(groups) > 1 and _summands_cancel(cx, p, most, list(p.terms), depth)


def _summands_cancel(
    cx: Context, p: Poly, spans: tuple[str, ...], members: list[tuple[Term, Num]], depth: int
) -> bool:
    """Whether the sum over the given ranges of the members' symmetrised summands is zero."""
    if len(spans) > 3:
        return False
    labels: list[Label] = [("V", k, r) for k, r in enumerate(spans, close.free_start(p))]
    parts = []
    for t, c in members:
        missing = list(spans)
        for b in t.bounds:
            if b[-1] not in missing:
                return False
            missing.remove(b[-1])
        share = close.product(cx, [powers.raised(cx, cx.size(r), -1) for r in missing])
        parts.append((close.times(cx, _symmetrised(cx, t, labels), share), c))
    return is_zero(cx, close.total(cx, parts), depth + 1)


def _symmetrised(cx: Context, t: Term, labels: list[Label]) -> Poly:
    """The average of the term's summand over all orders of its bound labels."""
    parts = []
    for pick in permutations(labels, len(t.bounds)):
        if any(a[-1] != b[-1] for a, b in zip(t.bounds, pick, strict=True)):
            continue
        bounds, facs, ex = close.opened(cx, t, 1 + max(x[1] for x in labels) if labels else 0)
        body = close.close(cx, (), facs, ex)
        parts.append(close.substitute(cx, body, dict(zip(bounds, pick, strict=True))))
    return close.scale(cx, close.total(cx, [(b, 1) for b in parts]), ratio(1, len(parts)))


def _by_logarithms(cx: Context, p: Poly, depth: int) -> bool:
    """Whether p is a sum of f * (sum of c_i log X_i), c_i rational, with prod X_i^c_i = 1 for each f.

    Each X_i is positive wherever p is defined, because its logarithm stands in p.
    """
    groups: dict[Poly, list[tuple[Poly, Num]]] = {}
    for t, c in p.terms:
        logs = [a for a, e in t.facs if a.kind in ("log", "lp") and e == 1 and a.labels.isdisjoint(t.bounds)]
        if len(logs) != 1:
            return False
        bounds, facs, ex = close.opened(cx, t, close.free_start(p))
        atom = logs[0]
        del facs[atom]
        argument = cx.number(atom.name) if atom.sub is None else atom.sub
        groups.setdefault(close.close(cx, bounds, facs, ex), []).append((argument, c))
    return all(_product_is_one(cx, factors, depth) for factors in groups.values())


def _product_is_one(cx: Context, factors: list[tuple[Poly, Num]], depth: int) -> bool:
    """Whether the product of positive X_i to the rational powers c_i is found to be one."""
    whole = lcm(*(c.denominator for _, c in factors))
    powers_of = [(x, int(c * whole)) for x, c in factors]
    if len(factors) > _MAX_LOGARITHMS or sum(abs(e) for _, e in powers_of) > _MAX_FACTORS:
        return False
    up = close.product(cx, [powers.raised(cx, x, e) for x, e in powers_of if e > 0])
    down = close.product(cx, [powers.raised(cx, x, -e) for x, e in powers_of if e < 0])
    return is_zero(cx, close.total(cx, ((up, 1), (down, -1))), depth + 1)
