"""Signs of normal forms that follow from the declarations alone.

Signs: "pos", "nonneg", "neg", "nonpos", "zero", "unknown", each meant wherever the
expression is defined.
"""

from __future__ import annotations

from itertools import product
from math import isqrt

from . import close, ranges
from .context import SHARPNESS, Context
from .nodes import INDICATORS, Atom, Factors, Poly, Term
from .numbers import Num, absolute, floor, is_int, rat, ratio
from .reject import Reject

_DECLARED = {"positive": "pos", "nonnegative": "nonneg", "real": "unknown"}
_MAX_CLEARED = 12
_MOST_SQUARES = 7
Signed = tuple[Term, Num, str]
_FLIP = {"pos": "neg", "neg": "pos", "nonneg": "nonpos", "nonpos": "nonneg"}


def at_least_zero(sign: str) -> bool:
    """Whether the sign excludes negative values."""
    return sign in ("pos", "nonneg", "zero")


def flip(sign: str) -> str:
    """The sign of the negative."""
    return _FLIP.get(sign, sign)


def atom_sign(cx: Context, atom: Atom) -> str:
    """The sign of an atom (for a power of a sum: of the sum)."""
    if atom.sign_cache is None:
        atom.sign_cache = _atom_sign(cx, atom)
    return atom.sign_cache


def _atom_sign(cx: Context, atom: Atom) -> str:
    if atom.kind == "at":
        return _DECLARED[cx.arrays[atom.name]]
    if atom.kind == "sym":
        return "pos" if atom.name in ("n", "m", SHARPNESS) else _DECLARED[cx.parameters[atom.name]]
    if atom.kind in ("idx", "pi", "lp"):
        return "pos"
    if atom.kind in ("delta", "in", "cong", "rs"):
        return "nonneg"
    if atom.kind == "pw" and atom.sub is not None:
        return sign(cx, atom.sub)
    if atom.kind == "log" and atom.sub is not None:
        return sign(cx, close.plus(cx, atom.sub, cx.number(-1)))
    return "unknown"


def power_sign(cx: Context, atom: Atom, exponent: Num) -> str:
    """The sign of an atom to an exponent."""
    base = atom_sign(cx, atom)
    if base == "pos":
        return "pos"
    if not is_int(exponent) or base == "nonneg":
        return "pos" if exponent < 0 else "nonneg"
    if exponent.numerator % 2 == 0:
        return "pos" if exponent < 0 or base == "neg" else "nonneg"
    if base in ("neg", "nonpos"):
        return "neg" if exponent < 0 else base
    return "unknown"


def term_sign(cx: Context, term: Term) -> str:
    """The sign of a term without its coefficient."""
    result = "nonneg" if _may_vanish(cx, term.ex) else "pos"
    for atom, exponent in term.facs:
        one = power_sign(cx, atom, exponent)
        if one in ("unknown", "zero"):
            return "unknown"
        if one in ("neg", "nonpos"):
            result = flip(result)
        if one in ("nonneg", "nonpos"):
            result = {"pos": "nonneg", "neg": "nonpos"}.get(result, result)
    return result


def _may_vanish(cx: Context, exponent: Poly) -> bool:
    """Whether an exponential may be zero: as t^q, the exponential of q log t, is for a label of 0."""
    logs = (a.sub for t, _ in exponent.terms for a, _ in t.facs if a.kind == "log" and a.sub is not None)
    return any(sign(cx, x) != "pos" for x in logs)


def sign(cx: Context, p: Poly) -> str:
    """The sign of a polynomial."""
    if p.sign_cache is None:
        found = _sign(cx, p)
        if cx.sharp and cx.is_sharp(p):  # in the limit that a maximum is, no sign is strict
            found = {"pos": "nonneg", "neg": "nonpos"}.get(found, found)
        p.sign_cache = found
    return p.sign_cache


def _sign(cx: Context, p: Poly) -> str:
    found = _by_terms(cx, p)
    if found != "unknown" or len(p.terms) > _MAX_CLEARED:
        return found
    if root(cx, p) is not None:
        return "nonneg"
    positive = _positive_denominator(cx, p)
    if positive is not None:
        return sign(cx, close.times(cx, p, positive))
    beside = _beside_roots(cx, p) if _roots(p) else "unknown"
    number = next((c for t, c in p.terms if not (t.bounds or t.facs or t.ex.terms)), 0)
    if beside != "unknown" or not _roots(p) or not number:
        return beside
    found = _beside_roots(cx, close.plus(cx, p, cx.number(-number)))
    if at_least_zero(found if number > 0 else flip(found)):
        return "pos" if number > 0 else "neg"
    return "unknown"


def _beside_roots(cx: Context, p: Poly) -> str:
    """The sign of w q^(1/2) + r by that of w^2 q - r^2: so max(0, u) = (u + |u|)/2 is at least zero."""
    for atom in {a: None for t, _ in p.terms for a, _ in t.facs if _is_times_root(t, a)}:
        factor, rest, square = _apart(cx, p, atom)
        gap = close.total(cx, ((close.product(cx, [factor, factor, square]), 1), (close.times(cx, rest, rest), -1)))
        if not all(len(_roots(x)) < len(_roots(p)) for x in (factor, rest, gap)):
            continue  # nothing is gained, and it need not end
        for side in (1, -1):  # of p, and of -p
            w, r = (sign(cx, close.scale(cx, x, side)) for x in (factor, rest))
            further = sign(cx, gap if at_least_zero(w) else close.scale(cx, gap, -1))
            if at_least_zero(further) and (at_least_zero(w) or at_least_zero(flip(w)) and at_least_zero(r)):
                found = "pos" if further == "pos" else "nonneg"
                return found if side > 0 else flip(found)
    return "unknown"


def _roots(p: Poly) -> set[Atom]:
    return {a for t, _ in p.terms for a, e in t.facs if a.kind == "pw" and not is_int(e)}


def _is_times_root(t: Term, atom: Atom) -> bool:
    """Whether the term is a multiple of the square root of a sum that holds none of the term's own indices."""
    is_sum = atom.kind == "pw" and atom.sub is not None
    return is_sum and dict(t.facs).get(atom, 0) == ratio(1, 2) and atom.labels.isdisjoint(t.bounds)


def _apart(cx: Context, p: Poly, atom: Atom) -> tuple[Poly, Poly, Poly]:
    """The w, r and q of p = w q^(1/2) + r, q the sum that the atom is the power of."""
    having = {t: c for t, c in p.terms if _is_times_root(t, atom)}
    rest = cx.poly({t: c for t, c in p.terms if t not in having})
    factor = close.times(cx, cx.poly(having), cx.single(atom, ratio(-1, 2)))
    assert atom.sub is not None
    return factor, rest, atom.sub


def root(cx: Context, square: Poly) -> Poly | None:
    """An x with x^2 the given polynomial, by trying the signs of the roots of its terms; None where none is found."""
    key = ("root", square.id)
    if key not in cx.cache:
        cx.cache[key] = _root(cx, square)
    found: Poly | None = cx.cache[key]
    return found


def _root(cx: Context, square: Poly) -> Poly | None:
    parts: list[Poly] = []
    for t, c in square.terms:
        size = _rational_root(c)
        half = _half(cx, t, close.free_start(square)) if size else None
        if half is not None:
            parts.append(close.scale(cx, half, size))
    if not 0 < len(parts) <= _MOST_SQUARES:
        return None
    for choice in product((1, -1), repeat=len(parts) - 1):
        x = close.total(cx, list(zip(parts, (1, *choice), strict=True)))
        if close.times(cx, x, x) is square:
            return x
    return None


def _rational_root(c: Num) -> Num:
    if c <= 0:
        return 0
    above, below = isqrt(c.numerator), isqrt(c.denominator)
    return ratio(above, below) if (above**2, below**2) == (c.numerator, c.denominator) else 0


def _half(cx: Context, t: Term, start: int) -> Poly | None:
    """What may be the root of a term: x of x^2, or sum_k x_k of sum_kh x_k x_h."""
    bounds, facs, ex = close.opened(cx, t, start)
    if len(bounds) not in (0, 2):
        return None
    own, other = (set(bounds[:1]), set(bounds[1:])) if bounds else (set(), set())
    halved: Factors = {}
    for atom, e in facs.items():
        if atom.labels & own and not atom.labels & other:
            halved[atom] = e
        elif not atom.labels & (own | other):
            if atom.kind not in INDICATORS and (not is_int(e) or e % 2):
                return None
            halved[atom] = e if atom.kind in INDICATORS else rat(e / 2 if not isinstance(e, int) else e // 2)
    kept = {x: c if x.labels & own else ratio(c, 2) for x, c in ex.terms if not x.labels & other}
    return close.close(cx, tuple(bounds[:1]), halved, cx.poly(kept))


def _positive_denominator(cx: Context, p: Poly) -> Poly | None:
    """A positive sum to the power with which p divides by it: p has the sign of their product."""
    for t, _ in p.terms:
        for atom, e in t.facs:
            if atom.kind == "pw" and e < 0 and atom.labels.isdisjoint(t.bounds) and atom_sign(cx, atom) == "pos":
                least = min(dict(x.facs).get(atom, 0) for x, _ in p.terms)
                return cx.single(atom, -floor(least))
    return None


def _by_terms(cx: Context, p: Poly) -> str:
    signed: list[Signed] = []
    for t, c in p.terms:
        one = term_sign(cx, t)
        signed.append((t, c, one if c > 0 else flip(one)))
    if not signed:
        return "zero"
    found = {s for _, _, s in signed}
    if "unknown" in found:
        return "unknown"
    if found <= {"pos", "nonneg"}:
        return "pos" if "pos" in found else "nonneg"
    if found <= {"neg", "nonpos"}:
        return "neg" if "neg" in found else "nonpos"
    up = [(t, c, s) for t, c, s in signed if s in ("pos", "nonneg")]
    down = [(t, c, s) for t, c, s in signed if s not in ("pos", "nonneg")]
    left = _absorb(cx, up, down)
    if left is not None:
        return "pos" if "pos" in left else "nonneg"
    left = _absorb(cx, down, up)
    if left is not None:
        return "neg" if "neg" in left else "nonpos"
    return ranges.sign(cx, p)


def _absorb(cx: Context, keep: list[Signed], lose: list[Signed]) -> list[str] | None:
    """The kept signs left when each lost term is bounded by a kept one; None if one is not."""
    pool = list(keep)
    strict: list[str] = []
    for term, coefficient, _ in lose:
        for k, (big, room, _) in enumerate(pool):
            bound = _bounded_by(cx, term, big)
            if bound is not None and absolute(coefficient) <= absolute(room) * bound:
                strict.append(pool[k][2] if _strictly_below(cx, term, big) else "nonneg")
                del pool[k]
                break
        else:
            return None
    return [s for _, _, s in pool] + strict


def risky(cx: Context, p: Poly) -> bool:
    """Whether p divides by, or takes a logarithm of, a sum that is not known to be positive."""
    return any(
        risky(cx, t.ex) or any(_risky_atom(cx, a, e) for a, e in t.facs) for t, _ in p.terms
    )


def _risky_atom(cx: Context, atom: Atom, e: Num) -> bool:
    if atom.sub is None:
        return False
    if atom.kind == "rs":
        return risky(cx, atom.sub)
    plain = len(atom.sub.terms) == 1 and not atom.sub.terms[0][0].bounds
    whole = atom.kind == "pw" and is_int(e) and e > 0
    needed = ("pos", "nonneg") if atom.kind == "pw" and e > 0 else ("pos",)
    if not plain and not whole and sign(cx, atom.sub) not in needed:
        return True
    return risky(cx, atom.sub)


def assume_bodies_defined(cx: Context, *bodies: Poly) -> None:
    """Note that a formula under a condition is taken to be defined where the condition fails, too.

    Without this, a conditional sum with no term left, whose body divides by zero, would be
    defined (and zero) although the body's normal form is not.  The certificate must allow it.
    """
    if not cx.bodies_defined and any(risky(cx, p) for p in bodies):
        if not cx.may_assume_bodies_defined:
            raise Reject(
                "what stands under a condition might be undefined where the condition fails"
                ' (the certificate may assume "bodies_defined": true)'
            )
        cx.bodies_defined = True


def _beside(cx: Context, term: Term, big: Term) -> str:
    """The sign of the exponent of term / big: with one of at most zero, as q log t for t <= 1, it is one at most."""
    return "zero" if term.ex is big.ex else sign(cx, close.total(cx, ((term.ex, 1), (big.ex, -1))))


def _quotient(cx: Context, term: Term, big: Term) -> dict[Atom, Num] | None:
    """The factors of term / big, beside an exponential that is one at most."""
    if term.bounds != big.bounds or not at_least_zero(flip(_beside(cx, term, big))):
        return None
    more = dict(term.facs)
    for atom, exponent in big.facs:
        more[atom] = more.get(atom, 0) - exponent
    return {a: e for a, e in more.items() if e}


def _strictly_below(cx: Context, term: Term, big: Term) -> bool:
    more = _quotient(cx, term, big) or {}
    is_below = bool(more) and all(e > 0 and _below_one(cx, a) for a, e in more.items())
    return is_below or _beside(cx, term, big) == "neg"


def _below_one(cx: Context, atom: Atom) -> bool:
    """Whether the atom lies strictly between 0 and 1, or is a label with 0 <= t < 1."""
    if atom.kind == "at":
        return atom.name == "t" and cx.t_below_one
    return atom.kind == "sym" and ranges.lies_below_one(cx, atom, strictly=True)


def _at_most_one(cx: Context, atom: Atom, e: Num) -> bool:
    """Whether atom^e lies between 0 and 1."""
    if e < 0:
        return atom.kind == "sym" and atom.name in ("n", "m")
    if atom.kind == "sym":
        return ranges.lies_below_one(cx, atom, strictly=False)
    label = atom.kind == "at" and atom.name == "t"
    return atom.kind in ("delta", "in", "cong") or (label and (cx.t_at_most_one or cx.t_below_one))


def _bounded_by(cx: Context, term: Term, big: Term) -> Num | None:
    """A number b > 0 with b * term <= big (both known not to be negative), or None.

    Either term is big times factors between 0 and 1, or big is a sum of nonnegative
    summands and term is one of them.
    """
    more = _quotient(cx, term, big)
    if more is not None and all(_at_most_one(cx, a, e) for a, e in more.items()):
        return 1
    for b in big.bounds:
        if len(big.bounds) != len(term.bounds) + 1:
            break
        beside = [x for x in [*term.labels, *big.bounds] if x != b and x[-1] == b[-1]]
        literals = {x for a, _ in term.facs for x in a.idx if x[0] == "L"}
        for target in sorted({*beside, *literals}):
            one = close.instance(cx, big, b, target)
            if len(one.terms) == 1 and one.terms[0][0] is term and one.terms[0][1] > 0:
                return one.terms[0][1]
    return None
