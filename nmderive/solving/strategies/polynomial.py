"""Clear denominators at small sizes and eliminate with a Groebner basis, for losses of any structure.

At one rational point (e^s distinct primes, raised to a power that clears roots such as exp(mean)) the gradient
is rational in the labels; its numerators, with sum_j t_ij = 1, give one polynomial in one label.
"""

from __future__ import annotations

from sympy import Expr, Integer, Poly, Rational, Symbol, exp, expand_log, fraction, groebner, log, simplify, together

from nmderive.calculus.specialise import entry_symbol, specialise
from nmderive.calculus.symbols import M, N, S, T
from nmderive.errors import NmderiveError, UnsupportedError
from nmderive.losses.loss import Loss
from nmderive.solving.eliminants import factors_of
from nmderive.solving.record import Direction, Finding, Outcome

TITLE = "polynomial system"
COST = 6
SECONDS = 30.0
WORKER = True
_PRIMES = (2, 3, 5, 7, 11, 13)
_SIZES = ((1, 2), (1, 3), (2, 2))


def search(loss: Loss, direction: Direction) -> Finding:
    """Eliminate all labels but one at small sizes; the degrees say how hard the optimum is."""
    assumed = "e^s distinct primes (as powers), labels unknown, sum_j t_ij = 1"
    if direction is Direction.LOGITS or loss.shape != (N, M) or loss.parameters or loss.arrays or loss.class_sets:
        return Finding(TITLE, assumed, Outcome.NOT_FOUND, "it applies to labels from logits, without parameters")
    lines = []
    for n, m in _SIZES:
        try:
            degrees = _degrees(loss, n, m)
        except (NmderiveError, NotImplementedError, ValueError) as error:
            lines.append(f"(n, m) = ({n}, {m}): {str(error).splitlines()[0][:120]}")
            continue
        lines.append(f"(n, m) = ({n}, {m}): t_1_1 is a root of a polynomial with factors of degree {degrees}")
    outcome = Outcome.PARTIAL if any("root of" in line for line in lines) else Outcome.NOT_FOUND
    return Finding(TITLE, assumed, outcome, "; ".join(lines), data={"lines": lines})


def _degrees(loss: Loss, n: int, m: int) -> list[int]:
    sizes = {"n": n, "m": m}
    entries = [(i, j) for i in range(1, n + 1) for j in range(1, m + 1)]
    unknowns = [entry_symbol(T[e]) for e in entries]
    data = {entry_symbol(S[e]): log(Integer(_PRIMES[k % 6]) ** (2 * m)) for k, e in enumerate(entries)}
    equations: list[Expr] = []
    for e in entries:
        at = loss.gradient.xreplace(dict(zip(loss.indices, map(Integer, e), strict=True)))
        equations.append(_numerator(specialise(at, sizes).xreplace(data), unknowns))
    for i in range(n):
        equations.append(sum(unknowns[i * m : (i + 1) * m]) - 1)
    basis = groebner([e for e in equations if e != 0], *reversed(unknowns), order="lex")
    univariate = [p for p in basis.exprs if p.free_symbols == {unknowns[0]}]
    if not univariate:
        raise UnsupportedError("the labels are not determined by the gradient")
    return sorted(len(f) - 1 for f in factors_of(univariate[0], unknowns[0]))


def _numerator(expr: Expr, unknowns: list[Symbol]) -> Expr:
    rational = simplify(expand_log(expr.replace(exp, lambda x: exp(expand_log(x, force=True))), force=True))
    top = fraction(together(rational))[0]
    poly = Poly(top, *unknowns)
    if not all(isinstance(c, Rational) for c in poly.coeffs()):
        raise UnsupportedError("the gradient is not rational in the labels at this point")
    return poly.as_expr()


