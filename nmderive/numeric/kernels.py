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


def logsoftplus(x: Array) -> Array:
    """Return log(log(1 + exp(x))), which is x where exp(x) is below the rounding."""
    return np.where(x < -37, x, np.log(softplus(np.maximum(x, -37))))


def steepness(x: Array) -> Array:
    """Return the derivative of logsoftplus."""
    x = np.maximum(x, -37)
    return sigmoid(x) / softplus(x)


def weight(part: Array, whole: Array) -> Array:
    """Return exp(part - whole) where part <= whole; 0 where both are -inf."""
    return np.exp(part - np.where(whole == -np.inf, 0, whole))


def log0(x: Array) -> Array:
    """Return log(x), and 0 where x is 0: for products that vanish there anyway."""
    return np.log(np.where(x == 0, 1, x))


def log1p0(x: Array) -> Array:
    """Return log(1 + x), and 0 where x is -1: for products that vanish there anyway."""
    return np.log1p(np.where(x == -1, 0, x))


def tops(x: Array) -> Array:
    """Return the largest entry along the last axis, kept as an axis; 0 in place of -inf."""
    top = np.max(x, axis=-1, keepdims=True)
    return np.where(top == -np.inf, 0, top)


def rests(e: Array) -> Array:
    """Return the sum over k != j of e_k along the last axis: exact for few classes, else total minus own."""
    m = e.shape[-1]
    if m <= 16:
        matrix = np.ones((m, m), e.dtype) - np.eye(m, dtype=e.dtype)
        return (matrix @ e.T).T if e.ndim == 2 and not e.flags.c_contiguous else e @ matrix
    return np.sum(e, axis=-1, keepdims=True) - e


def places(mask: Array) -> Any:
    """Return the indices of the few true entries, like np.nonzero."""
    if mask.ndim == 2 and not mask.flags.c_contiguous:
        columns_, rows = np.unravel_index(np.flatnonzero(mask.T), mask.T.shape)
        return rows, columns_
    return np.unravel_index(np.flatnonzero(mask), mask.shape)


def lsex(x: Array, axis: int) -> Array:
    """Return log(sum over k != j of exp(x_k)) for every j along ``axis``.

    Total minus own is exact enough unless own is more than the rest, and the rest may underflow next to a
    dominant entry; such entries, at most one a row, get the sum of the rest anew.
    """
    if x.ndim == 1:
        return lsex(x[None], 1)[0]
    x = np.moveaxis(x, axis, -1)
    top = tops(x)
    e = np.exp(x - top)
    rest = rests(e)
    narrow = x.shape[-1] <= 16
    poor = rest < 1e-30 if narrow else e > rest
    out = np.log(rest)
    out += top
    if poor.any():
        found = places(poor)
        out[found] = lse(without(x, found), -1)
    return np.moveaxis(out, -1, axis)


def without(x: Array, found: Any) -> Array:
    """Return the rows of x (last axis) that hold the entries ``found``, these entries replaced by -inf."""
    part = x[found[:-1]]
    part[np.arange(len(part)), found[-1]] = -np.inf
    return part


def exmix(x: Array, out: Array, y: Array, axis: int) -> Array:
    """Return sum over k != j of exp(x_k - out_j) y_k for every j, with out = lsex(x)."""
    x, out, y = (np.moveaxis(z, axis, -1) for z in np.broadcast_arrays(x, out, y))
    if x.ndim == 1:
        return exmix(x[None], out[None], y[None], 1)[0]
    top = tops(x)
    gap = top - out
    poor = gap > (60 if x.shape[-1] <= 16 else 0)
    result = rests(np.exp(x - top) * y) * np.exp(np.minimum(gap, 60))
    if poor.any():
        found = places(poor)
        result[found] = np.sum(weight(without(x, found), out[found][:, None]) * y[found[:-1]], axis=-1)
    return np.moveaxis(result, -1, axis)


def exmixt(x: Array, out: Array, y: Array, axis: int) -> Array:
    """Return sum over j != k of exp(x_k - out_j) y_j for every k, with out = lsex(x)."""
    x, out, y = (np.moveaxis(z, axis, -1) for z in np.broadcast_arrays(x, out, y))
    if x.ndim == 1:
        return exmixt(x[None], out[None], y[None], 1)[0]
    top = tops(x)
    gap = top - out
    poor = gap > (60 if x.shape[-1] <= 16 else 0)
    some = poor.any()
    u = np.exp(np.minimum(gap, 60) if some else gap)
    u *= y
    if some:
        u[poor] = 0
    result = rests(u)
    result *= np.exp(x - top)
    if some:
        found = places(poor)
        part = weight(without(x, found), out[found][:, None]) * y[found][:, None]
        np.add.at(result, found[:-1], part)
    return np.moveaxis(result, -1, axis)


def shifted(a: Array, b: Array) -> tuple[Array, Array, Array, Array, Array]:
    """Return exp(a_ij - p_j), exp(b_ik - q_k), p, q after a shift between them row by row, and a safe exponent.

    The shifts make every exponential at most 1; p_j or q_k is -inf where a column has no finite entry.
    """
    shift = tops(b)
    a, b = a + shift, b - shift
    p, q = (np.max(x, axis=0, initial=-np.inf) for x in (a, b))
    e, f = (np.exp(x - np.where(y == -np.inf, 0, y)) for x, y in ((a, p), (b, q)))
    return e, f, p, q, 500.0 if a.dtype == np.float64 else 40.0


def lsedot(a: Array, b: Array) -> Array:
    """Return log(sum over i of exp(a_ij + b_ik)) for every j, k.

    It is one matrix product of scaled exponentials; pairs j, k for which these underflow are summed anew.
    """
    e, f, p, q, safe = shifted(a, b)
    total = e.T @ f
    out = np.log(total) + p[:, None] + q
    poor = (total < np.exp(-safe)) & (p > -np.inf)[:, None] & (q > -np.inf)
    for j, k in pairs(poor, len(a)):
        out[j, k] = lse(a[:, j] + b[:, k], 0)
    return out


def mixdot(a: Array, b: Array, out: Array, y: Array) -> Array:
    """Return sum over k of exp(a_ij + b_ik - out_jk) y_jk for every i, j, with out = lsedot(a, b)."""
    return mixdots(a, b, out, y)[0]


def mixdots(a: Array, b: Array, out: Array, y: Array) -> tuple[Array, Array]:
    """Return the sums over k and over j of exp(a_ij + b_ik - out_jk) y_jk, with out = lsedot(a, b)."""
    e, f, p, q, safe = shifted(a, b)
    gap = p[:, None] + q - out
    some = (p > -np.inf)[:, None] & (q > -np.inf)
    scaled = np.where(some & (gap <= safe), np.exp(np.minimum(gap, safe)) * y, 0)
    over_k, over_j = e * (f @ scaled.T), f * (e @ scaled)
    for j, k in pairs(some & (gap > safe), len(a)):
        part = weight(a[:, j] + b[:, k], out[j, k]) * y[j, k]
        np.add.at(over_k.T, j, part.T)
        np.add.at(over_j.T, k, part.T)
    return over_k, over_j


def pairs(mask: Array, rows: int) -> Any:
    """Yield the places of the true entries in portions for which arrays of ``rows`` rows stay small."""
    j, k = np.nonzero(mask)
    step = max(1, 65536 // max(1, rows))
    for first in range(0, len(j), step):
        yield j[first : first + step], k[first : first + step]


def exsum(x: Array, axis: int) -> Array:
    """Return the sum over k != j of x_k for every j along ``axis``, from the sums before and after j."""
    x = np.moveaxis(np.asarray(x), axis, 0)
    if x.ndim < 2 or x[:1].size < 64 or len(x) < 3:
        out = np.zeros_like(x)
        np.cumsum(x[:-1], axis=0, out=out[1:])
        out[:-1] += np.cumsum(x[:0:-1], axis=0)[::-1]
        return np.moveaxis(out, 0, axis)
    out = np.empty_like(x)
    out[1] = x[0]
    for k in range(2, len(x)):
        np.add(out[k - 1], x[k - 1], out=out[k])
    after = x[-1].copy()
    for k in range(len(x) - 2, 0, -1):
        out[k] += after
        after += x[k]
    out[0] = after
    return np.moveaxis(out, 0, axis)


def amax(x: Array, axis: Any) -> Array:
    """Return the largest entry along ``axis``; a nan stays one."""
    return np.max(x, axis=axis)


def larger(x: Array, y: Array) -> Array:
    """Return the larger one of two entries; a nan stays one."""
    return np.maximum(x, y)


def share(x: Array, top: Array, axis: int) -> Array:
    """Return 1/c at each of the c entries along ``axis`` that attain the maximum ``top``, 0 elsewhere."""
    hit = (x == top).astype(np.result_type(x))
    return hit / np.sum(hit, axis=axis, keepdims=True)


def leaders(x: Array, axis: int) -> tuple[Array, Array, Array, Array]:
    """Return where the largest entries along ``axis`` are, where the next ones, and how many of each there are."""
    first = x == np.max(x, axis=axis, keepdims=True)
    left = np.where(first, -np.inf, x)
    next_ = (left == np.max(left, axis=axis, keepdims=True)) & ~first
    counts = (np.sum(y, axis=axis, keepdims=True).astype(np.result_type(x)) for y in (first, next_))
    return first, next_, *counts


def amaxex(x: Array, axis: int) -> Array:
    """Return the largest x_k with k != j for every j along ``axis``; -inf where there is no other; a nan stays one."""
    place = np.expand_dims(np.argmax(x, axis), axis)
    rest = np.array(x)
    np.put_along_axis(rest, place, -np.inf, axis)
    out = np.broadcast_to(np.max(x, axis=axis, keepdims=True), x.shape).copy()
    np.put_along_axis(out, place, np.max(rest, axis=axis, keepdims=True), axis)
    return out


def exshare(x: Array, out: Array, y: Array, axis: int) -> Array:
    """Return for every j the mean of y_k over the k != j that attain out_j, with out = amaxex(x)."""
    x, y = np.broadcast_arrays(x, y)
    first, next_, a, b = leaders(x, axis)
    total, second = (np.sum(np.where(z, y, 0), axis=axis, keepdims=True) for z in (first, next_))
    return np.where(first, np.where(a > 1, (total - y) / np.maximum(a - 1, 1), second / np.maximum(b, 1)), total / a)


def exsharet(x: Array, out: Array, y: Array, axis: int) -> Array:
    """Return for every k the sum over j != k of y_j where x_k attains out_j, over the number that does."""
    x, y = np.broadcast_arrays(x, y)
    first, next_, a, b = leaders(x, axis)
    total, rest = (np.sum(np.where(z, y, 0), axis=axis, keepdims=True) for z in (first, ~first))
    own = rest / a + np.where(a > 1, (total - y) / np.maximum(a - 1, 1), 0)
    return np.where(first, own, np.where(next_ & (a == 1), total / np.maximum(b, 1), 0)) + 0 * a / a


def put(x: Array, like: Array, position: int, axis: int) -> Array:
    """Return an array shaped like ``like`` with ``x`` at one position of ``axis`` and zeros elsewhere."""
    back = axis - np.ndim(like) if axis >= 0 else axis
    front = np.shape(x)[: max(0, np.ndim(x) - np.ndim(like) + 1)]
    out = np.zeros((*front, *np.shape(like)), dtype=np.result_type(x, like))
    np.moveaxis(out, back, 0)[position] = x
    return out


def gather(x: Array, place: Array, axis: int) -> Array:
    """Return the entries of ``x`` along ``axis``, counted from the end, at positions ``place`` of the other axes."""
    index = np.reshape(place, (*np.shape(place), *(1,) * -axis))
    ndim = max(np.ndim(x), index.ndim)
    x, index = (np.reshape(a, (*(1,) * (ndim - np.ndim(a)), *np.shape(a))) for a in (x, index))
    return np.squeeze(np.take_along_axis(x, index, axis), axis)


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
    """Write the sum over k != j of x[:, k] >= 0 into out[:, j]; entries above the rest get their sum anew."""
    if matrix is not None:
        return np.matmul(x, matrix, out=out)
    np.subtract(np.sum(x, axis=1, keepdims=True), x, out=out)
    dominant = x > out
    if dominant.any():
        found = places(dominant)
        part = x[found[0]]
        part[np.arange(len(part)), found[1]] = 0
        out[found] = np.sum(part, axis=1)
    return out


NAMES = (
    "borrow", "give_back", "inner", "columns", "others_signed", "others_nonneg", "lse", "logadd", "softplus",
    "sigmoid", "logsoftplus", "steepness", "weight", "log0", "log1p0", "tops", "rests", "places", "without",
    "lsex", "exmix", "exmixt", "shifted", "lsedot", "mixdot",
    "mixdots", "pairs", "exsum", "put", "gather", "amax", "larger", "share", "leaders", "amaxex", "exshare", "exsharet",
)
#: Which kernel needs which others.
NEEDS = {
    "shifted": ("tops",), "lsedot": ("shifted", "pairs", "lse"), "mixdot": ("mixdots",),
    "mixdots": ("shifted", "pairs", "weight"), "exshare": ("leaders",), "exsharet": ("leaders",),
    "logsoftplus": ("softplus",), "steepness": ("softplus", "sigmoid"),
    "others_signed": ("exsum",), "others_nonneg": ("places",),
    "lsex": ("lse", "without", "tops", "rests", "places"),
    "exmix": ("without", "weight", "tops", "rests", "places"),
    "exmixt": ("without", "weight", "tops", "rests", "places"),
}
#: Work arrays between calls, so that the pages of fresh memory are not paid for in every call.
SPARE: dict[Any, Any] = {}


def borrow(count: int, rows: int, m: int, dtype: Any) -> Array:
    """Return ``count`` work arrays of (rows, m), used again when they come back."""
    found = SPARE.pop((count, rows, m, dtype), None)
    return np.empty((count, rows, m), dtype) if found is None else found


def give_back(work: Array) -> None:
    """Keep work arrays for the next call; at most a few megabytes are kept."""
    if work.nbytes < 8_000_000 and len(SPARE) < 8:
        SPARE[(*work.shape, work.dtype)] = work


__all__ = ["NAMES", "NEEDS", *NAMES]
