"""High-precision numbers by plain loops over mpmath: shares nothing with the code under test."""

from __future__ import annotations

import operator
from functools import cache
from itertools import product

import mpmath
from sympy import (
    Abs,
    Add,
    Indexed,
    Integer,
    KroneckerDelta,
    Mul,
    Ne,
    Pow,
    Rational,
    StrictLessThan,
    Symbol,
    exp,
    log,
    sign,
    tanh,
)

from nmderive.calculus.cyclic import Cyclic
from nmderive.calculus.extrema import Attained, IndexMax, IndexMin
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


class Context:
    """The numbers of one point, and the values of sums and logarithms that were met before."""

    def __init__(self, sizes, s, t, parameters, sets):
        self.sizes, self.s, self.t, self.parameters, self.sets = sizes, s, t, parameters, sets
        self.kept = {}

    def table(self, base):
        return self.s if base == S else self.t if base == T else self.parameters[str(base.label)]


def evaluate(expr, sizes, s, t, parameters, sets=None, env=None):
    """Evaluate by loops; two-dimensional or one-dimensional entries."""
    return _compiled(expr)(Context(sizes, s, t, parameters, sets), env or {})


@cache
def _compiled(expr):
    """Return the function (context, values of indices) -> number, each sum kept for the indices it depends on."""
    run = _plain(expr)
    if not isinstance(expr, IndexSum | IndexProduct | log):
        return run
    free = sorted(expr.free_symbols, key=str)

    def kept(c, env):
        key = (expr, *(env.get(x) for x in free))
        if key not in c.kept:
            c.kept[key] = run(c, env)
        return c.kept[key]

    return kept


def _plain(expr):
    if expr.is_NumberSymbol or isinstance(expr, type(exp(1))) and not expr.args:
        number = mpmath.mpf(expr.evalf(40))
        return lambda c, env: number
    if isinstance(expr, Rational):
        value = mpmath.mpf(int(expr.p)) / int(expr.q)
        return lambda c, env: value
    if isinstance(expr, Indexed):
        return _entry(expr)
    if isinstance(expr, IndexSum | IndexProduct):
        return _fold(expr)
    if isinstance(expr, IndexMax | IndexMin):
        return _fold(expr)
    if isinstance(expr, Attained):
        return _attained(expr)
    if isinstance(expr, Iverson):
        return lambda c, env: mpmath.mpf(int(_holds(expr.args[0], c, env)))
    if isinstance(expr, KroneckerDelta):
        return lambda c, env: mpmath.mpf(int(_number(expr.args[0], env, c) == _number(expr.args[1], env, c)))
    if isinstance(expr, Symbol):
        return lambda c, env: mpmath.mpf(
            env[expr] if expr in env else c.sizes[expr.name] if expr in (N, M) else c.parameters[expr.name])
    if isinstance(expr, Mul) and any(_is_label(x) for x in expr.args):
        return _product_with_label(expr)
    for kind, function in _FUNCTIONS:
        if isinstance(expr, kind):
            inside = [_compiled(a) for a in expr.args]
            return lambda c, env: function(*[f(c, env) for f in inside])
    raise TypeError(f"the oracle does not know {type(expr).__name__}")


_FUNCTIONS = [
    (Add, lambda *x: mpmath.fsum(x)), (Mul, lambda *x: mpmath.fprod(x)), (exp, mpmath.exp), (log, mpmath.log),
    (tanh, mpmath.tanh), (Abs, abs), (sign, mpmath.sign), (Pow, lambda x, y: x**y),
]


def _is_label(expr):
    return isinstance(expr, Indexed) and expr.base == T or isinstance(expr, Pow) and _is_label(expr.base)


def _product_with_label(expr):
    """A product in which 0 log 0 is 0, the 0 being a label's; a negative power of such a label is an error."""
    labels, others = ([_compiled(x) for x in expr.args if _is_label(x) is which] for which in (True, False))

    def product_of(c, env):
        weight, rest = (mpmath.fprod([f(c, env) for f in part]) for part in (labels, others))
        return weight if weight == 0 and mpmath.isinf(rest) else weight * rest

    return product_of


def _entry(expr):
    def entry(c, env):
        table, key = c.table(expr.base), tuple(_number(x, env, c) for x in expr.indices)
        return table[key] if key in table else table[key[0]]

    return entry


def _fold(expr):
    whole = {IndexSum: mpmath.fsum, IndexProduct: mpmath.fprod, IndexMax: max, IndexMin: min}[expr.func]
    terms = _terms(expr)
    return lambda c, env: whole(terms(c, env))


def _attained(expr):
    value, terms, whole = _compiled(expr.args[0]), _terms(expr.args[1]), max if expr.args[1].func is IndexMax else min

    def attained(c, env):
        found = terms(c, env)
        return mpmath.mpf(int(value(c, env) == whole(found))) / found.count(whole(found))

    return attained


def _terms(expr):
    body = _compiled(expr.body)

    def terms_of(c, env):
        terms = []
        for v in range(1, c.sizes[expr.domain.name] + 1):
            inner = {**env, expr.bound: v}
            if all(_holds(x, c, inner) for x in expr.conditions):
                terms.append(body(c, inner))
        return terms

    return terms_of


def _number(index, env, c):
    if isinstance(index, Cyclic):
        place = int(index.args[0].xreplace({x: Integer(env[x]) for x in index.args[0].free_symbols}))
        return next(k for k in range(1, c.sizes["m"] + 1) if (k - place) % c.sizes["m"] == 0)
    return int(index) if isinstance(index, Integer) else env[index]


def _holds(condition, c, env):
    if isinstance(condition, Member):
        return _number(condition.args[0], env, c) in c.sets[condition.args[1].name]
    compare = _COMPARISONS.get(type(condition))
    if compare is not None:
        return compare(*(_number(x, env, c) for x in condition.args))
    return bool(condition.xreplace({x: Integer(v) for x, v in env.items()}))


_COMPARISONS = {Ne: operator.ne, StrictLessThan: operator.lt}
