r"""Losses as papers write them, with an independent NumPy reference: (family, kind, LaTeX, declarations, reference).

The kind says what s and t are: "hard" and "soft" (n, m) with labels of that sort, "row" and "hard row" (m,), "binary"
(n,), "signs" (n,) with labels -1 and 1, "square" (n, n) with the identity as labels.
"""

from __future__ import annotations

import zlib

import numpy as np
from sympy import Indexed, Symbol

from .evaluate import World, evaluate


def lse(x):
    top = np.max(x, axis=-1, keepdims=True)
    return (top + np.log(np.sum(np.exp(x - top), axis=-1, keepdims=True)))[..., 0]


def lsm(x):
    return x - lse(x)[..., None]


def sm(x):
    return np.exp(lsm(x))


def sig(x):
    return 1 / (1 + np.exp(-x))


def lsig(x):
    return -np.logaddexp(0, -x)


def xlogx(x):
    return np.where(x > 0, x * np.log(np.where(x > 0, x, 1)), 0)


def number(name):
    """Return the value of the number ``name``, the same in the loss and in its reference."""
    return 0.3 + zlib.crc32(name.encode()) % 1000 / 900


def numbers(name, *shape):
    """Return the entries of the array ``name``."""
    return 0.3 + np.random.default_rng(zlib.crc32(name.encode())).random((7,) * len(shape))[tuple(map(slice, shape))]


def point(kind, seed):
    """Return (s, t) of a kind at random."""
    chance = np.random.default_rng(seed)
    n, m = (4, 4) if kind == "square" else (3, 4)
    s = chance.normal(size=(n, m))
    hard = np.eye(m)[chance.integers(m, size=n)]
    soft = chance.uniform(0.1, 1, (n, m))
    soft /= soft.sum(axis=1, keepdims=True)
    return {
        "hard": (s, hard), "soft": (s, soft), "row": (s[0], soft[0]), "hard row": (s[0], hard[0]),
        "binary": (s[:, 0], soft[:, 0]), "hard binary": (s[:, 0], np.arange(n) % 2.0),
        "signs": (s[:, 0], 2 * hard[:, 0] - 1), "square": (s, np.eye(n)), "sign matrix": (s, 2 * hard - 1),
        "square signs": (s, 2 * np.eye(n) - 1),
    }[kind]


def value(loss, s, t):
    """Return the value of the loss that was read at (s, t), at this module's numbers."""
    named = {}
    for atom in loss.expr.atoms(Symbol):
        if not atom.is_integer and str(atom) not in ("s", "t"):
            named[str(atom)] = number(str(atom))
    for entry in loss.expr.atoms(Indexed):
        name = str(entry.base.label)
        if name not in ("s", "t"):
            named[name] = numbers(name, *[7] * len(entry.indices))
    n, m = s.shape if s.ndim == 2 else (s.size, s.size)
    sets = {a.name: {1, 3} for a in loss.expr.atoms(Symbol) if type(a).__name__ == "ClassSet"}
    return evaluate(loss.expr, World(n, m, s, t, {}, named, sets))


