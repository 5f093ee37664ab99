"""Random expressions, and the numeric value of a normal form."""

import cmath

from .numeric import Skip, power

NAMES = {"n": ["i", "a", "b"], "m": ["j", "k", "l"]}


class Generator:
    """Random expressions over s, t, w with nested sums, conditions, indicators and functions."""

    def __init__(self, rng):
        self.rng = rng

    def index(self, scope, size):
        pool = [x for x, r in scope.items() if r == size]
        return self.rng.choice(pool) if pool and self.rng.random() < 0.93 else self.rng.choice([1, 1, 2])

    def entry(self, scope):
        name = self.rng.choice(["s", "s", "t", "w"])
        return ["at", name, [self.index(scope, "n"), self.index(scope, "m")]]

    def condition(self, scope):
        size = self.rng.choice(["n", "m"])
        pool = [x for x, r in scope.items() if r == size]
        if len(pool) < 2:
            pool = [x for x, r in scope.items() if r == "m"]
            return ["in", pool[0], self.rng.choice(["Omega_pos", "Omega_neg"])] if pool else None
        a, b = self.rng.sample(pool, 2)
        return [self.rng.choice(["ne", "ne", "lt", "le", "eq"]), a, b]

    def leaf(self, scope):
        kind = self.rng.randrange(8)
        if kind < 4:
            return self.entry(scope)
        if kind == 4:
            return ["num", self.rng.choice(["1", "2", "-1", "1/2", "3", "-2/3"])]
        if kind == 5:
            return ["sym", self.rng.choice(["n", "m", "q", "g", *scope])]
        cond = self.condition(scope)
        return ["iverson", cond] if cond else self.entry(scope)

    def positive(self, scope, depth):
        kind = self.rng.randrange(7)
        if kind == 6 and depth > 0:
            body = self.binder(scope, depth, self.positive)
            return ["prod", *body[1:]]
        if kind == 0 or depth <= 0:
            return ["exp", self.linear(scope)]
        if kind == 1:
            return ["add", [["num", "1"], self.positive(scope, depth - 1)]]
        if kind == 2:
            return [
                "mul",
                [
                    self.positive(scope, depth - 1),
                    ["at", "w", [self.index(scope, "n"), self.index(scope, "m")]],
                ],
            ]
        if kind == 3:
            return self.binder(scope, depth, self.positive, False)
        if kind == 4:
            cond = self.condition(scope)
            mark = ["iverson", cond] if cond else ["num", "1"]
            return ["add", [["num", "1"], ["mul", [mark, self.positive(scope, depth - 1)]]]]
        return ["pow", self.positive(scope, depth - 1), self.exponent()]

    def exponent(self):
        return self.rng.choice(
            [["num", self.rng.choice(["-1", "-1", "1/2", "-1/2", "2", "-2"])], ["sym", "q"], ["sym", "g"]]
        )

    def linear(self, scope):
        coefficient = ["num", self.rng.choice(["1", "-1", "1/2", "2"])]
        one = ["mul", [coefficient, self.entry(scope)]]
        kind = self.rng.randrange(8)
        if kind == 0 and self.condition(scope):
            return ["mul", [one, ["iverson", self.condition(scope)]]]
        if kind == 1:
            return self.binder(scope, 0, lambda inner, depth: ["mul", [coefficient, self.entry(inner)]])
        if kind == 2:
            return ["log", self.positive(scope, 1)]
        return one if self.rng.random() < 0.6 else ["add", [one, self.entry(scope)]]

    def binder(self, scope, depth, body, conds=True):
        size = self.rng.choice(["n", "m"])
        name = self.rng.choice(NAMES[size])
        inner = {**scope, name: size}
        chosen = []
        if conds and self.rng.random() < 0.5:
            cond = self.condition(inner)
            chosen = [cond] if cond and name in cond else []
        return ["sum", name, size, chosen, body(inner, depth - 1)]

    def any(self, scope, depth):
        if depth <= 0:
            return self.leaf(scope)
        kind = self.rng.randrange(12)
        if kind == 11:
            return ["tanh", self.linear(scope)]
        if kind < 2:
            return ["add", [self.any(scope, depth - 1) for _ in range(self.rng.choice([2, 2, 3]))]]
        if kind < 4:
            return ["mul", [self.any(scope, depth - 1) for _ in range(2)]]
        if kind < 7:
            return self.binder(scope, depth, self.any)
        if kind == 7:
            return ["log", self.positive(scope, depth - 1)]
        if kind == 8:
            return ["pow", self.any(scope, depth - 1), ["num", self.rng.choice(["2", "-1", "1/2", "3"])]]
        if kind == 9:
            return ["pow", self.positive(scope, depth - 1), self.exponent()]
        return self.positive(scope, depth - 1)


def poly_value(p, env, point):
    """The numeric value of a normal form at a point; env gives the free labels' values."""
    return sum((complex(c) * term_value(t, env, point) for t, c in p.terms), 0j)


def term_value(t, env, point):
    envs = [env]
    for b in t.bounds:
        envs = [{**e, b: k} for e in envs for k in range(1, point.sizes[b[-1]] + 1)]
    result = 0j
    for e in envs:
        v = cmath.exp(poly_value(t.ex, e, point))
        marks = [atom_value(a, e, point) for a, _ in t.facs if a.kind in ("delta", "in", "sg")]
        if 0 in marks:
            continue
        for a, x in t.facs:
            v *= power(atom_value(a, e, point), complex(x))
        result += v
    return result


def atom_value(a, env, point):
    idx = tuple(x[1] if x[0] == "L" else env[x] for x in a.idx)
    if a.kind == "at":
        return complex(point.entry(a.name, idx))
    if a.kind == "sym":
        return complex(point.sizes.get(a.name) or point.parameters[a.name])
    if a.kind == "idx":
        return complex(idx[0])
    if a.kind == "delta":
        return complex(idx[0] == idx[1])
    if a.kind == "sg":
        return complex((idx[0] < idx[1]) - (idx[0] > idx[1]))
    if a.kind == "in":
        return complex((idx[0] in point.positive) == (a.name == "Omega_pos"))
    if a.kind == "pi":
        return complex(a.name)
    if a.kind == "lp":
        return cmath.log(a.name)
    v = poly_value(a.sub, env, point)
    if a.kind == "pw":
        return v
    if v.real <= 1e-12:
        raise Skip
    return cmath.log(v)
