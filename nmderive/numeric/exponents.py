"""How exponents and logarithms of a formula come apart: units, mixtures, products under a logarithm."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache, reduce
from math import gcd, lcm, prod

from sympy import Abs, Add, Expr, Indexed, Mul, Pow, Symbol, exp, expand_mul, log, sign, tanh

from nmderive.calculus.extrema import IndexExtremum
from nmderive.calculus.kinks import maximum
from nmderive.calculus.sums import IndexSum
from nmderive.calculus.symbols import S
from nmderive.numeric.shapes import is_label, is_rest_of_label, loggable

#: A product that has more terms than this when it is multiplied out stays as it is.
_WIDEST = 64


@lru_cache(maxsize=4096)
def carries(expr: Expr) -> bool:
    """Tell whether ``expr`` holds logits."""
    return bool(expr.has(S))


def zero_factors(factor: Expr) -> list[Expr]:
    """Return the labels at whose zero this factor of a product vanishes."""
    base = factor.base if isinstance(factor, Pow) and factor.exp.is_positive else factor
    return [base] if is_label(base) or is_rest_of_label(base) else []


def tame(expr: Expr) -> bool:
    """Tell whether ``expr`` holds logits only under logarithms or as they are, so that it cannot overflow."""
    if isinstance(expr, log | tanh | sign) or not carries(expr):
        return True
    if isinstance(expr, Abs | maximum):
        return all(map(tame, expr.args))
    if isinstance(expr, Pow):
        return tame(expr.base) and bool(expr.exp.is_Integer)
    if isinstance(expr, IndexSum | IndexExtremum):
        return tame(expr.body)
    return isinstance(expr, Indexed) or (isinstance(expr, Add | Mul) and all(tame(a) for a in expr.args))


def summands(exponent: Expr) -> list[Expr]:
    """Return terms whose sum is the exponent: products of a few sums are multiplied out, powers of sums never."""
    found: list[Expr] = []
    for term in Add.make_args(exponent):
        width = prod(len(f.args) for f in Mul.make_args(term) if isinstance(f, Add))
        found += Add.make_args(expand_mul(term, deep=False)) if width <= _WIDEST else [term]
    return found


def joins(expr: IndexSum) -> bool:
    """Tell whether an exponent in the summand mixes entries with and without the bound index."""
    factors = Mul.make_args(expr.body)
    if any(isinstance(f, log) and carries(f) for f in factors):
        return False
    for f in factors:
        inner = f.base if isinstance(f, Pow) else f
        if isinstance(inner, exp):
            with_bound = [a.has(expr.bound) for a in summands(inner.args[0])]
            if any(with_bound) and not all(with_bound):
                return True
    return any(isinstance(f, IndexSum) and joins(f) for f in factors)


def spread(body: Mul) -> list[Expr]:
    """Multiply out one logarithm of a product: t log(E/Z) = t log E - t log Z."""
    for k, factor in enumerate(body.args):
        if isinstance(factor, log) and loggable(factor.args[0]):
            parts = _log_parts(factor.args[0])
            if len(parts) > 1:
                rest = Mul(*body.args[:k], *body.args[k + 1 :])
                return [rest * p for p in parts]
    return [body]


def _log_parts(expr: Expr) -> list[Expr]:
    if isinstance(expr, Mul):
        return [p for a in expr.args for p in _log_parts(a)]
    if isinstance(expr, Pow):
        return [expr.exp * p for p in _log_parts(expr.base)]
    if isinstance(expr, exp):
        return [expr.args[0]]
    return [log(expr)]


def generic(entry: Indexed) -> Indexed:
    """Return the entry with placeholders for its indices."""
    return entry.base[tuple(Symbol(f"_{k}") for k in range(len(entry.indices)))]


def exponent_bases(expr: Expr) -> dict[Expr, Fraction]:
    """Return the unit of each kind of exponent: all its coefficients are integer multiples of the unit."""
    found: dict[Expr, list[Fraction]] = {}
    for e in expr.atoms(exp):
        for term in summands(e.args[0]):
            number, rest = term.as_coeff_Mul()
            entries = [f for f in Mul.make_args(rest) if isinstance(f, Indexed)]
            if len(entries) == 1 and number.is_Rational and entries[0].base == S:
                key = rest.xreplace({entries[0]: generic(entries[0])})
                found.setdefault(key, []).append(Fraction(abs(int(number.p)), int(number.q)))
    return {key: _unit(values) for key, values in found.items()}


def _unit(values: list[Fraction]) -> Fraction:
    below = reduce(lcm, (v.denominator for v in values))
    above = reduce(gcd, (int(v * below) for v in values))
    return Fraction(above, below)


__all__ = ["carries", "exponent_bases", "generic", "joins", "spread", "summands", "tame", "zero_factors"]
