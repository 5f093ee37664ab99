"""The equations dl/ds = 0 for the labels at fixed sizes and one rational point, as polynomials."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

from sympy import Expr, Integer, Mul, Poly, Rational, Symbol, exp, expand_log, fraction, log, simplify, together

from nmderive.budget import step
from nmderive.calculus.specialise import entry_symbol, specialise
from nmderive.calculus.symbols import M, N, S, T
from nmderive.errors import UnsupportedError
from nmderive.losses.loss import Loss

_PRIMES = (2, 3, 5, 7, 11, 13, 17, 19)


@dataclass(frozen=True)
class System:
    """Polynomial equations in the labels: numerators of the gradient, rows that sum to one, saturation.

    The last unknown z stands in z * (product of the denominators) = 1, which keeps out what only clearing the
    denominators would let in.
    """

    equations: tuple[Expr, ...]
    unknowns: tuple[Symbol, ...]


def require_small(system: System, roots: int) -> None:
    """Raise UnsupportedError where the product of the degrees, which bounds the number of roots, is too large."""
    product = prod(max(1, Poly(e, *system.unknowns).total_degree()) for e in system.equations)
    if product > roots:
        raise UnsupportedError(f"too large to eliminate: degrees with a product of {product}, the limit is {roots}")


def applies(loss: Loss) -> bool:
    """Tell whether the equations can be written out: a matrix of logits, nothing else to fix."""
    return loss.shape == (N, M) and not (
        loss.parameters or loss.arrays or loss.class_sets or loss.has_undefined_functions
    )


def label_system(loss: Loss, n: int, m: int) -> System:
    """Return the system at e^s = the first primes, raised to 2m so that roots such as exp(mean) are rational."""
    sizes = {"n": n, "m": m}
    entries = [(i, j) for i in range(1, n + 1) for j in range(1, m + 1)]
    unknowns = tuple(entry_symbol(T[e]) for e in entries)
    data = {entry_symbol(S[e]): log(Integer(_PRIMES[k % 8]) ** (2 * m)) for k, e in enumerate(entries)}
    equations, denominators = [], set()
    for e in entries:
        at = loss.gradient.xreplace(dict(zip(loss.indices, map(Integer, e), strict=True)))
        plain = specialise(at, sizes)
        step(plain.count_ops())  # SymPy counts no steps: its job is bounded by its size
        top, bottom = _fraction(plain.xreplace(data), unknowns)
        equations.append(top.as_expr())
        denominators |= {factor for factor, _ in bottom.factor_list()[1]}
    for i in range(n):
        equations.append(sum(unknowns[i * m : (i + 1) * m]) - 1)
    z = Symbol("z")
    equations.append(z * Mul(*(d.as_expr() for d in denominators)) - 1)
    return System(tuple(e for e in equations if e != 0), (*unknowns, z))


def _fraction(expr: Expr, unknowns: tuple[Symbol, ...]) -> tuple[Poly, Poly]:
    rational = simplify(expand_log(expr.replace(exp, lambda x: exp(expand_log(x, force=True))), force=True))
    parts = [Poly(part, *unknowns) for part in fraction(together(rational))]
    if not all(isinstance(c, Rational) for part in parts for c in part.coeffs()):
        raise UnsupportedError("the gradient is not rational in the labels at this point")
    top, bottom = (part.clear_denoms(convert=True)[1] for part in parts)
    return top, bottom
