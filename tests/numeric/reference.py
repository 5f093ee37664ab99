"""Values and gradients by plain loops over mpmath, with digits enough for the spread of the logits."""

import mpmath
import numeric_oracle
import numpy as np


def reference(loss, s, t, parameters):
    """Return (value, gradient as an array of mpf), right to 50 digits."""
    spread = float(np.abs(s).max()) if s.size else 1.0
    with mpmath.workdps(60 + int(3 * spread)):
        places = [tuple(k + 1 for k in i) for i in np.ndindex(s.shape)]
        sizes = dict(zip((x.name for x in loss.shape), s.shape, strict=True))
        tables = [_table(x, places) for x in (s, t)]
        sets = {k: frozenset(parameters[k]) for k in loss.class_sets}
        numbers = {k: mpmath.mpf(v) for k, v in parameters.items() if k not in sets}
        sizes = {"n": 1, "m": 1, **sizes}
        value = numeric_oracle.evaluate(loss.expr, sizes, *tables, numbers, sets)
        out = np.empty(s.shape, dtype=object)
        for place in places:
            env = dict(zip(loss.indices, place, strict=True))
            where = tuple(k - 1 for k in place)
            out[where] = numeric_oracle.evaluate(loss.gradient, sizes, *tables, numbers, sets, env)
        return value, out


def _table(x, places):
    table = {}
    for place in places:
        number = mpmath.mpf(float(x[tuple(k - 1 for k in place)]))
        table[place] = number
        if len(place) == 1:
            table[place[0]] = number
    return table


def errors(value, gradient, expected, slopes):
    """Return (relative error of the value, worst of min(absolute / 1e-12, relative / 1e-10) of the gradient)."""
    with mpmath.workdps(60):
        miss = abs(mpmath.mpf(float(value)) - expected)
        wrong = float(miss / abs(expected)) if expected else float(miss)
        worst = 0.0
        for a, b in zip(np.ravel(gradient), np.ravel(slopes), strict=True):
            gap = abs(mpmath.mpf(float(a)) - b)
            relative = gap / abs(b) if b else gap * 100
            worst = max(worst, float(min(gap / mpmath.mpf("1e-12"), relative / mpmath.mpf("1e-10"))))
        return wrong, worst
