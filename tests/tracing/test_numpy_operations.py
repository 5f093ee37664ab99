"""Every operation of the table that NumPy and scipy.special reach means what the real function computes."""

import inspect
import math

import numpy as np
import pytest
import scipy.special as special

from nmderive.tracing.context import Refused, tracing
from nmderive.tracing.frontends.numpy_session import trace

from .values import SIZES, numbers, symbolic, traced, value

CASES = {
    "arithmetic": lambda s, t: (s * 2 - t / 3 + 1 - (-s)) / (1 + t) ** 2,
    "powers": lambda t: t**0.5 + t**-1 + np.power(t, 3) + np.sqrt(t) + np.square(t) + np.reciprocal(t) + 2**t,
    "exp log": lambda t: np.exp(t) + np.log(t) + np.log1p(t) + np.expm1(t) + np.exp2(t) + np.log2(t) + np.log10(t),
    "hyperbolic": lambda s: np.tanh(s) + np.sinh(s) * np.cosh(s),
    "logaddexp": lambda s: np.logaddexp(0, s) + np.logaddexp(s, 2 * s),
    "special": lambda s, t: special.expit(s) + special.log_expit(s) + special.logit(t) + special.xlogy(t, t)
    + special.xlog1py(t, t) + special.entr(t),
    "rel_entr": lambda s, t: special.rel_entr(t, special.softmax(s, axis=1)) + special.kl_div(t, np.exp(s)),
    "kinks": lambda s, t: np.maximum(s, 0) + np.minimum(s, t) + abs(s - t) + np.fabs(s) * np.sign(s) + np.sqrt(s**2),
    "clip": lambda s, t: np.clip(s, 0, 1) + s.clip(-1, 2) * np.clip(s, t, None) + np.clip(s, a_min=None, a_max=1),
    "softmax": lambda s: special.softmax(s, axis=-1) + special.softmax(s, axis=0) + special.softmax(s),
    "log_softmax": lambda s: special.log_softmax(s, axis=1) - special.log_softmax(s),
    "logsumexp": lambda s, t: special.logsumexp(s, axis=1, keepdims=True) + special.logsumexp(s) * t,
    "logsumexp weighted": lambda s, t: special.logsumexp(s, axis=1, b=t),
    "sum": lambda s: s.sum(axis=1, keepdims=True) + np.sum(s, axis=0) + s.sum() + np.sum(s, axis=(0, 1)),
    "mean": lambda s: s.mean(1) + np.mean(s) + np.mean(s, axis=-1) * s.mean(axis=0).sum(),
    "prod": lambda t: t.prod(axis=1) + np.prod(t, axis=1, keepdims=False),
    "var": lambda s: s.var(axis=1) + np.std(s, axis=1) + np.var(s),
    "average": lambda s, w: np.average(s, axis=1) + np.average(s * w, axis=1) + np.average(s, axis=1, weights=w),
    "norm": lambda s: np.linalg.norm(s, axis=1) + np.linalg.norm(s),
    "reduce": lambda s: np.add.reduce(s, axis=1) + np.multiply.reduce(s, axis=1),
    "broadcasting": lambda s, w: s * w + w[None, :] - s.sum(1)[:, None] + s[..., None].sum(-1),
    "transpose": lambda s: s.T @ s + np.transpose(s) @ s + np.swapaxes(s, 0, 1) @ s + s.transpose(1, 0) @ s,
    "matmul": lambda s, t, w: s @ t.T + (s @ w)[:, None] + np.dot(s, t.T) + np.matmul(s, w)[None, :],
    "vectors": lambda s, w: np.outer(s @ w, w) + w @ w + np.inner(w, w) + np.vdot(w, w) + np.inner(s, s).sum(),
    "einsum": lambda s, t: np.einsum("ij,kj->ik", s, t) + np.einsum("ij,ij", s, t) + np.einsum("ij,kj,kl->il", s, t, s)
    .sum(),
    "einsum diagonal": lambda s: np.einsum("ii->i", s @ s.T) + np.diagonal(s @ s.T) + np.trace(s @ s.T),
    "eye": lambda s: s @ np.eye(s.shape[1]) + np.identity(s.shape[1]).sum(),
    "triangles": lambda s: np.tril(s @ s.T) + 2 * np.tril(s @ s.T, -1) + 3 * np.triu(s @ s.T) + 5 * np.triu(s @ s.T, 1),
    "gather": lambda s, y: s[np.arange(s.shape[0]), y],
    "gather many": lambda s, y: s[:, y] + s[:, y].T,
    "gather weights": lambda s, y, w: w[y] * s[np.arange(s.shape[0]), y] + np.take(w, y),
    "take_along_axis": lambda s, y: np.take_along_axis(s, y[:, None], axis=1),
    "one_hot by eye": lambda s, y: np.eye(s.shape[1])[y] * s,
    "one_hot by equal": lambda s, y: (y[:, None] == np.arange(s.shape[1])) * s + (y[:, None] != np.arange(s.shape[1])),
    "same class": lambda y: (y[:, None] == y[None, :]) * 1.0,
    "orders": lambda s: ((np.arange(s.shape[0])[:, None] < np.arange(s.shape[0])) * 1.0
                         + 2 * (np.arange(s.shape[0])[:, None] >= np.arange(s.shape[0]))),
    "logic": lambda s, y: (((y[:, None] == np.arange(s.shape[1])) & ~(y[:, None] != 0)) * 1
                           + np.logical_or(y[:, None] == 0, y[:, None] == np.arange(s.shape[1])) * s),
    "where": lambda s, t, y: np.where(y[:, None] == np.arange(s.shape[1]), s, t),
    "masks": lambda s: ((1 - np.eye(s.shape[0])) > 0.5) * 1.0 + (np.eye(s.shape[0]) == 1) * 2 + (
        np.eye(s.shape[0]).astype(bool) & (np.eye(s.shape[0], dtype=bool))) * 5 + (np.eye(s.shape[0]) == 0) * 7,
    "one column": lambda s: s[:, 0] + s[:, 1] * 2 + s[0, 1] + s[0].sum(),
    "reshape": lambda s: s.sum(1).reshape(-1, 1) + s.reshape(s.shape[0], 1, s.shape[1])[:, 0, :] + np.expand_dims(s, 1)
    .squeeze(1),
    "likes": lambda s: np.zeros_like(s) + np.ones_like(s) * 2
    + np.ones((s.shape[0], s.shape[1])) + np.full(s.shape, 3.0),
    "sizes": lambda s: s / s.shape[0] + s.shape[1] ** 2 - np.log(s.shape[1]) + 1 / s.size + (s.shape[0] - 1) * s.ndim,
    "stack": lambda s, t: np.stack([s, t, s * t], axis=0).sum(axis=0) + np.stack([s, t], axis=-1)[:, :, 1],
    "broadcast_to": lambda s, w: np.broadcast_to(w, s.shape).sum(axis=0),
    "casts": lambda s, y: np.asarray(s, dtype=float) + (y[:, None] == 0).astype(float) + np.array(s),
    "in place": lambda s: _in_place(s),
    "comparisons": lambda s, t: np.where(s > t, s, 2 * t) + (s <= 0) * 3 + (t != s) + (s == s) * 5 + ((s > 0) & (t < 1))
    + np.where((s > 0) == (t > 0.5), s, 1.0) + (s >= 0).astype(float) + ((s > 0) * 1.0 == 1) * s,
    "maxima": lambda s, t: s.max(axis=1) + np.amin(s, 0).sum() + np.max(s) - s.min()
    + np.max(np.stack([s, t]), axis=0)[:, 0] + np.maximum.reduce(s, axis=1),
    "maximum of the others": lambda s, y: np.where(np.eye(s.shape[1])[y] == 1, -np.inf, s).max(axis=1)
    + (s + 1 - np.eye(s.shape[1])[y]).max(1) + (s - 1e9 * np.eye(s.shape[1])[y]).max(1),
    "minus infinity": lambda s: _without_diagonal(s),
    "flat": lambda s, t: s.flatten() @ t.ravel() + (s.reshape(-1) * t.reshape(-1)).max()
    + s.reshape(-1).reshape(s.shape),
    "picked": lambda s, t: (s[s > 0] ** 2).mean() + np.exp(s[t > 0.3] + t[t > 0.3]).sum()
    + s[s > s.mean()][:, None].sum(),
    "picked by class": lambda s, y: s[np.eye(s.shape[1], dtype=bool)[y]] + s[:, 0][y != 0].sum(),
    "assigned": lambda s, y: _assigned(s, y),
    "cumsum": lambda s, t: np.cumsum(s, axis=1) + s.cumsum(0) + np.cumsum(s.sum(0))
    + np.cumsum(np.stack([s, t]), axis=0)[1],
    "len": lambda s: s / len(s) + math.log(s.shape[1]) + math.sqrt(len(s)),
    "diag": lambda s: np.diag(s @ s.T) + np.full_like(s, 2).sum() + np.diag(s.sum(1)).sum(0) + np.ptp(s, axis=1),
    "norms": lambda s: np.linalg.norm(s, 1, axis=1) + np.linalg.norm(s, ord=3, axis=1),
    "range": lambda s, y: s[range(len(s)), y],
    "joined": lambda s, w: special.logsumexp(np.concatenate([s, np.zeros((s.shape[0], 1))], axis=1), axis=1)
    + np.hstack([s, s[:, :1] * 2]).mean(axis=1) + np.append(s, s[:, -1:], axis=1).max(1) + np.concatenate(
        [np.ones((len(s), 2)), s, s * w], axis=1).sum(1) + np.concatenate([s, s[:, :1]], 1).min(axis=1),
    "joined softmax": lambda s: special.softmax(np.concatenate([s, s * 2], axis=1), axis=1)[:, 0]
    + special.log_softmax(np.concatenate([np.zeros((len(s), 1)), s], axis=-1), axis=-1)[:, 0] * 2
    + (np.exp(np.concatenate([s, s * 2], 1)) ** 2 / 3).T.sum(0),
    "joined at classes": lambda s, y: np.concatenate([s, s[:, :1]], axis=1)[np.arange(len(s)), y]
    + np.take_along_axis(np.hstack([s, s]), y[:, None], axis=1)[:, 0],
    "joined columns": lambda s: np.concatenate([s[:, :1], s[:, 0:1] * 2], axis=1) + s.sum(),
    "circle": lambda s, t: np.roll(s, 1, axis=1) * t - np.roll(s * t, -2, 1) + np.flip(s, axis=1)
    + np.cumsum(np.roll(np.flip(s, 1), 3, axis=-1), axis=1),
    "circle of sums": lambda s: np.flip(np.cumsum(np.flip(s, axis=1), axis=1), axis=1) + np.roll(
        special.softmax(s, axis=1), 1, axis=1),
    "circle at classes": lambda s, y: np.roll(s, 1, axis=1)[np.arange(len(s)), y],
    "last": lambda s: s[:, -1] + s[..., -1:][:, 0] * 2 + s[:, 1:2][:, 0],
    "picked rows": lambda s, y: special.log_softmax(s[y != 0], axis=1).sum()
    + special.logsumexp(s[y >= 0], axis=1).mean() + s[y != 0].sum(axis=0) + s[y > 0].sum(1).sum()
    + np.take_along_axis(s[y != 1], y[y != 1][:, None], axis=1).sum(),
    "moveaxis": lambda s: np.moveaxis(s, 0, 1) @ s,
}


def _in_place(s):
    x = s * 2
    x += 1
    x *= s
    return x


def _without_diagonal(s):
    k = np.where(np.eye(len(s), dtype=bool), -np.inf, s @ s.T)
    logs = special.log_softmax(k / 2 + 1, axis=1)
    return special.logsumexp(k, axis=1) + np.exp(k).sum(1) + np.where(np.eye(len(s)) == 1, 0, logs).sum(1)


def _assigned(s, y):
    x = s * 2
    x[np.arange(len(s)), y] = 0
    x[np.arange(len(s)), y] -= np.arange(len(s)) == 0
    x[0] = 1
    mask = np.ones(s.shape, dtype=bool)
    mask[np.arange(len(s)), y] = False
    x[mask] = 3
    return x + mask * s


@pytest.mark.parametrize("name", CASES)
def test_an_operation_means_what_numpy_computes(name):
    function = CASES[name]
    names = list(inspect.signature(function).parameters)
    found = traced(trace, function, names, __file__)
    for n, m in SIZES:
        given = numbers(n, m)
        real = np.asarray(function(**{k: given[k] for k in names}), dtype=float)
        ours = value(found, n, m, given, classes="y" in names and "t" not in names)
        if name == "where":
            continue  # t and y stand for one letter; the next test has this case
        assert ours.shape == real.shape
        np.testing.assert_allclose(ours, real, rtol=1e-10, atol=1e-12)


def test_where_takes_the_first_at_the_class():
    def function(s, y):
        return np.where(y[:, None] == np.arange(s.shape[1]), np.exp(s), s)

    with tracing(__file__):
        found = trace(function, {k: symbolic()[k] for k in "sy"})
    given = numbers(4, 3)
    np.testing.assert_allclose(value(found, 4, 3, given, True), function(given["s"], given["y"]))


REFUSED = {
    "branch": (lambda s: s if s.sum() > 0 else -s, "a branch"),
    "truth": (lambda s: s if s.sum() else -s, "a branch"),
    "size branch": (lambda s: s if s.shape[0] > 3 else -s, "a branch on the size n"),
    "n is m": (lambda s: s if s.shape[0] == s.shape[1] else -s, "whether n is m"),
    "loop": (lambda s: [x for x in s.sum()], "a Python loop over a number"),
    "range": (lambda s: sum(s[:, k] for j in range(s.shape[1]) for k in range(j)), "a position of another loop"),
    "argmax": (lambda s: s.argmax(axis=1), "argmax is not smooth"),
    "mask": (lambda s, t: s[s > 0] * t.sum(1), "a mask picks with others"),
    "mask's length": (lambda s: s[s > 0].shape[0], "the number of entries"),
    "mask's product": (lambda s: s[s > 0].prod(), "prod of entries that a mask picks"),
    "assignment": (lambda s, y: s.__setitem__((slice(None), y), 1), "positions that may repeat"),
    "assigned array": (lambda s, t: s.__setitem__((0,), t), r"shape \(n, m\) is assigned"),
    "minus infinity": (lambda s: np.where(np.eye(s.shape[1])[0] == 1, -np.inf, s) ** 2, "minus infinity"),
    "unknown": (lambda s: np.linalg.det(s), "np.det is not in the table"),
    "shapes": (lambda s: s + s.T, "an axis of size"),
    "fixed numbers": (lambda s: s * np.array([1.0, 2.0, 3.0]), "fixed numbers"),
    "from the end": (lambda s: s[:, -2], "counts from the end"),
    "last of samples": (lambda s: s[-1], "the index -1 of samples"),
    "circle of samples": (lambda s: np.roll(s, 1, axis=0), "roll along an axis of size n"),
    "circle of masks": (lambda s, y: np.roll(np.eye(s.shape[1])[y], 1, axis=1), "roll of positions and masks"),
    "order of a circle": (lambda s: np.roll(np.cumsum(s, axis=1), 1, axis=1), "sums up to a position"),
    "joined product": (lambda s: np.prod(np.concatenate([s, s], axis=1), axis=1), "prod of arrays that were joined"),
    "joined twice": (lambda s: np.concatenate([s, s], 1) + np.concatenate([s, s[:, :1]], 1), "joined in other places"),
    "joined end": (lambda s: np.concatenate([s, s[:, :1]], axis=1)[:, 2], "that n or m decides"),
    "joined samples": (lambda s: np.concatenate([s, s[:, :1]], axis=0), "different shapes"),
    "sort": (lambda s: np.sort(s, axis=1), "sort is not smooth"),
    "slices": (lambda s: s[:, 1:], "a part of a range"),
    "infinite": (lambda s: s + np.inf, "not finite"),
    "class numbers": (lambda s, y: s * y[:, None], "uses positions as numbers"),
    "wrong axis": (lambda s, y: s[y], "a position along m is used as an index of an axis of size n"),
    "flatten": (lambda s: s.T.reshape(-1), "merges or splits"),
    "where": (lambda s: np.where(s > 0), "positions that depend on data"),
    "numbers of an array": (lambda s: 2 * float(s.sum()), "float"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_refusal_names_the_line_and_the_operation(name):
    function, says = REFUSED[name]
    names = list(inspect.signature(function).parameters)
    with tracing(__file__), pytest.raises(Refused, match=says) as error:
        trace(function, {k: v for k, v in symbolic().items() if k in names})
    assert str(error.value).startswith(f"test_numpy_operations.py, line {function.__code__.co_firstlineno}: ")
