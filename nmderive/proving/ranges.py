"""Signs of polynomials in parameters, labels and sizes from the ends of their domains, by interval arithmetic."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from types import MappingProxyType

from sympy import Add, Expr, Indexed, Mul, Pow, Rational, Symbol

from nmderive.calculus.domains import Domain
from nmderive.calculus.symbols import SIZES, T

Domains = Mapping[str, Domain]
NO_DOMAINS: Domains = MappingProxyType({})

#: The ends of a range, None where it is unbounded; whether they are taken does not matter here.
_Ends = tuple[Fraction | None, Fraction | None]


def sign_by_range(expr: Expr, domains: Domains = NO_DOMAINS, strictly: bool = False) -> int:
    """Return 1 or -1 where ``expr`` is nowhere negative, or positive, for labels in [0, 1]; else 0.

    With ``strictly`` labels lie strictly between 0 and 1, and the expression is nowhere zero.
    """
    found = _ends(expr, domains)
    if found is None:
        return 0
    low, high = found
    if low is not None and low >= 0:
        return 1 if not strictly or low > 0 or _end_is_left_out(expr, domains) else 0
    if high is not None and high <= 0:
        return -1 if not strictly or high < 0 or _end_is_left_out(expr, domains) else 0
    return 0


def _end_is_left_out(expr: Expr, domains: Domains) -> bool:
    """Tell whether all labels and parameters, one of which occurs, keep away from the ends of their ranges."""
    letters = [e for e in expr.atoms(Indexed, Symbol) if isinstance(e, Indexed) or e.name in domains]
    return bool(letters) and all(
        isinstance(e, Indexed) or domains[e.name].low_open and domains[e.name].high_open for e in letters
    )


def _ends(expr: Expr, domains: Domains) -> _Ends | None:
    if isinstance(expr, Rational):
        value = Fraction(int(expr.p), int(expr.q))
        return value, value
    if isinstance(expr, Indexed) and expr.base == T:
        return Fraction(0), Fraction(1)
    if isinstance(expr, Symbol | Indexed):
        return _of_letter(expr, domains)
    if isinstance(expr, Add):
        return _of_sum([_ends(a, domains) for a in expr.args])
    if isinstance(expr, Mul):
        return _of_product(expr, domains)
    if isinstance(expr, Pow) and expr.exp.is_Integer:
        return _of_power(_ends(expr.base, domains), int(expr.exp))
    if isinstance(expr, Pow):
        return _below_one(_ends(expr.base, domains), _ends(expr.exp, domains))
    return None


def _below_one(base: _Ends | None, exponent: _Ends | None) -> _Ends | None:
    """Return the range 0..1 of a power with a letter in its exponent, of a base in that range."""
    low, high = base or (None, None)
    least = exponent[0] if exponent else None
    known = low is not None and low >= 0 and high is not None and high <= 1
    return (Fraction(0), Fraction(1)) if known and least is not None and least >= 0 else None


def _of_letter(expr: Symbol | Indexed, domains: Domains) -> _Ends | None:
    """Return the range of a parameter, or of the entries of an array."""
    if expr in SIZES:
        return Fraction(1), None
    own = domains.get(expr.base.name if isinstance(expr, Indexed) else expr.name)
    if own is None:
        return (Fraction(0), None) if expr.is_nonnegative else None
    return (min(own.values), max(own.values)) if own.values else (own.low, own.high)


def _of_sum(parts: list[_Ends | None]) -> _Ends | None:
    known = [p for p in parts if p is not None]
    if len(known) < len(parts):
        return None
    lows, highs = [p[0] for p in known], [p[1] for p in known]
    low = None if None in lows else sum((x for x in lows if x is not None), Fraction(0))
    high = None if None in highs else sum((x for x in highs if x is not None), Fraction(0))
    return low, high


def _of_product(expr: Mul, domains: Domains) -> _Ends | None:
    weight, low, high = Fraction(1), Fraction(1), Fraction(1)
    unbounded = False
    for factor in expr.args:
        own = _ends(factor, domains)
        if own is None or own[0] is None:
            return None
        if isinstance(factor, Rational):
            weight *= own[0]
        elif own[0] < 0:
            return None
        else:
            low, unbounded = low * own[0], unbounded or own[1] is None
            high *= Fraction(1) if own[1] is None else own[1]
    ends: _Ends = (low * weight, None if unbounded else high * weight)
    return ends if weight >= 0 else (ends[1], ends[0])


def _of_power(base: _Ends | None, exponent: int) -> _Ends | None:
    low, high = base or (None, None)
    if low is None or low < 0:
        return None
    if exponent > 0:
        return low**exponent, None if high is None else high**exponent
    return (Fraction(0) if high is None else high**exponent), (low**exponent if low else None)


__all__ = ["Domains", "NO_DOMAINS", "sign_by_range"]
