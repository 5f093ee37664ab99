"""Sums and products of normal forms, and closing a term: the heart of the normal form.

``close`` takes an open term (bound labels, factors, exponential, coefficient) and returns
its normal form: deltas contracted, unused bound labels turned into sizes, whole powers of
sums expanded, leading terms rewritten, bound labels named canonically.
"""

from __future__ import annotations

from collections.abc import Iterable

from . import canon, congruence, powers, reduce
from .context import Context
from .nodes import INDICATORS, Atom, Factors, Label, Mapping, Poly, Term
from .numbers import Num, floor, power, rat
from .reject import Malformed, TooLarge, Undefined


def total(cx: Context, parts: Iterable[tuple[Poly, Num]]) -> Poly:
    """The sum of coefficient times polynomial."""
    terms: dict[Term, Num] = {}
    for p, factor in parts:
        for t, c in p.terms:
            terms[t] = terms.get(t, 0) + c * factor
    return cx.poly(terms)


def plus(cx: Context, a: Poly, b: Poly) -> Poly:
    """Return a + b."""
    if not a.terms or not b.terms:
        return a if a.terms else b
    return total(cx, ((a, 1), (b, 1)))


def scale(cx: Context, a: Poly, factor: Num) -> Poly:
    """Return factor * a."""
    return a if factor == 1 else total(cx, ((a, factor),))


def opened(cx: Context, t: Term, start: int) -> tuple[tuple[Label, ...], Factors, Poly]:
    """The term's parts with its bound labels renamed to V labels from number start on."""
    if not t.bounds:
        return (), dict(t.facs), t.ex
    names = {b: ("V", start + k, b[-1]) for k, b in enumerate(t.bounds)}
    facs = {canon.relabel_atom(cx, a, names): e for a, e in t.facs}
    if any(a.kind == "sg" and a.idx[0] > a.idx[1] for a in facs):
        raise AssertionError("an order sign lost its orientation")
    return tuple(names.values()), facs, canon.relabel(cx, t.ex, names)


def free_start(p: Poly) -> int:
    """A number above all V labels that are free in p."""
    return 1 + max((x[1] for x in p.labels if x[0] == "V"), default=-1)


def times(cx: Context, a: Poly, b: Poly) -> Poly:
    """Return a * b, expanded."""
    if a is cx.one or not b.terms:
        return b
    if b is cx.one or not a.terms:
        return a
    key = ("times", a.id, b.id) if a.id <= b.id else ("times", b.id, a.id)
    found: Poly | None = cx.cache.get(key)
    if found is None:
        found = cx.cache[key] = _times(cx, a, b)
    return found


def _times(cx: Context, a: Poly, b: Poly) -> Poly:
    cx.step(len(a.terms) * len(b.terms))
    start = max(free_start(a), free_start(b))
    parts: list[tuple[Poly, Num]] = []
    for t1, c1 in a.terms:
        bounds1, facs1, ex1 = opened(cx, t1, start)
        for t2, c2 in b.terms:
            bounds2, facs2, ex2 = opened(cx, t2, start + len(bounds1))
            facs = dict(facs1)
            for atom, e in facs2.items():
                facs[atom] = rat(facs.get(atom, 0) + e)
            parts.append((close(cx, bounds1 + bounds2, facs, plus(cx, ex1, ex2)), c1 * c2))
    return total(cx, parts)


def product(cx: Context, factors: Iterable[Poly]) -> Poly:
    """The product of several polynomials."""
    result = cx.one
    for p in factors:
        result = times(cx, result, p)
    return result


def substitute(cx: Context, p: Poly, names: Mapping) -> Poly:
    """Return p with free labels replaced (labels may become equal; everything renormalises)."""
    names = {a: b for a, b in names.items() if a in p.labels and a != b}
    if not names:
        return p
    key = ("subst", p.id, tuple(sorted(names.items())))
    found: Poly | None = cx.cache.get(key)
    if found is None:
        held = [*p.labels, *(x for label in names.values() for x in congruence.inner_labels(label))]
        start = 1 + max([x[1] for x in held if x[0] == "V"], default=-1)
        parts = []
        for t, c in p.terms:
            bounds, facs, ex = opened(cx, t, start)
            parts.append((_renamed(cx, bounds, facs, ex, names), c))
        found = cx.cache[key] = total(cx, parts)
    return found


def instance(cx: Context, t: Term, bound: Label, target: Label) -> Poly:
    """One summand of a closed term: its bound label replaced by a label outside or beside it."""
    start = 1 + max([x[1] for x in [*t.labels, target] if x[0] == "V"], default=-1)
    bounds, facs, ex = opened(cx, t, start)
    names = dict(zip(t.bounds, bounds, strict=True))
    kept = tuple(b for b in bounds if b != names[bound])
    return _renamed(cx, kept, facs, ex, {names[bound]: names.get(target, target)})


def _renamed(cx: Context, bounds: tuple[Label, ...], facs: Factors, ex: Poly, names: Mapping) -> Poly:
    fresh = _Gather(cx)
    for atom, e in facs.items():
        if atom.labels.isdisjoint(names):
            fresh.atom(atom, e)
        else:
            fresh.poly(powers.renamed_atom(cx, atom, e, names))
    if ex.labels.isdisjoint(names):
        fresh.ex = plus(cx, fresh.ex, ex)
    else:
        fresh.poly(powers.exponential(cx, substitute(cx, ex, names)))
    if not fresh.extras:
        return scale(cx, close(cx, bounds, fresh.facs, fresh.ex), fresh.coefficient)
    open_product = product(cx, [close(cx, (), fresh.facs, fresh.ex), *fresh.extras])
    return scale(cx, summed(cx, open_product, bounds), fresh.coefficient)


def summed(cx: Context, p: Poly, bounds: tuple[Label, ...]) -> Poly:
    """The sum of p over labels that are free in it."""
    if not bounds:
        return p
    start = 1 + max([free_start(p) - 1, *(b[1] for b in bounds if b[0] == "V")])
    parts = []
    for t, c in p.terms:
        inner, facs, ex = opened(cx, t, start)
        parts.append((close(cx, inner + bounds, facs, ex), c))
    return total(cx, parts)


class _Gather:
    """Factors gathered into one monomial as far as possible; the rest are extras."""

    def __init__(self, cx: Context) -> None:
        self.cx, self.ex = cx, cx.zero
        self.facs: Factors = {}
        self.extras: list[Poly] = []
        self.coefficient: Num = 1

    def atom(self, atom: Atom, e: Num) -> None:
        self.facs[atom] = rat(self.facs.get(atom, 0) + e)

    def poly(self, p: Poly) -> None:
        if len(p.terms) != 1 or p.terms[0][0].bounds:
            self.extras.append(p)
            return
        term, c = p.terms[0]
        self.coefficient = rat(self.coefficient * c)
        self.ex = plus(self.cx, self.ex, term.ex)
        for atom, e in term.facs:
            self.atom(atom, e)


def close(cx: Context, bounds: tuple[Label, ...], facs: Factors, ex: Poly) -> Poly:
    """The normal form of an open term."""
    cx.step()
    if len(bounds) > 10 or len(facs) > 60:
        raise TooLarge("a term became too long")
    facs = {a: e for a, e in facs.items() if e}
    if cx.one_hot:
        merged = _hard_labels(cx, bounds, facs, ex)
        if merged is not None:
            return merged
    if any(a.kind in INDICATORS for a in facs):
        done = _indicators(cx, bounds, facs, ex)
        if done is not None:
            return done
    gather = _Gather(cx)
    for atom, e in facs.items():
        _whole_part(cx, gather, atom, e)
    gather.ex = plus(cx, gather.ex, powers.split_exponent(cx, ex, gather.poly))
    if gather.extras:
        rest = summed(cx, product(cx, [close(cx, (), gather.facs, gather.ex), *gather.extras]), bounds)
    elif gather.ex is not ex:
        rest = close(cx, bounds, gather.facs, gather.ex)
    else:
        rest = _settled(cx, bounds, {a: e for a, e in gather.facs.items() if e}, ex)
    return scale(cx, rest, gather.coefficient)


def _hard_labels(cx: Context, bounds: tuple[Label, ...], facs: Factors, ex: Poly) -> Poly | None:
    """The term with t^e = t for e > 0, and of two labels of a row the second one as [same class]; None if it is so."""
    labels = [a for a, e in facs.items() if (a.kind, a.name) == ("at", "t") and e > 0]
    if any(a.kind == "log" and a.sub is cx.single(t) for a in facs for t in labels):
        return cx.zero  # 0 log 0 = 0, and 1 log 1 = 0
    if any(facs[a] != 1 for a in labels):
        return close(cx, bounds, {a: 1 if a in labels else e for a, e in facs.items()}, ex)
    if cx.array_spans.get("t", ("",))[-1] != "m":
        return None
    first: dict[tuple[Label, ...], Atom] = {}
    for atom in labels:
        known = first.setdefault(atom.idx[:-1], atom)
        if known is not atom:
            rest = close(cx, (), {a: e for a, e in facs.items() if a is not atom}, ex)
            return summed(cx, times(cx, rest, delta(cx, known.idx[-1], atom.idx[-1])), bounds)
    return None


def _plain(p: Poly) -> bool:
    return len(p.terms) == 1 and not p.terms[0][0].bounds


def _whole_part(cx: Context, gather: _Gather, atom: Atom, e: Num) -> None:
    """Numbers and sums to powers: take out the whole part of the exponent."""
    if atom.kind == "pi":
        whole = floor(e)
        gather.coefficient = rat(gather.coefficient * power(atom.name, whole))
        gather.atom(atom, rat(e - whole))
    elif atom.kind == "pw" and atom.sub is not None and _plain(atom.sub) and not 0 <= e < 1:
        whole = floor(e)
        gather.poly(powers.raised(cx, atom.sub, whole))
        gather.atom(atom, rat(e - whole))
    elif atom.kind == "pw" and e >= 1 and atom.sub is not None and powers.is_expanded(atom.sub, floor(e)):
        whole = floor(e)
        gather.extras.append(powers.whole_power(cx, atom.sub, whole))
        gather.atom(atom, rat(e - whole))
    else:
        gather.atom(atom, e)


def _settled(cx: Context, bounds: tuple[Label, ...], facs: Factors, ex: Poly) -> Poly:
    used = ex.labels.union(*(a.labels for a in facs))
    if cx.sum_rule:
        facs, bounds = _labels_sum_to_one(facs, bounds, ex)
        used = ex.labels.union(*(a.labels for a in facs))
    unused = [b for b in bounds if b not in used]
    for b in unused:
        size = cx.atom("sym", b[-1])
        facs[size] = facs.get(size, 0) + 1
    bounds = tuple(b for b in bounds if b in used)
    if cx.rewriting:
        found = reduce.rewrite(cx, bounds, facs, ex)
        if found is not None:
            return found
    term, sign = canon.named(cx, bounds, facs, ex)
    return cx.poly({term: sign})


def _labels_sum_to_one(
    facs: Factors, bounds: tuple[Label, ...], ex: Poly
) -> tuple[Factors, tuple[Label, ...]]:
    """Apply sum_j t_ij = 1 where the bound label j occurs in nothing else."""
    for atom, e in list(facs.items()):
        if (atom.kind, atom.name, e) != ("at", "t", 1):
            continue
        j = atom.idx[-1]
        others = [a for a in facs if a is not atom and j in a.labels]
        if j in bounds and j[-1] == "m" and j not in atom.idx[:-1] and not others and j not in ex.labels:
            facs = {a: x for a, x in facs.items() if a is not atom}
            bounds = tuple(b for b in bounds if b != j)
    return facs, bounds


def _indicators(cx: Context, bounds: tuple[Label, ...], facs: Factors, ex: Poly) -> Poly | None:
    """Contract deltas and simplify other indicators; None when nothing is left to do."""
    for atom, e in list(facs.items()):
        if atom.kind not in INDICATORS:
            continue
        if e < 0:
            raise Undefined("division by an indicator")
        if atom.kind == "sg" and e != 1:
            del facs[atom]
            keep = cx.single(atom) if e % 2 else plus(cx, cx.one, scale(cx, delta(cx, *atom.idx), -1))
            return summed(cx, times(cx, close(cx, (), facs, ex), keep), bounds)
        facs[atom] = 1
    for atom in [a for a in facs if a.kind == "delta"]:
        old, new = _contraction(atom.idx, bounds)
        rest = {a: e for a, e in facs.items() if a is not atom}
        kept = tuple(b for b in bounds if b != old)
        if old in bounds:
            return _renamed(cx, kept, rest, ex, {old: new})
        if old in ex.labels or any(old in a.labels for a in rest):
            inner = _renamed(cx, (), rest, ex, {old: new})
            return summed(cx, times(cx, inner, cx.single(atom)), bounds)
    pair = congruence.equal_labels(cx, facs)
    if pair is not None:
        gone, same = pair
        inner = close(cx, (), {a: e for a, e in facs.items() if a is not gone}, ex)
        return summed(cx, times(cx, inner, same), bounds)
    found = congruence.solved(cx, bounds, facs, ex)
    if found is not None:
        atom, old, new = found
        rest = {a: e for a, e in facs.items() if a is not atom}
        return _renamed(cx, tuple(b for b in bounds if b != old), rest, ex, {old: new})
    return None


def _contraction(pair: tuple[Label, ...], bounds: tuple[Label, ...]) -> tuple[Label, Label]:
    a, b = pair
    if a in bounds or b in bounds:
        return (a, b) if a in bounds else (b, a)
    return (a, b) if b[0] == "L" else (b, a)


def delta(cx: Context, a: Label, b: Label) -> Poly:
    """The indicator of a = b."""
    if a == b:
        return cx.one
    if a[0] == "L" and b[0] == "L":
        return cx.zero
    if a[0] != "L" and b[0] != "L" and a[-1] != b[-1]:
        raise Malformed("two indices with different ranges are compared")
    return cx.single(cx.atom("delta", "", (min(a, b), max(a, b))))


def order_sign(cx: Context, a: Label, b: Label) -> Poly:
    """+1 for a < b, -1 for a > b, 0 for a = b."""
    if a == b:
        return cx.zero
    if a[0] == "L" and b[0] == "L":
        return cx.number(1 if a[1] < b[1] else -1)
    if a[0] != "L" and b[0] != "L" and a[-1] != b[-1]:
        raise Malformed("two indices with different ranges are compared")
    if a == ("L", 1):
        return plus(cx, cx.one, scale(cx, delta(cx, a, b), -1))
    if b == ("L", 1):
        return plus(cx, delta(cx, a, b), cx.number(-1))
    atom = cx.single(cx.atom("sg", "", (min(a, b), max(a, b))))
    return atom if a < b else scale(cx, atom, -1)
