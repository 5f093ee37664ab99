r"""Products of sums multiplied out only where few terms come of it.

:math:`(x_1 + \dots + x_t)^k` has :math:`\binom{k+t-1}{t-1}` terms: a power of twenty that somebody writes in a line is
more than a machine holds once it meets two others. What has too many terms stays as it is written.
"""

from __future__ import annotations

from math import comb, prod

from sympy import Add, Expr, Mul, Pow

#: More terms than this are not written out.
MAX_TERMS = 2000


def terms(expr: Expr) -> int:
    """Return a bound on the number of terms of ``expr.expand()``, denominators counted; many are MAX_TERMS + 1."""
    if isinstance(expr, Add):
        count = sum(map(terms, expr.args))
    elif isinstance(expr, Mul):
        count = prod(map(terms, expr.args))
    elif isinstance(expr, Pow) and expr.exp.is_Integer:
        inner, power = terms(expr.base), abs(int(expr.exp))
        count = comb(power + inner - 1, inner - 1) if inner <= MAX_TERMS and power <= MAX_TERMS else power * inner
    else:
        count = max((terms(a) for a in expr.args if isinstance(a, Expr)), default=1)
    return min(count, MAX_TERMS + 1)


def expanded(expr: Expr) -> Expr:
    """Return the expression multiplied out, or as it is where that has more than ``MAX_TERMS`` terms."""
    return expr.expand() if terms(expr) <= MAX_TERMS else expr
