"""Partial derivatives of normal forms, and replacing an array by a formula."""

from __future__ import annotations

from collections.abc import Callable

from . import close, powers, signs, sizes
from .context import Context
from .nodes import Atom, Factors, Label, Poly, Term
from .numbers import Num, is_int, rat
from .reject import Reject

Target = tuple[str, tuple[Label, ...]]


def derivative(cx: Context, p: Poly, target: Target) -> Poly:
    """The partial derivative of p by the target array entry, whose labels are free, or parameter (no labels).

    A root such as |x| = (x^2)^(1/2) of what may be zero has no derivative there: it is refused unless ``cx.kinks`` says
    that the derivative is asked for only where it exists.
    """
    key = ("derivative", p.id, target)
    found: Poly | None = cx.cache.get(key)
    if found is None:
        parts = [(_derivative_of_term(cx, t, target, close.free_start(p)), c) for t, c in p.terms]
        found = cx.cache[key] = close.total(cx, parts)
    return found


def _derivative_of_term(cx: Context, t: Term, target: Target, start: int) -> Poly:
    bounds, facs, ex = close.opened(cx, t, start)
    parts: list[tuple[Poly, Num]] = []
    for atom, e in facs.items():
        inner = _derivative_of_atom(cx, atom, target)
        if inner.terms:
            if not is_int(e) and e < 1 and not cx.kinks and not _is_positive(cx, atom):
                raise Reject("a root of what may be zero has no derivative there")
            rest: Factors = {**facs, atom: rat(e - 1)}
            parts.append((close.times(cx, close.close(cx, (), rest, ex), inner), e))
    inner = derivative(cx, ex, target)
    if inner.terms:
        parts.append((close.times(cx, close.close(cx, (), facs, ex), inner), 1))
    return close.summed(cx, close.total(cx, parts), bounds)


def _is_positive(cx: Context, atom: Atom) -> bool:
    """Whether an atom is positive from m = 2 on; what is zero for one class, such as 1 - p, is so identically."""
    if signs.atom_sign(cx, atom) == "pos":
        return True
    return atom.sub is not None and sizes.sign_from(cx, atom.sub, 2) == "pos"


def _derivative_of_atom(cx: Context, atom: Atom, target: Target) -> Poly:
    array, labels = target
    if atom.kind == "sym" and atom.name == array and not labels:
        return cx.one
    if atom.kind == "at" and atom.name == array:
        return close.product(cx, [close.delta(cx, a, b) for a, b in zip(atom.idx, labels, strict=True)])
    if atom.kind == "fn" and atom.name[1] == array:
        base = atom.idx[: atom.name[2]]
        rows = [close.delta(cx, a, b) for a, b in zip(base[:-1], labels[:-1], strict=True)]
        by = tuple(sorted((*atom.idx[atom.name[2] :], labels[-1])))
        return close.product(cx, [*rows, cx.single(cx.atom("fn", atom.name, base + by))])
    if atom.sub is None:
        return cx.zero
    inner = derivative(cx, atom.sub, target)
    if atom.kind == "pw" or not inner.terms:
        return inner
    if atom.kind == "rs":
        raise Reject("a sign has no derivative where it jumps")
    return close.times(cx, inner, powers.raised(cx, atom.sub, -1))


Formula = Callable[[tuple[Label, ...]], Poly]


def replaced(cx: Context, p: Poly, array: str, formula: Formula, kind: str = "at") -> Poly:
    """Return p with every entry of the array (with kind "sym": the parameter) replaced by a formula in its indices."""
    key = ("replaced", p.id, array, kind)
    found: Poly | None = cx.cache.get(key)
    if found is None:
        parts = []
        for t, c in p.terms:
            bounds, facs, ex = close.opened(cx, t, close.free_start(p))
            factors = [powers.exponential(cx, replaced(cx, ex, array, formula, kind))]
            kept: Factors = {}
            for atom, e in facs.items():
                if atom.sub is None and (atom.kind, atom.name) != (kind, array):
                    kept[atom] = e
                else:
                    factors.append(_replaced_atom(cx, atom, e, array, formula, kind))
            body = close.product(cx, [close.close(cx, (), kept, cx.zero), *factors])
            parts.append((close.summed(cx, body, bounds), c))
        found = cx.cache[key] = close.total(cx, parts)
    return found


def _replaced_atom(cx: Context, atom: Atom, e: Num, array: str, formula: Formula, kind: str) -> Poly:
    if atom.sub is None:
        return powers.raised(cx, formula(atom.idx), e)
    return powers.rebuilt(cx, atom, replaced(cx, atom.sub, array, formula, kind), e)
