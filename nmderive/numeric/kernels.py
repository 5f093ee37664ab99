"""The few array operations that NumPy lacks; their source is copied into every exported module.

All of them work along one axis of an array of any shape, take -inf for the logarithm of zero and never
overflow: each exponential has an argument of at most zero.
"""

from __future__ import annotations

from typing import Any

import numpy as np

Array = Any


def lse(x: Array, axis: Any) -> Array:
    """Return log(sum(exp(x))) along ``axis``; -inf for a sum without terms."""
    top = np.max(x, axis=axis, keepdims=True, initial=-np.inf)
    top = np.where(np.isfinite(top), top, 0)
    return np.log(np.sum(np.exp(x - top), axis=axis)) + np.squeeze(top, axis)


def logadd(*parts: Array) -> Array:
    """Return log(exp(a) + exp(b) + ...), entry by entry."""
    total = parts[0]
    for part in parts[1:]:
        total = np.logaddexp(total, part)
    return total


def softplus(x: Array) -> Array:
    """Return log(1 + exp(x))."""
    return np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))


def sigmoid(x: Array) -> Array:
    """Return 1/(1 + exp(-x))."""
    small = np.exp(-np.abs(x))
    return np.where(x >= 0, 1, small) / (1 + small)


def weight(part: Array, whole: Array) -> Array:
    """Return exp(part - whole) where part <= whole; 0 where both are -inf."""
    return np.exp(part - np.where(whole == -np.inf, 0, whole))


def log0(x: Array) -> Array:
    """Return log(x), and 0 where x is 0: for products that vanish there anyway."""
    return np.log(np.where(x == 0, 1, x))


def two_tops(x: Array, axis: int) -> tuple[Array, Array, Array]:
    """Return (mask of one largest entry, the largest, the largest of the rest) along ``axis``."""
    where = np.expand_dims(np.argmax(x, axis=axis), axis)
    first = np.take_along_axis(x, where, axis)
    place = np.arange(x.shape[axis]).reshape([-1 if a == axis % x.ndim else 1 for a in range(x.ndim)])
    mask = place == where
    second = np.max(np.where(mask, -np.inf, x), axis=axis, keepdims=True)
    finite = [np.where(np.isfinite(y), y, 0) for y in (first, second)]
    return mask, finite[0], finite[1]


def lsex(x: Array, axis: int) -> Array:
    """Return log(sum over k != j of exp(x_k)) for every j along ``axis``, from the largest two."""
    mask, first, second = two_tops(x, axis)
    e = np.exp(x - first)
    near = np.log(np.sum(e, axis=axis, keepdims=True) - e) + first
    rest = np.where(mask, -np.inf, x)
    far = np.log(np.sum(np.exp(rest - second), axis=axis, keepdims=True)) + second
    return np.where(mask, far, near)


def exmix(x: Array, out: Array, y: Array, axis: int) -> Array:
    """Return sum over k != j of exp(x_k - out_j) y_k for every j, with out = lsex(x)."""
    mask, first, second = two_tops(x, axis)
    e = np.exp(x - first) * y
    near = weight(first, out) * (np.sum(e, axis=axis, keepdims=True) - e)
    far = np.sum(np.where(mask, 0, np.exp(np.where(mask, -np.inf, x) - second) * y), axis=axis, keepdims=True)
    return np.where(mask, weight(second, out) * far, np.where(out == -np.inf, 0, near))


def exmixt(x: Array, out: Array, y: Array, axis: int) -> Array:
    """Return sum over j != k of exp(x_k - out_j) y_j for every k, with out = lsex(x)."""
    mask, first, second = two_tops(x, axis)
    u = np.where(mask | (out == -np.inf), 0, weight(first, out) * y)
    near = np.exp(x - first) * (np.sum(u, axis=axis, keepdims=True) - u)
    v = np.where(mask & (out != -np.inf), weight(second, out) * y, 0)
    far = np.exp(np.where(mask, -np.inf, x) - second) * np.sum(v, axis=axis, keepdims=True)
    return near + far


def exsum(x: Array, axis: int) -> Array:
    """Return the sum over k != j of x_k for every j along ``axis``, from the sums before and after j."""
    x = np.moveaxis(np.asarray(x), axis, 0)
    out = np.zeros_like(x)
    np.cumsum(x[:-1], axis=0, out=out[1:])
    out[:-1] += np.cumsum(x[:0:-1], axis=0)[::-1]
    return np.moveaxis(out, 0, axis)


def put(x: Array, like: Array, position: int, axis: int) -> Array:
    """Return an array shaped like ``like`` with ``x`` at one position of ``axis`` and zeros elsewhere."""
    out = np.zeros(np.shape(like), dtype=np.result_type(x, like))
    out[(slice(None),) * axis + (position,)] = x
    return out


def inner(x: Array, y: Array) -> Array:
    """Return the sum of x y over all entries of two arrays of the same layout."""
    if not x.flags.c_contiguous:
        x, y = x.T, y.T
    return np.dot(x.reshape(-1), y.reshape(-1))


def columns(x: Array, order: str) -> Array:
    """Return a block of rows in the memory order that suits its width."""
    return np.asfortranarray(x) if order == "F" else x


def others_signed(x: Array, matrix: Array, out: Array) -> Array:
    """Write the sum over k != j of x[:, k] into out[:, j]; ``matrix`` is 1 - identity for few columns."""
    if matrix is not None:
        return np.matmul(x, matrix, out=out)
    out[...] = exsum(x, 1)
    return out


def others_nonneg(x: Array, matrix: Array, out: Array) -> Array:
    """Do the same for nonnegative x without cancelling: dominant entries get their sum anew."""
    if matrix is not None:
        return np.matmul(x, matrix, out=out)
    np.subtract(np.sum(x, axis=1, keepdims=True), x, out=out)
    dominant = x > out
    if dominant.any():
        rows, places = np.nonzero(dominant)
        part = x[rows]
        part[np.arange(len(rows)), places] = 0
        out[rows, places] = np.sum(part, axis=1)
    return out


NAMES = (
    "inner", "columns", "others_signed", "others_nonneg",
    "lse", "logadd", "softplus", "sigmoid", "weight", "log0", "two_tops", "lsex", "exmix", "exmixt", "exsum", "put",
)
#: Which kernel needs which others.
NEEDS = {
    "others_signed": ("exsum",), "lsex": ("two_tops",), "exmix": ("two_tops", "weight"), "exmixt": ("two_tops", "weight"),
}

__all__ = ["NAMES", "NEEDS", *NAMES]
