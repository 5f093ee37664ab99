"""A generated module against the written-out formula: SymPy at fixed sizes, mpmath at 40 digits."""

from __future__ import annotations

import mpmath
import numpy as np
from sympy import Symbol, lambdify, nan, oo, zoo

from nmderive.calculus.specialise import specialise

_PARTS = {"Omega_pos": frozenset({1, 3}), "Omega_neg": frozenset({2, 4})}


def point(loss, rng, n=3, m=4):
    """Return logits, labels and keyword arguments of the loss's shape."""
    shape = tuple({"n": n, "m": m}[size.name] for size in loss.shape)
    s = rng.normal(size=shape)
    t = rng.dirichlet(np.ones(m), size=shape[:-1]) if loss.shape[-1].name == "m" else rng.uniform(0.1, 0.9, shape)
    extra = {p.name: float(rng.uniform(0.3, 2)) for p in loss.parameters}
    for entry in loss.arrays:
        sizes = [loss_size(loss, n, m, entry, place) for place in range(len(entry.indices))]
        extra[str(entry.base.label)] = rng.uniform(0.5, 2, size=sizes)
    return s, t, extra | {name: sorted(_PARTS[name]) for name in loss.class_sets}


def loss_size(loss, n, m, entry, place):
    return m if "m" in {x.name for x in loss.shape} and place == len(entry.indices) - 1 else n


def expected(loss, s, t, extra):
    """Return value and gradient as floats, None where they are not finite real numbers."""
    sizes = dict(zip((x.name for x in loss.shape), s.shape, strict=True))
    plain = specialise(loss.expr, {"n": 1, "m": 1} | sizes, _PARTS)
    numbers = {}
    for name, table in {"s": s, "t": t, **{k: v for k, v in extra.items() if k not in loss.class_sets}}.items():
        for place in np.ndindex(np.shape(table)):
            numbers["_".join([name, *(str(k + 1) for k in place)])] = mpmath.mpf(float(np.asarray(table)[place]))
    if plain.has(zoo, nan, oo):
        return None
    letters = sorted(plain.free_symbols, key=str)
    entries = ["_".join(["s", *(str(k + 1) for k in place)]) for place in np.ndindex(s.shape)]
    slopes = [plain.diff(next((x for x in letters if x.name == e), Symbol("none"))) for e in entries]
    with mpmath.workdps(40):
        try:
            found = lambdify(letters, [plain, *slopes], "mpmath", cse=True)(*(numbers[x.name] for x in letters))
        except (ArithmeticError, ValueError):
            return None
    if not all(mpmath.isfinite(x) and mpmath.im(x) == 0 and abs(x) < 1e12 for x in found):
        return None
    found = [float(mpmath.re(x)) for x in found]
    return found[0], np.array(found[1:]).reshape(s.shape)
