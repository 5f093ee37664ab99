"""Signs by interval arithmetic: polynomials in parameters, labels and sizes, each between the ends of its domain."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from .context import Context
from .domains import Interval
from .nodes import Atom, Poly, Term
from .numbers import Num, is_int

_SIZE = Interval(Fraction(1))
_MAX_POWER = 60


@dataclass(frozen=True)
class _End:
    """One end of a range: its value (None: unbounded), and whether it is taken."""

    value: Fraction | None
    taken: bool


Range = tuple[_End, _End]


def lies_below_one(cx: Context, atom: Atom, strictly: bool) -> bool:
    """Whether a parameter lies between 0 and 1, with ``strictly`` 0 < q < 1 (or 0 <= q < 1)."""
    domain = cx.domains.get(atom.name)
    if domain is None or domain.low is None or domain.high is None or domain.low < 0:
        return False
    return domain.high < 1 or domain.high == 1 and (not strictly or domain.high_open)


def sign(cx: Context, p: Poly) -> str:
    """The sign of a sum of products of parameters, labels and sizes; "unknown" where the ends do not show it."""
    low, high = _End(Fraction(0), True), _End(Fraction(0), True)
    for t, c in p.terms:
        one = _term(cx, t)
        if one is None:
            return "unknown"
        down, up = _scaled(one, c)
        low, high = _added(low, down), _added(high, up)
    if low.value is not None and low.value >= 0:
        return "pos" if low.value > 0 or not low.taken else "nonneg"
    if high.value is not None and high.value <= 0:
        return "neg" if high.value < 0 or not high.taken else "nonpos"
    return "unknown"


def _term(cx: Context, t: Term) -> Range | None:
    """The range of a product of powers of nonnegative quantities."""
    if t.bounds or t.ex.terms:
        return None
    low, high = _End(Fraction(1), True), _End(Fraction(1), True)
    for atom, e in t.facs:
        one = _power(_domain(cx, atom), e)
        if one is None:
            return None
        low, high = _times(low, one[0]), _times(high, one[1])
    return low, high


def _domain(cx: Context, atom: Atom) -> Interval | None:
    if atom.kind == "at" and atom.name == "t":
        high = Fraction(1) if cx.t_at_most_one or cx.t_below_one else None
        return Interval(Fraction(0), high, cx.arrays["t"] == "positive", cx.t_below_one)
    if atom.kind == "at":
        return cx.domains.get(atom.name)
    if atom.kind == "sym":
        return _SIZE if atom.name in ("n", "m") else cx.domains.get(atom.name)
    return None


def _power(domain: Interval | None, e: Num) -> Range | None:
    if domain is None or domain.low is None or domain.low < 0 or not is_int(e) or not 0 < e <= _MAX_POWER:
        return None
    high = None if domain.high is None else domain.high ** int(e)
    return _End(domain.low ** int(e), not domain.low_open), _End(high, not domain.high_open)


def _times(a: _End, b: _End) -> _End:
    """The product of two ends that are not negative; zero is taken where either is."""
    if a.value is None or b.value is None:
        return _End(None, False)
    value = a.value * b.value
    taken = any(x.taken and x.value == 0 for x in (a, b)) if value == 0 else a.taken and b.taken
    return _End(value, taken)


def _scaled(one: Range, c: Num) -> Range:
    ends = [_End(None if x.value is None else x.value * c, x.taken) for x in one]
    return (ends[0], ends[1]) if c > 0 else (ends[1], ends[0])


def _added(a: _End, b: _End) -> _End:
    if a.value is None or b.value is None:
        return _End(None, False)
    return _End(a.value + b.value, a.taken and b.taken)
