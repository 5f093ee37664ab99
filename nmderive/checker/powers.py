"""Powers, logarithms and exponentials of normal forms."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import comb

from . import close, congruence, primitive, signs
from .context import Context
from .nodes import INDICATORS, Atom, Factors, Label, Mapping, Poly, Term
from .numbers import Num, factor_rational, is_int, power, rat, ratio
from .reject import Reject, TooLarge, Undefined

#: A power of a sum that would have more indices, or terms, is kept as a power.
_EXPANDED_INDICES, _EXPANDED_TERMS = 8, 400


def whole_power(cx: Context, p: Poly, k: int) -> Poly:
    """Raise p to a whole power k >= 0, expanded."""
    return close.product(cx, [p] * k)


def is_expanded(p: Poly, k: Num) -> bool:
    """Whether a sum to a whole power is expanded."""
    if not p.terms:
        return True
    indices = max(len(t.bounds) for t, _ in p.terms) * k
    few = indices <= _EXPANDED_INDICES and k <= 64
    return few and comb(len(p.terms) + int(k) - 1, int(k)) <= _EXPANDED_TERMS


def monomial(cx: Context, coefficient: Num, facs: Factors, ex: Poly) -> Poly:
    """Return coefficient * factors * exp(ex), normalised."""
    return close.scale(cx, close.close(cx, (), facs, ex), coefficient)


def raised(cx: Context, p: Poly, e: Num) -> Poly:
    """Raise p to the rational power e."""
    e = rat(e)
    if is_int(e) and e >= 0:
        if len(p.terms) == 1 and not p.terms[0][0].bounds:
            return _simple_power(cx, p, int(e))
        if is_expanded(p, e):
            return whole_power(cx, p, int(e))
    key = ("raised", p.id, e)
    found: Poly | None = cx.cache.get(key)
    if found is None:
        found = cx.cache[key] = _lifted(cx, p, lambda q: _raised(cx, q, e))
    return found


def _simple_power(cx: Context, p: Poly, k: int) -> Poly:
    term, c = p.terms[0]
    if k == 0:
        return cx.one
    if k > 1000:
        raise TooLarge("a high power")
    facs = {a: rat(x * k) for a, x in term.facs}
    return monomial(cx, power(c, k), facs, close.scale(cx, term.ex, k))


def _raised(cx: Context, p: Poly, e: Num) -> Poly:
    if not p.terms:
        if e < 0:
            raise Undefined("division by an expression that is zero")
        return cx.zero
    known = None if is_int(e) else _known_root(cx, p, e)
    if known is not None:
        return raised(cx, known, 2 * e)
    if not is_int(e) and signs.sign(cx, p) in ("neg", "nonpos"):
        raise Undefined("a fractional power of an expression that is never positive")
    parts = primitive.split(cx, p, positive=not is_int(e))
    if not parts.coefficient:
        return _raised(cx, cx.zero, e)
    facs: Factors = {}
    for atom, x in parts.facs.items():
        facs[atom] = rat(x * e)
    for sub, x in parts.sums:
        atom = cx.atom("pw", "", (), sub)
        facs[atom] = rat(facs.get(atom, 0) + x * e)
    coefficient: Num = 1
    if is_int(e):
        coefficient = power(parts.coefficient, int(e))
    else:
        for base, x in factor_rational(parts.coefficient).items():
            prime = cx.atom("pi", base)
            facs[prime] = rat(facs.get(prime, 0) + x * e)
    return monomial(cx, coefficient, facs, close.scale(cx, parts.ex, e))


def _known_root(cx: Context, p: Poly, e: Num) -> Poly | None:
    """The x that is at least zero and has the square p, where e is half a whole number: then p^e is x^(2 e)."""
    x = signs.root(cx, p) if is_int(rat(2 * e)) and len(p.terms) > 1 else None
    if x is None:
        return None
    found = signs.sign(cx, x)
    return x if signs.at_least_zero(found) else close.scale(cx, x, -1) if found in ("neg", "nonpos") else None


def logarithm(cx: Context, p: Poly) -> Poly:
    """log(p), p positive wherever this is defined."""
    key = ("log", p.id)
    found: Poly | None = cx.cache.get(key)
    if found is None:
        found = cx.cache[key] = _lifted(cx, p, lambda q: _logarithm(cx, q))
    return found


def _logarithm(cx: Context, p: Poly) -> Poly:
    if signs.sign(cx, p) in ("zero", "neg", "nonpos"):
        raise Undefined("the logarithm of an expression that is never positive")
    parts = primitive.split(cx, p, positive=True)
    if not parts.coefficient:
        raise Undefined("the logarithm of an expression that is zero")
    pieces: list[tuple[Poly, Num]] = [(parts.ex, 1)]
    for base, e in factor_rational(parts.coefficient).items():
        pieces.append((cx.single(cx.atom("lp", base)), e))
    for atom, x in parts.facs.items():
        pieces.append((log_of_atom(cx, atom), x))
    for sub, x in parts.sums:
        pieces.append((_log_of_sum(cx, sub), x))
    return close.total(cx, pieces)


def _log_of_sum(cx: Context, sub: Poly) -> Poly:
    """log(sub), sub positive wherever this is defined; so is y where sub is y^k, k odd, and log(sub) is k log(y)."""
    if len(sub.terms) == 1:
        term, c = sub.terms[0]
        if c == 1 and not term.bounds and not term.ex.terms and len(term.facs) == 1:
            atom, e = term.facs[0]
            if atom.kind in ("pw", "at", "sym") and is_int(e) and e.numerator % 2 == 1 and e != 1:
                return close.scale(cx, log_of_atom(cx, atom), e)
    return cx.single(cx.atom("log", "", (), sub))


def log_of_atom(cx: Context, atom: Atom) -> Poly:
    """The logarithm of one positive atom."""
    if atom.kind == "pw" and atom.sub is not None:
        return logarithm(cx, atom.sub)
    if atom.kind == "pi":
        return cx.single(cx.atom("lp", atom.name))
    return cx.single(cx.atom("log", "", (), cx.single(atom)))


def exponential(cx: Context, p: Poly) -> Poly:
    """exp(p)."""
    if not p.terms:
        return cx.one
    key = ("exp", p.id)
    found: Poly | None = cx.cache.get(key)
    if found is None:
        found = cx.cache[key] = _lifted(cx, p, lambda q: close.close(cx, (), {}, q))
    return found


def split_exponent(cx: Context, ex: Poly, take: Callable[[Poly], None]) -> Poly:
    """Pass exp of the number * log parts of ex on as powers; the rest of ex remains."""
    rest: dict[Term, Num] = {}
    for t, c in ex.terms:
        if t.bounds or t.ex.terms or len(t.facs) != 1 or t.facs[0][1] != 1:
            rest[t] = c
        elif t.facs[0][0].kind == "lp":
            take(cx.single(cx.atom("pi", t.facs[0][0].name), c))
        elif t.facs[0][0].kind == "log" and t.facs[0][0].sub is not None:
            take(raised(cx, t.facs[0][0].sub, c))
        else:
            rest[t] = c
    return ex if len(rest) == len(ex.terms) else cx.poly(rest)


def general_power(cx: Context, base: Poly, exponent: Poly) -> Poly:
    """Raise base to an exponent; one that is not a number needs a positive base."""
    value = cx.constant(exponent)
    if value is not None:
        return raised(cx, base, value)
    if not base.terms:
        if signs.sign(cx, exponent) == "pos":
            return cx.zero
        raise Undefined("zero to a power that may be zero or negative")
    sign = signs.sign(cx, base)
    if sign != "pos" and not (sign == "nonneg" and signs.sign(cx, exponent) == "pos"):
        raise Reject("a power with a letter in the exponent, of a base not known to be positive")
    return exponential(cx, close.times(cx, exponent, logarithm(cx, base)))


def renamed_atom(cx: Context, atom: Atom, e: Num, names: Mapping) -> Poly:
    """The atom to the exponent e after a general replacement of labels."""
    if atom.kind == "cong":
        return congruence.renamed(cx, atom, names)
    idx = tuple(names.get(x, x) for x in atom.idx)
    if atom.kind == "delta":
        return close.delta(cx, *idx)
    if atom.kind == "sg":
        return raised(cx, close.order_sign(cx, *idx), e)
    if atom.kind == "idx" and idx[0][0] == "L":
        return raised(cx, cx.number(idx[0][1]), e)
    if atom.kind == "fn":
        idx = idx[: atom.name[2]] + tuple(sorted(idx[atom.name[2] :]))
    if atom.sub is None:
        return cx.single(cx.atom(atom.kind, atom.name, idx), e)
    return rebuilt(cx, atom, close.substitute(cx, atom.sub, names), e)


def rebuilt(cx: Context, atom: Atom, sub: Poly, e: Num) -> Poly:
    """A power, logarithm or inverse root of another sum, to the exponent e."""
    if atom.kind == "pw":
        return raised(cx, sub, e)
    return raised(cx, inverse_root(cx, sub) if atom.kind == "rs" else logarithm(cx, sub), e)


def sign_of(cx: Context, p: Poly) -> Poly:
    """The sign of p, 0 where p is 0: p times the inverse root of its square."""
    found = signs.sign(cx, p)
    if found in ("pos", "neg", "zero"):
        return cx.number({"pos": 1, "neg": -1, "zero": 0}[found])
    return close.times(cx, p, inverse_root(cx, close.times(cx, p, p)))


def inverse_root(cx: Context, square: Poly) -> Poly:
    """y^(-1/2) for a square y, and 0 where y is 0: an atom "rs" where it is not known that y is positive."""
    return _lifted(cx, square, lambda y: _inverse_root(cx, y))


def _inverse_root(cx: Context, square: Poly) -> Poly:
    if not square.terms:
        return cx.zero
    if signs.sign(cx, square) == "pos":
        return raised(cx, square, rat(Fraction(-1, 2)))
    return cx.single(cx.atom("rs", "", (), square))


def _lifted(cx: Context, p: Poly, function: Callable[[Poly], Poly]) -> Poly:
    """function(p), with the indicators in p that concern no bound label, and sums of one summand, taken outside."""
    for t, _ in p.terms:
        for atom, _ in t.facs:
            if atom.kind in INDICATORS and atom.labels.isdisjoint(t.bounds):
                return _cases(cx, p, atom, function)
    found = _one_summand(cx, p)
    if found is not None:
        holds, inner, own = found
        value = _lifted(cx, inner, function)
        signs.assume_bodies_defined(cx, value)
        return close.summed(cx, close.times(cx, holds, value), (own,))
    return function(p)


def _one_summand(cx: Context, p: Poly) -> tuple[Poly, Poly, Label] | None:
    """Where a term of p is the sum over k of [k = f modulo m] x, one summand: (the congruence, p without it, k)."""
    start = close.free_start(p)
    for t, _ in p.terms:
        found = _summand_at(cx, t, start, None)
        if found is not None:
            atom, own, _ = found
            parts: list[tuple[Poly, Num]] = []
            for x, c in p.terms:
                same = _summand_at(cx, x, start, atom)
                parts.append((cx.poly({x: 1}) if same is None else same[2], c))
            return cx.single(atom), close.total(cx, parts), own
    return None


def _summand_at(cx: Context, t: Term, start: int, wanted: Atom | None) -> tuple[Atom, Label, Poly] | None:
    """The congruence of a term that leaves one summand, its label (V start), and that summand."""
    found = congruence.single_solution(t)
    if found is None:
        return None
    own: Label = ("V", start, "m")
    bounds, facs, ex = close.opened(cx, t, start + 1)
    names = dict(zip(t.bounds, bounds, strict=True))
    old = names[found[1]]
    held = congruence.relabelled(cx, congruence.relabelled(cx, found[0], names), {old: own})
    if wanted is not None and held is not wanted:
        return None
    gone = congruence.relabelled(cx, found[0], names)
    rest = close.close(cx, tuple(b for b in bounds if b != old), {a: e for a, e in facs.items() if a is not gone}, ex)
    return held, own, close.substitute(cx, rest, {old: own})


def _cases(cx: Context, p: Poly, atom: Atom, function: Callable[[Poly], Poly]) -> Poly:
    mark = cx.single(atom)
    if atom.kind in ("in", "cong"):
        inside = _lifted(cx, valued(cx, p, atom, 1), function)
        outside = _lifted(cx, valued(cx, p, atom, 0), function)
        signs.assume_bodies_defined(cx, inside, outside)
        change = close.total(cx, ((inside, 1), (outside, -1)))
        return close.plus(cx, outside, close.times(cx, mark, change))
    a, b = atom.idx
    same = close.delta(cx, a, b)
    other = close.total(cx, ((cx.one, 1), (same, -1)))
    old, new = (a, b) if b[0] == "L" else (b, a)
    merged = _lifted(cx, close.substitute(cx, p, {old: new}), function)
    signs.assume_bodies_defined(cx, merged)
    result = close.times(cx, same, merged)
    if atom.kind == "delta":
        apart = _lifted(cx, valued(cx, p, atom, 0), function)
        signs.assume_bodies_defined(cx, apart)
        return close.plus(cx, result, close.times(cx, other, apart))
    for side in (1, -1):
        half = close.scale(cx, close.plus(cx, other, close.scale(cx, mark, side)), ratio(1, 2))
        value = _lifted(cx, valued(cx, p, atom, side), function)
        signs.assume_bodies_defined(cx, value)
        result = close.plus(cx, result, close.times(cx, half, value))
    return result


def valued(cx: Context, p: Poly, indicator: Atom, value: int) -> Poly:
    """Return p with an indicator atom of its own terms replaced by a number."""
    parts: list[tuple[Poly, Num]] = []
    for t, c in p.terms:
        facs = dict(t.facs)
        if indicator not in facs:
            parts.append((cx.poly({t: 1}), c))
        elif value:
            e = facs.pop(indicator)
            bounds, rest, ex = close.opened(cx, cx.term(t.bounds, facs, t.ex), close.free_start(p))
            parts.append((close.close(cx, bounds, rest, ex), c * value ** int(e)))
    return close.total(cx, parts)
