"""Many small symmetric systems at once, the problems on the last axis."""

from __future__ import annotations

from typing import Any

import numpy as np


def solve_many(matrix: Any, right: Any) -> tuple[Any, Any]:
    """Solve matrix x = right for (d, d, B) and (d, B); return (x, mask of positive definite problems).

    Elimination without pivots, which is stable where every pivot is positive; the other problems are
    solved by LAPACK (least squares where the matrix is singular).
    """
    a, b = np.array(matrix, dtype=float), np.array(right, dtype=float)
    d = len(b)
    good = np.ones(b.shape[1], dtype=bool)
    scale = 1e-14 * np.max(np.abs(np.diagonal(a)), axis=-1, initial=0.0)
    with np.errstate(all="ignore"):
        for k in range(d):
            good &= a[k, k] > scale
            if k + 1 < d:
                ratio = a[k + 1 :, k] / a[k, k]
                a[k + 1 :, k + 1 :] -= ratio[:, None] * a[k, k + 1 :]
                b[k + 1 :] -= ratio * b[k]
        for k in range(d - 1, -1, -1):
            b[k] /= a[k, k]
            b[:k] -= a[:k, k] * b[k]
    for p in np.flatnonzero(~good):
        if np.isfinite(matrix[:, :, p]).all() and np.isfinite(right[:, p]).all():
            b[:, p] = np.linalg.lstsq(matrix[:, :, p], right[:, p], rcond=None)[0]
        else:
            b[:, p] = np.nan
    return b, good


__all__ = ["solve_many"]
