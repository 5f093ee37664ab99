"""Cross-check a closed form with SciPy: whether a root finder lands where the formula says, from several starts.

Evidence only: agreement never makes a verdict, disagreement is printed.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
from sympy import Expr, Integer, Rational, Symbol, lambdify

from nmderive.calculus.specialise import entry_symbol, specialise
from nmderive.calculus.symbols import M, S, T
from nmderive.errors import NmderiveError
from nmderive.losses.loss import Loss
from nmderive.proving.points import entries_of
from nmderive.solving.record import Solution

_SIZES = ({"n": 1, "m": 3}, {"n": 2, "m": 3}, {"n": 5, "m": 4})
_STARTS = 3
#: Starts are within about 1 of the formula's point; a root farther away than this is another one.
_FAR = 2.0
#: Where the gradient vanishes to this size at the formula's point, a root farther from it than that is another one.
_LEVEL, _APART = 1e-10, 1e-4


@dataclass(frozen=True)
class CrossCheck:
    """The largest difference between formula and root finder, over sizes and starts.

    ``failed`` runs did not converge; ``elsewhere`` runs did, but far away: another stationary point, or infinity,
    where the gradient of a loss that is not convex vanishes too.
    """

    largest: float
    residual: float
    runs: int
    failed: int
    elsewhere: int
    sizes: tuple[str, ...]

    def text(self) -> str:
        """Return one sentence."""
        failed = f", {self.failed} did not converge" if self.failed else ""
        failed += f", {self.elsewhere} ended elsewhere" if self.elsewhere else ""
        return (
            f"SciPy root finder at {'; '.join(self.sizes)}: largest difference {self.largest:.1e}, "
            f"largest |gradient| {self.residual:.1e} ({self.runs} runs{failed})"
        )


def crosscheck(loss: Loss, solution: Solution, seed: int = 0) -> CrossCheck | None:
    """Compare the solution with SciPy's ``root`` at several sizes; None where there is no formula to compare.

    The unknowns U_i of a partial form are free: any small positive values give labels for which s is stationary.
    """
    if solution.link is None and solution.logits is None:
        return None
    rng = np.random.default_rng(seed)
    largest, residual, runs, failed, elsewhere, shown = 0.0, 0.0, 0, 0, 0, []
    for base in _SIZES:
        sizes = {**base, **dict(loss.sizes), **solution.sizes}
        try:
            problem = _problem(loss, sizes)
        except NmderiveError:
            continue
        shown.append(", ".join(f"{s.name}={sizes[s.name]}" for s in loss.shape))
        for _ in range(_STARTS):
            s, t = _pair(loss, solution, sizes, rng)
            found, gradient = _root(problem, s, t, rng)
            runs += 1
            if found is None:
                failed += 1
                continue
            distance = _distance(loss, found, s, sizes["m"])
            both = distance > _APART and float(np.max(np.abs(problem(s, t)))) < _LEVEL
            if distance > _FAR or both:
                elsewhere += 1
                continue
            largest, residual = max(largest, distance), max(residual, gradient)
    return CrossCheck(largest, residual, runs, failed, elsewhere, tuple(shown)) if runs else None


def _problem(loss: Loss, sizes: dict[str, int]) -> Any:
    """Return (gradient function of flat s and t, entries)."""
    entries = entries_of(loss, sizes)
    rule = _numbers(loss, sizes)
    sets = {"Omega_neg": frozenset({1}), "Omega_pos": frozenset(range(2, sizes["m"] + 1))}
    rows = [
        specialise(loss.gradient.xreplace(dict(zip(loss.indices, map(Integer, e), strict=True))), sizes, sets)
        .xreplace(rule) for e in entries
    ]
    symbols_s = [entry_symbol(S[e]) for e in entries]
    symbols_t = [entry_symbol(T[e]) for e in entries]
    return lambdify([symbols_s, symbols_t], rows, "numpy", cse=True)


def _numbers(loss: Loss, sizes: dict[str, int]) -> dict[Any, Any]:
    """Return numbers for the parameters and for the entries of arrays such as class weights."""
    rule: dict[Any, Any] = {p: Integer(1) / 2 for p in loss.parameters}
    for number, entry in enumerate(loss.arrays):
        ranges = [range(1, max(sizes.values()) + 1)] * len(entry.indices)
        for place in product(*ranges):
            rule[entry_symbol(entry.base[place])] = Rational(1 + sum(place), 3 + number)
    return rule


def _pair(loss: Loss, solution: Solution, sizes: dict[str, int], rng: Any) -> tuple[Any, Any]:
    """Return (s, t) of which the solution says that s is stationary for t."""
    entries = entries_of(loss, sizes)
    if solution.link is not None:
        s = rng.normal(size=len(entries))
        t = _at(loss, solution.link.expr, sizes, S, s)
        if M in loss.shape and np.max(np.abs(t.reshape(-1, sizes["m"]).sum(axis=1) - 1)) > _LEVEL:
            rows = s.reshape(-1, sizes["m"])  # as a ridge, whose rows of logits sum to zero
            s = (rows - rows.mean(axis=1, keepdims=True)).ravel()
            t = _at(loss, solution.link.expr, sizes, S, s)
        return s, t
    assert solution.logits is not None
    raw = rng.gamma(1.0, size=len(entries)) + 0.05
    t = raw / (raw + 1)
    if M in loss.shape:
        table = raw.reshape(-1, sizes["m"])
        t = (table / table.sum(axis=1, keepdims=True)).ravel()
    return _at(loss, solution.logits, sizes, T, t), t


def _at(loss: Loss, expr: Expr, sizes: dict[str, int], base: Any, values: Any) -> Any:
    entries = entries_of(loss, sizes)
    rule = _numbers(loss, sizes)
    rule |= {Symbol(f"U_{i}", positive=True): Rational(i, 100) for i in range(1, sizes["n"] + 1)}
    symbols = [entry_symbol(base[e]) for e in entries]
    rows = [
        specialise(expr.xreplace(dict(zip(loss.indices, map(Integer, e), strict=True))), sizes).xreplace(rule)
        for e in entries
    ]
    return np.array(lambdify([symbols], rows, "numpy")(values), dtype=float)


def _root(gradient: Any, s: Any, t: Any, rng: Any) -> tuple[Any | None, float]:
    from scipy.optimize import root  # slow to import, needed only here

    start = s + 0.3 * rng.normal(size=len(s))
    # Rows may be shifted freely, so the Jacobian is singular: Levenberg-Marquardt does not mind.
    with np.errstate(all="ignore"):  # a trial step may overflow; the residual says whether the run ended well
        found = root(lambda x: np.asarray(gradient(x, t), dtype=float), start, method="lm", tol=1e-14)
    size = float(np.max(np.abs(found.fun)))
    return (found.x, size) if size < 1e-7 else (None, size)


def _distance(loss: Loss, found: Any, expected: Any, columns: int) -> float:
    """Return the largest difference up to one shift a row."""
    difference = found - expected
    largest = float(np.max(np.abs(difference)))
    if M not in loss.shape:
        return largest
    table = difference.reshape(-1, columns)
    return min(largest, float(np.max(np.abs(table - table[:, :1]))))
