"""A small evaluator at fixed sizes, independent of nmderive's own lowering: it walks the SymPy classes."""

from dataclasses import dataclass, field
from math import exp as real_exp
from math import log as real_log
from math import prod
from math import tanh as real_tanh

import numpy as np
from sympy import (
    Abs,
    Add,
    Eq,
    Ge,
    Gt,
    Indexed,
    Integer,
    KroneckerDelta,
    Le,
    Lt,
    Mul,
    Ne,
    Pow,
    Symbol,
    exp,
    log,
    sign,
    tanh,
)

from nmderive.calculus.cyclic import Cyclic
from nmderive.calculus.extrema import Attained, IndexMax, IndexMin
from nmderive.calculus.sums import (
    IndexProduct,
    IndexSum,
    Iverson,
    Remainder,
    RowFunction,
    RowFunctionDerivative,
)
from nmderive.calculus.symbols import M, Member, N


@dataclass
class World:
    """Numbers for every letter; arrays count from 0, indices from 1."""

    n: int
    m: int
    s: np.ndarray
    t: np.ndarray
    indices: dict = field(default_factory=dict)
    parameters: dict = field(default_factory=dict)
    sets: dict = field(default_factory=dict)
    remainder: float = 0.0
    weights: tuple = (0.7, -0.3)

    def f(self, row):
        """An example of a function of a whole row."""
        a, b = self.weights
        return a * row + b * row**2 + row.sum() ** 2 / 10

    def jacobian(self, row):
        """The derivative of f: entry [j, k] is d f_j / d row_k."""
        a, b = self.weights
        return np.diag(a + 2 * b * row) + row.sum() / 5


def holds(condition, world, bound):
    place = {
        k: evaluate_index(a, world, bound)
        for k, a in enumerate(condition.args)
        if k < 2 - is_member(condition)
    }
    if is_member(condition):
        return place[0] in world.sets[condition.args[1].name]
    tests = {
        Ne: place[0] != place[1],
        Lt: place[0] < place[1],
        Le: place[0] <= place[1],
        Gt: place[0] > place[1],
        Ge: place[0] >= place[1],
        Eq: place[0] == place[1],
    }
    return next(value for kind, value in tests.items() if isinstance(condition, kind))


def is_member(condition):
    return isinstance(condition, Member)


def evaluate_index(place, world, bound):
    if isinstance(place, Integer):
        return int(place)
    if isinstance(place, Cyclic):
        return (evaluate_index(place.args[0], world, bound) - 1) % world.m + 1
    if not place.is_Symbol:
        return int(place.xreplace({a: Integer(evaluate_index(a, world, bound)) for a in place.free_symbols}))
    if place == M:
        return world.m
    return bound[place] if place in bound else world.indices[place.name]


def evaluate(expr, world, bound=None):
    bound = bound or {}

    def sub(e):
        return evaluate(e, world, bound)

    if isinstance(expr, Attained):
        value, operator = expr.args
        values = [v for _, v in bodies(operator, world, bound)]
        top = max(values) if isinstance(operator, IndexMax) else min(values)
        return (sub(value) == top) / values.count(top)
    if isinstance(expr, IndexMax | IndexMin):
        return (max if isinstance(expr, IndexMax) else min)(v for _, v in bodies(expr, world, bound))
    if isinstance(expr, IndexSum | IndexProduct):
        size = world.n if expr.domain == N else world.m
        values = []
        for k in range(1, size + 1):
            inner = {**bound, expr.bound: k}
            if all(holds(c, world, inner) for c in expr.conditions):
                values.append(evaluate(expr.body, world, inner))
        return sum(values) if isinstance(expr, IndexSum) else prod(values)
    if isinstance(expr, Indexed):
        array = {"s": world.s, "t": world.t, **world.parameters}[str(expr.base.label)]
        return float(array[tuple(evaluate_index(i, world, bound) - 1 for i in expr.indices)])
    if isinstance(expr, RowFunction):
        return world.f(row_of(expr, world, bound))[evaluate_index(expr.output, world, bound) - 1]
    if isinstance(expr, RowFunctionDerivative):
        function, by = expr.args
        place = evaluate_index(function.output, world, bound), evaluate_index(by, world, bound)
        return world.jacobian(row_of(function, world, bound))[place[0] - 1, place[1] - 1]
    if isinstance(expr, Iverson):
        return float(holds(expr.args[0], world, bound))
    if isinstance(expr, KroneckerDelta):
        return float(evaluate_index(expr.args[0], world, bound) == evaluate_index(expr.args[1], world, bound))
    if isinstance(expr, Remainder):
        return world.remainder
    if isinstance(expr, Symbol):
        if expr in (N, M):
            return world.n if expr == N else world.m
        if expr.is_integer:
            return evaluate_index(expr, world, bound)
        return world.parameters[expr.name]
    if isinstance(expr, Add):
        return sum(map(sub, expr.args))
    if isinstance(expr, Mul):
        return prod(map(sub, expr.args))
    if isinstance(expr, exp):
        return real_exp(sub(expr.args[0]))
    if isinstance(expr, Pow):
        return sub(expr.base) ** sub(expr.exp)
    if isinstance(expr, log):
        return real_log(sub(expr.args[0]))
    if isinstance(expr, Abs):
        return abs(sub(expr.args[0]))
    if isinstance(expr, sign):
        return float(np.sign(sub(expr.args[0])))
    if isinstance(expr, tanh):
        return real_tanh(sub(expr.args[0]))
    assert expr.is_number, expr
    return float(expr)


def bodies(operator, world, bound):
    """Return (index, body) for each value of the index that the conditions of an operator allow."""
    size = world.n if operator.domain == N else world.m
    scopes = [{**bound, operator.bound: k} for k in range(1, size + 1)]
    kept = [inner for inner in scopes if all(holds(c, world, inner) for c in operator.conditions)]
    return [(inner[operator.bound], evaluate(operator.body, world, inner)) for inner in kept]


def row_of(function, world, bound):
    row = tuple(evaluate_index(i, world, bound) - 1 for i in function.row)
    return world.s[row] if row else world.s


def matrix_world(seed=0, n=3, m=4):
    """A world with s and t of shape (n, m), every row of t summing to one."""
    rng = np.random.default_rng(seed)
    t = rng.uniform(0.1, 1, (n, m))
    return World(
        n,
        m,
        rng.normal(size=(n, m)),
        t / t.sum(axis=1, keepdims=True),
        {"i": 2, "j": 3, "k": 1, "h": 4, "t": 2},
        {"b": 0.3, "m_margin": 1.7, "s_neg": -0.4, "s_pos": 0.9, "t_neg": 0.2, "t_pos": 0.6, "g": 1.3},
        {"Omega_neg": {1, 3}, "Omega_pos": set(range(1, m + 1)) - {1, 3}},
        0.123,
    )


def vector_world(seed=0, size=4):
    """A world with one-dimensional s and t; both sizes are ``size``."""
    world = matrix_world(seed, size, size)
    world.s, world.t = world.s[0], world.t[0]
    return world
