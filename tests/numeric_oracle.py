"""High-precision numbers by plain loops over mpmath: shares nothing with the code under test."""

from __future__ import annotations

from itertools import product

import mpmath
from sympy import Add, Indexed, Integer, KroneckerDelta, Mul, Pow, Rational, Symbol, exp, log, tanh

from nmderive.calculus.sums import IndexProduct, IndexSum, Iverson
from nmderive.calculus.symbols import M, Member, N, S, T

mpmath.mp.dps = 40


def numbers(n, m, seed, links=None):
    """Return (s, t) tables of a point: distinct logits, labels that sum to one a row."""
    s, t = {}, {}
    for a, b in product(range(1, n + 1), range(1, m + 1)):
        s[a, b] = mpmath.mpf((17 * a * b + 5 * b * b + 11 * seed * a + 3 * seed * b) % 23 - 11) / 7
        t[a, b] = mpmath.mpf((7 * a + 3 * b + seed) % 5 + 1)
    for a in range(1, n + 1):
        total = mpmath.fsum(t[a, b] for b in range(1, m + 1))
        for b in range(1, m + 1):
            t[a, b] /= total
    return s, t


def value_at(expr, n, m, seed=0, parameters=None):
    """Return the value of an expression without free indices at a built-in point."""
    s, t = numbers(n, m, seed)
    return evaluate(expr, {"n": n, "m": m}, s, t, parameters or {})


def evaluate(expr, sizes, s, t, parameters, sets=None, env=None):
    """Evaluate by loops; two-dimensional or one-dimensional entries."""
    env = env or {}

    def number(index):
        return int(index) if isinstance(index, Integer) else env[index]

    def holds(condition):
        if isinstance(condition, Member):
            return number(condition.args[0]) in sets[condition.args[1].name]
        return bool(condition.xreplace({x: Integer(v) for x, v in env.items()}))

    def go(e):
        return evaluate(e, sizes, s, t, parameters, sets, env)

    if isinstance(expr, Rational):
        return mpmath.mpf(int(expr.p)) / int(expr.q)
    if isinstance(expr, Add):
        return mpmath.fsum(go(a) for a in expr.args)
    if isinstance(expr, Mul):
        return mpmath.fprod(go(a) for a in expr.args)
    if isinstance(expr, exp):
        return mpmath.exp(go(expr.args[0]))
    if isinstance(expr, log):
        return mpmath.log(go(expr.args[0]))
    if isinstance(expr, tanh):
        return mpmath.tanh(go(expr.args[0]))
    if isinstance(expr, Pow):
        return go(expr.base) ** go(expr.exp)
    if isinstance(expr, Indexed):
        table = s if expr.base == S else t if expr.base == T else parameters[str(expr.base.label)]
        key = tuple(number(x) for x in expr.indices)
        return table[key] if key in table else table[key[0]]
    if isinstance(expr, IndexSum | IndexProduct):
        terms = []
        for v in range(1, sizes[expr.domain.name] + 1):
            env[expr.bound] = v
            if all(holds(c) for c in expr.conditions):
                terms.append(evaluate(expr.body, sizes, s, t, parameters, sets, dict(env)))
        env.pop(expr.bound, None)
        return mpmath.fsum(terms) if isinstance(expr, IndexSum) else mpmath.fprod(terms)
    if isinstance(expr, Iverson):
        return mpmath.mpf(int(holds(expr.args[0])))
    if isinstance(expr, KroneckerDelta):
        return mpmath.mpf(int(number(expr.args[0]) == number(expr.args[1])))
    if isinstance(expr, Symbol):
        if expr in env:
            return mpmath.mpf(env[expr])
        return mpmath.mpf(sizes[expr.name] if expr in (N, M) else parameters[expr.name])
    raise TypeError(f"the oracle does not know {type(expr).__name__}")
