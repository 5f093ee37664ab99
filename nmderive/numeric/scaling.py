r"""The optimum of losses of the form sum_j log(1 + sum_{i, k != j} t_ij exp(c (s_ik - s_ij))).

Stationarity leaves m unknowns instead of n m: c s_ij = log(t_ij)/2 + log X_j + r_i for any shift r_i of a
row, where X_j (M X)_j = 1 with M_jk = sum_i sqrt(t_ij t_ik) for j != k and M_jj = 1, the symmetric scaling
of the class-overlap matrix M. In a = log X it is the minimum of the convex function exp(a)' M exp(a)/2 -
sum_j a_j, found by a damped Newton iteration. The form is recognised by its normal form, under any name
and in any writing.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from sympy import Expr, Ne, exp, log

from nmderive.calculus.normal_form import normal_form
from nmderive.calculus.sums import IndexSum
from nmderive.calculus.symbols import M, N, S, T, index
from nmderive.errors import NmderiveError
from nmderive.losses.loss import Loss
from nmderive.numeric.linear import solve_many

_STEPS = 60
#: Entries of a block of rows, which stays in the cache.
_BLOCK = 32768


def scaling_form(c: Expr) -> Expr:
    """Return the loss of this family with the exponent's factor ``c``."""
    i, j, k = index("i"), index("j"), index("k")
    term = T[i, j] * exp(c * (S[i, k] - S[i, j]))
    return IndexSum(log(1 + IndexSum(IndexSum(term, k, M, Ne(k, j)), i, N)), j, M)


@lru_cache(maxsize=64)
def scaling_factor(loss: Loss) -> float | None:
    """Return c > 0 where the loss is of the family, None where it is not."""
    if loss.shape != (N, M) or loss.parameters or loss.arrays or loss.class_sets:
        return None
    candidates = {
        abs(a.as_coeff_Mul()[0]) for e in loss.expr.atoms(exp) for a in e.args[0].as_ordered_terms() if a.has(S)
    }
    try:
        own = normal_form(loss.expr)
        for c in candidates:
            if own == normal_form(scaling_form(c)):
                return float(c)
    except NmderiveError:
        return None
    return None


def overlap(t: Any) -> Any:
    """Return M of shape (m, m, B) for labels (n, m, B): overlaps of the classes, ones on the diagonal."""
    root = np.sqrt(t)
    if t.shape[2] == 1:
        matrix = (root[:, :, 0].T @ root[:, :, 0])[:, :, None]
    else:
        matrix = np.einsum("ijz,ikz->jkz", root, root)
    diagonal = np.arange(len(matrix))
    matrix[diagonal, diagonal] = 1
    return matrix


def scale(matrix: Any) -> tuple[Any, Any, Any]:
    """Return (a, last Newton step, converged) with exp(a_j) (M exp(a))_j = 1; arrays (m, B), (B,), (B,)."""
    a = -0.5 * np.log(np.sum(matrix, axis=0))
    diagonal = np.arange(len(a))
    value, x, flow = _objective(matrix, a)
    step = np.full(a.shape[1], np.inf)
    for _ in range(_STEPS):
        hessian = x[:, None] * matrix
        hessian *= x
        hessian[diagonal, diagonal] += flow
        move, _ = solve_many(hessian, 1 - flow)
        length = np.max(np.abs(move), axis=0)
        a, value, x, flow = _line_search(matrix, a, move, length, value)
        if np.all(length <= 4e-16 * (1 + np.max(np.abs(a), axis=0))) or np.all(length >= step) and np.all(step < 1e-9):
            break
        step = length
        if np.all(length < 1e-9):  # the next step of a Newton iteration is below the rounding
            break
    return a, np.minimum(step, length), np.minimum(step, length) < 1e-9


def _objective(matrix: Any, a: Any) -> tuple[Any, Any, Any]:
    x = np.exp(a)
    flow = x * np.einsum("jkz,kz->jz", matrix, x)
    return np.sum(flow, axis=0) / 2 - np.sum(a, axis=0), x, flow


def _line_search(matrix: Any, a: Any, move: Any, length: Any, value: Any) -> tuple[Any, Any, Any, Any]:
    factor = np.minimum(1.0, 2.0 / np.maximum(length, 1e-300))
    for _ in range(40):
        trial = a + factor * move
        new, x, flow = _objective(matrix, trial)
        worse = ~(new <= value + 1e-13 * (1 + np.abs(value)))
        if not worse.any():
            break
        factor = np.where(worse, factor / 2, factor)
    return trial, new, x, flow


def solve_scaling(t: Any, c: float) -> tuple[Any, Any, Any]:
    """Return (s with row means 0, error estimate, converged) for positive labels ``t`` of shape (n, m, B)."""
    a, step, converged = scale(overlap(t))
    s = np.empty(t.shape)
    rows = max(1, _BLOCK // (t.shape[1] * t.shape[2]))
    for first in range(0, len(t), rows):
        part = np.log(t[first : first + rows], out=s[first : first + rows])
        part *= 0.5 / c
        part += a / c
        part -= np.mean(part, axis=1, keepdims=True)
    return s, step / c, converged


__all__ = ["overlap", "scale", "scaling_factor", "scaling_form", "solve_scaling"]
