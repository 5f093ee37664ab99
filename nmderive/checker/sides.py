"""Zero by the signs of what stands in absolute values.

|x| stands in a normal form as the root (x^2)^(1/2).  At each point |x| = u x, u being +1 or -1; then f(|x|) is
(f(x) + f(-x))/2 + u (f(x) - f(-x))/2.  The u of one function x of its indices are entries of an array of which nothing
else is used, so what is zero for all values of such entries is zero.  An x under a logarithm, or under another root,
is taken apart only where the argument is positive on both sides.
"""

from __future__ import annotations

from itertools import permutations

from . import close, powers, signs
from .context import Context
from .nodes import Atom, Factors, Label, Poly, Term
from .numbers import Num, is_int, rat, ratio
from .reject import Reject

_MOST_LABELS = 3
_ROUNDS = 6


class _Unknown(Reject):
    """An argument has a sign that is not known on both sides."""


def apart(cx: Context, p: Poly) -> Poly | None:
    """The polynomial with all absolute values taken apart; None where it has none, or not all could be."""
    if _inner(cx, p) is None:
        return None
    try:
        for _ in range(_ROUNDS):
            p = close.total(cx, [(_term_apart(cx, t, close.free_start(p)), c) for t, c in p.terms])
            if _inner(cx, p) is None:
                return p
    except _Unknown:
        return None
    return None


def _inner(cx: Context, p: Poly) -> tuple[Poly, Poly] | None:
    """The first (x^2, x) with |x| outside of all sums in p, what stands deepest first."""
    for t, _ in p.terms:
        found = _in_parts(cx, [a for a, _ in t.facs], dict(t.facs), t.ex)
        if found is not None:
            return found
    return None


def _in_parts(cx: Context, atoms: list[Atom], facs: Factors, ex: Poly) -> tuple[Poly, Poly] | None:
    found = _unbound(cx, ex)
    for atom in atoms:
        if found is None and atom.sub is not None:
            found = _unbound(cx, atom.sub)
            if found is None and atom.kind == "pw" and rat(facs[atom] * 2).denominator == 1 and not is_int(facs[atom]):
                x = signs.root(cx, atom.sub)
                found = None if x is None else (atom.sub, x)
    return found


def _unbound(cx: Context, p: Poly) -> tuple[Poly, Poly] | None:
    """The same in the terms of p that are no sums."""
    for t, _ in p.terms:
        found = None if t.bounds else _in_parts(cx, [a for a, _ in t.facs], dict(t.facs), t.ex)
        if found is not None:
            return found
    return None


def _term_apart(cx: Context, t: Term, start: int) -> Poly:
    bounds, facs, ex = close.opened(cx, t, start)
    found = _in_parts(cx, list(facs), facs, ex)
    if found is None or len(found[1].labels) > _MOST_LABELS:
        return cx.poly({t: 1})
    square, x = found
    up, down = (_with(cx, facs, ex, square, close.scale(cx, x, side)) for side in (1, -1))
    odd = close.times(cx, _side(cx, x), close.total(cx, ((up, 1), (down, -1))))
    halves = ((up, ratio(1, 2)), (down, ratio(1, 2)), (odd, ratio(1, 2)))
    return close.summed(cx, close.total(cx, halves), bounds)


def _side(cx: Context, x: Poly) -> Poly:
    """The sign u of x: an entry of an array that belongs to x as a function of its indices, up to u(-x) = -u(x)."""
    choices = []
    labels = sorted(x.labels)
    for order in permutations(labels):
        places: list[Label] = [("V", 10_000 + k, a[-1]) for k, a in enumerate(order)]
        moved = close.substitute(cx, x, dict(zip(order, places, strict=True)))
        choices += [(close.scale(cx, moved, side).id, order, side) for side in (1, -1)]
    number, order, side = min(choices)
    name = f"side {number}"
    cx.arrays[name] = "real"
    cx.array_spans[name] = tuple(a[-1] for a in order)
    return close.scale(cx, cx.single(cx.atom("at", name, order)), side)


def _with(cx: Context, facs: Factors, ex: Poly, square: Poly, value: Poly) -> Poly:
    """The product with a value for the root of the square."""
    factors = [powers.exponential(cx, _value(cx, ex, square, value))]
    for atom, e in facs.items():
        if atom.sub is None:
            factors.append(close.close(cx, (), {atom: e}, cx.zero))
        elif atom.kind == "pw" and atom.sub is square and not is_int(e):
            factors.append(powers.raised(cx, value, rat(2 * e)))
        else:
            factors.append(_nested(cx, atom, e, square, value))
    return close.product(cx, factors)


def _nested(cx: Context, atom: Atom, e: Num, square: Poly, value: Poly) -> Poly:
    assert atom.sub is not None
    inside = _value(cx, atom.sub, square, value)
    if inside is not atom.sub and (atom.kind == "log" or not is_int(e)) and signs.sign(cx, inside) != "pos":
        raise _Unknown("the sign of an argument is not known on both sides")
    return powers.rebuilt(cx, atom, inside, e)


def _value(cx: Context, p: Poly, square: Poly, value: Poly) -> Poly:
    parts = []
    for t, c in p.terms:
        if t.bounds:
            parts.append((cx.poly({t: 1}), c))
        else:
            parts.append((_with(cx, dict(t.facs), t.ex, square, value), c))
    return close.total(cx, parts)


__all__ = ["apart"]
