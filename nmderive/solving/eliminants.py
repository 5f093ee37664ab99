"""One polynomial in one unknown for the optimum at given sizes and one rational point.

From the partial form t_ij = U_i w_ij / (1 - sum_a U_a v_aj) the unknowns are the U_i, fixed by sum_j t_ij = 1;
from its inverse s_ij = log(t_ij)/kappa + r_i + log X_j they are the X_j. Distinct primes as data keep the
degree from dropping.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from typing import Any

import mpmath
from flint import fmpz_mpoly_ctx, fmpz_poly
from sympy import (
    Expr,
    Integer,
    Poly,
    Rational,
    Symbol,
    cancel,
    fraction,
    groebner,
    lambdify,
    log,
    powdenest,
    simplify,
    symbols,
    together,
)

from nmderive.calculus.normal_form import to_expression
from nmderive.calculus.specialise import specialise
from nmderive.calculus.substitute import substitute_array
from nmderive.calculus.symbols import S, T, array, index
from nmderive.errors import UnsupportedError
from nmderive.losses.loss import Loss
from nmderive.proving.evaluate import Evaluator, Point
from nmderive.proving.numbers import ExactField
from nmderive.solving.elimination import ClosedForm
from nmderive.solving.galois import primitive

_DATA = (1, 2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43)


@dataclass(frozen=True)
class Eliminant:
    """The irreducible factor that holds the admissible root, constant term first, and what it speaks of."""

    coefficients: tuple[int, ...]
    unknown: str
    data: str
    root: str

    @property
    def degree(self) -> int:
        """The degree of the factor."""
        return len(self.coefficients) - 1


@mpmath.workdps(60)  # type: ignore[untyped-decorator]
def label_eliminant(loss: Loss, form: ClosedForm, n: int, m: int) -> Eliminant:
    """Return the polynomial of U_1 at e^s = the first primes (labels from logits)."""
    weights, responses, point = _label_data(loss, form, n, m)
    unknowns = symbols(f"U1:{n + 1}")
    denominators = [1 - sum(unknowns[i] * responses[i][j] for i in range(n)) for j in range(m)]
    equations = []
    for i in range(n):
        total = sum((unknowns[i] * weights[i][j] / denominators[j] for j in range(m)), Integer(0))
        equations.append(Poly(fraction(together(total - 1))[0], *unknowns))
    root = _label_root(weights, responses, n, m)
    candidates = _univariate(equations, unknowns)
    factor = _holding(candidates, root[0])
    shown = ", ".join(str(v) for v in point.values())
    return Eliminant(tuple(factor), "U_1", f"e^s = ({shown})", mpmath.nstr(root[0], 15))


_Table = list[list[Rational]]


def _label_data(
    loss: Loss, form: ClosedForm, n: int, m: int
) -> tuple[_Table, _Table, dict[tuple[int, ...], Fraction]]:
    exp_s: dict[tuple[int, ...], Fraction] = {
        (i + 1, j + 1): Fraction(_DATA[i * m + j]) for i in range(n) for j in range(m)
    }
    evaluator = Evaluator(ExactField(), Point({"n": n, "m": m}, exp_s))
    tables = []
    for poly in (form.beta, form.scaled):
        expr = to_expression(poly)
        rows = []
        for i in range(n):
            values = [evaluator.value(expr, dict(zip(loss.indices, (i + 1, j + 1), strict=True))) for j in range(m)]
            rows.append([Rational(v.numerator, v.denominator) for v in values])
        tables.append(rows)
    return tables[0], tables[1], exp_s


def _label_root(weights: list[list[Rational]], responses: list[list[Rational]], n: int, m: int) -> list[mpmath.mpf]:
    """Return the positive solution U: damped Newton from small U, at 60 digits."""
    w = [[mpmath.mpf(int(x.p)) / int(x.q) for x in row] for row in weights]
    v = [[mpmath.mpf(int(x.p)) / int(x.q) for x in row] for row in responses]

    def residual(*u: mpmath.mpf) -> list[mpmath.mpf]:
        d = [1 - mpmath.fsum(u[a] * v[a][j] for a in range(n)) for j in range(m)]
        if min(d) <= 0 or min(u) <= 0:
            raise ZeroDivisionError
        return [mpmath.fsum(u[i] * w[i][j] / d[j] for j in range(m)) - 1 for i in range(n)]

    u = [mpmath.mpf(1) / (1000 * max(w[i])) for i in range(n)]
    for _ in range(400):
        f = residual(*u)
        if max(abs(x) for x in f) < mpmath.mpf(10) ** -55:
            return u
        step = mpmath.lu_solve(_jacobian(residual, u, f), -mpmath.matrix(f))
        u = _damped(residual, u, step, f)
    raise UnsupportedError("Newton's method did not reach the positive solution")


def _jacobian(f: Callable[..., Any], u: list[mpmath.mpf], at: list[mpmath.mpf]) -> mpmath.matrix:
    h = mpmath.mpf(10) ** -30
    n = len(u)
    matrix = mpmath.matrix(n, n)
    for k in range(n):
        moved = list(u)
        moved[k] += h * u[k]
        column = f(*moved)
        for i in range(n):
            matrix[i, k] = (column[i] - at[i]) / (h * u[k])
    return matrix


def _damped(f: Callable[..., Any], u: list[mpmath.mpf], step: mpmath.matrix, at: list[mpmath.mpf]) -> list[mpmath.mpf]:
    size = mpmath.mpf(1)
    before = max(abs(x) for x in at)
    for _ in range(60):
        moved = [x + size * step[k] for k, x in enumerate(u)]
        try:
            if max(abs(x) for x in f(*moved)) < before:
                return moved
        except ZeroDivisionError:
            pass
        size /= 2
    return [x + size * step[k] for k, x in enumerate(u)]


def _univariate(equations: list[Poly], unknowns: tuple[Symbol, ...]) -> list[list[int]]:
    """Return irreducible factors of a polynomial in the first unknown that vanishes at every solution."""
    names = [u.name for u in unknowns]
    context = fmpz_mpoly_ctx.get(names, "lex")
    current = [_integral(e, context) for e in equations]
    for name in reversed(names[1:]):
        pivot = _squarefree(current[0])
        current = _without_common([_squarefree(pivot.resultant(other, name)) for other in current[1:]])
    coefficients = [0] * (int(current[0].degrees()[0]) + 1)
    for exponents, value in current[0].to_dict().items():
        coefficients[int(exponents[0])] = int(value)
    return _integer_factors(coefficients)


def _without_common(polys: list[Any]) -> list[Any]:
    """Divide by a common factor: a curve on which two denominators vanish solves the cleared equations only."""
    if len(polys) < 2:
        return polys
    common = reduce(lambda a, b: a.gcd(b), polys)
    return [p // common for p in polys]


def _integral(poly: Poly, context: Any) -> Any:
    _, cleared = poly.clear_denoms(convert=True)
    return context.from_dict({tuple(map(int, k)): int(c) for k, c in cleared.terms()})


def _squarefree(poly: Any) -> Any:
    """Return the product of the distinct irreducible factors: resultants come with multiplicities."""
    result = poly.context().from_dict({(0,) * poly.context().nvars(): 1})
    for factor, _ in poly.factor()[1]:
        result *= factor
    return result


def factors_of(expr: Expr, unknown: Symbol) -> list[list[int]]:
    """Return the irreducible factors over the rationals, constant terms first."""
    poly = Poly(expr, unknown)
    _, cleared = poly.clear_denoms(convert=True)
    return _integer_factors([int(c) for c in reversed(cleared.all_coeffs())])


def _integer_factors(coefficients: list[int]) -> list[list[int]]:
    _, factors = fmpz_poly(primitive(coefficients)).factor()
    return [primitive([int(c) for c in f.coeffs()]) for f, _ in factors if f.degree() > 0]


def _holding(factors: list[list[int]], root: mpmath.mpf) -> list[int]:
    """Return the factor that vanishes at ``root`` (known to 55 digits); the others are far from zero there."""
    scored = []
    for factor in factors:
        value = reduce(lambda acc, c: acc * root + c, reversed(factor), mpmath.mpf(0))
        scale = mpmath.fsum(abs(c) * abs(root) ** k for k, c in enumerate(factor))
        scored.append((abs(value) / scale, factor))
    best = min(scored)
    if best[0] > mpmath.mpf(10) ** -35:
        raise UnsupportedError("no factor of the eliminant vanishes at the optimum")
    return best[1]


@mpmath.workdps(60)  # type: ignore[untyped-decorator]
def logit_eliminant(loss: Loss, form: ClosedForm, power: Expr, n: int, m: int) -> Eliminant:
    """Return the polynomial of X_1^2 = e^(2 a_1) at labels q_ij^kappa / sum_k q_ik^kappa, q the first primes."""
    x = symbols(f"X1:{m + 1}", positive=True)
    equations = [_scaling_equation(loss, form, power, n, m, j, x) for j in range(m)]
    basis = groebner(equations, *reversed(x), order="lex") if m <= 4 else None
    if basis is None:
        raise UnsupportedError("the elimination is carried out up to four classes")
    last = next(p for p in basis.exprs if p.free_symbols == {x[0]})
    square = Symbol("Y")
    poly = Poly(last, x[0])
    even = all(k[0] % 2 == 0 for k in poly.monoms())
    expr = sum(c * square ** (k[0] // 2) for k, c in poly.terms()) if even else last
    factors = factors_of(expr, square if even else x[0])
    root = _scaling_root(equations, x)
    factor = _holding(factors, root**2 if even else root)
    name = "X_1^2" if even else "X_1"
    return Eliminant(tuple(factor), name, f"sqrt(t) proportional to the first {n * m} of {_DATA[:n * m]}",
                     mpmath.nstr(root, 15))


def _scaling_equation(
    loss: Loss, form: ClosedForm, power: Expr, n: int, m: int, j: int, x: tuple[Symbol, ...]
) -> Expr:
    """Return X_j^kappa A_j - 1 as a polynomial in X."""
    assert form.aggregate is not None
    if not (power.is_Integer and power > 0):
        raise UnsupportedError("the power of e^s is not a positive whole number")
    scaling = array("X", "positive")
    shifted = log(T[loss.indices]) / power + log(scaling[loss.indices[1]])
    value = substitute_array(to_expression(form.aggregate.value), S, loss.indices, shifted)
    plain = specialise(value.xreplace({index("j"): Integer(j + 1)}), {"n": n, "m": m})
    rule = {}
    for i in range(n):
        row = [Integer(_DATA[i * m + k]) ** power for k in range(m)]
        for k in range(m):
            rule[Symbol(f"t_{i + 1}_{k + 1}", nonnegative=True)] = row[k] / sum(row)
    rule |= {Symbol(f"X_{k + 1}", positive=True): x[k] for k in range(m)}
    expr = powdenest(simplify(plain.xreplace(rule)), force=True)
    return fraction(cancel(together(x[j] ** power * expr - 1)))[0]


def _scaling_root(equations: list[Expr], x: tuple[Symbol, ...]) -> mpmath.mpf:
    functions = [lambdify(x, e, "mpmath") for e in equations]
    start = [mpmath.mpf(1) / 2] * len(x)
    u = start
    for _ in range(300):
        f = [g(*u) for g in functions]
        if max(abs(v) for v in f) < mpmath.mpf(10) ** -50:
            return u[0]
        step = mpmath.lu_solve(_jacobian(lambda *a: [g(*a) for g in functions], u, f), -mpmath.matrix(f))
        size = mpmath.mpf(1)
        while min(v + size * step[k] for k, v in enumerate(u)) <= 0:
            size /= 2
        u = [v + size * step[k] for k, v in enumerate(u)]
    raise UnsupportedError("Newton's method did not reach the positive solution")
