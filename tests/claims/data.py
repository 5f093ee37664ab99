"""What a verdict is tried on: a loss at one size with numbers, those of the counterexample where there is one."""

from __future__ import annotations

import random
import re
from dataclasses import replace
from fractions import Fraction
from itertools import product

import mpmath
from numeric_oracle import evaluate
from scipy.optimize import minimize

from nmderive.calculus.symbols import M, N
from nmderive.errors import NmderiveError
from nmderive.evidence import Status
from nmderive.notation import Declarations
from nmderive.proving.points import values_in

NEED_CLASSES = (
    "unique-optimum", "hard-label-argmax", "decoupled", "degenerates-m2", "balance", "order-preserving", "calibrated",
    "link", "bayes-risk", "strongly-convex",
)

FAILURES = (ArithmeticError, ValueError, ZeroDivisionError, OverflowError, TypeError)


class Data:
    """A loss at one size with parameters, arrays and class sets of its own; logits and labels are given."""

    def __init__(self, loss, n, m, seed=0, point=None):
        self.loss, self.n, self.m, self.point = loss, n, m, point or {}
        rng = self.rng = random.Random(f"{n} {m} {seed}")
        self.entries = list(product(*(range(1, {N: n, M: m}[size] + 1) for size in loss.shape)))
        self.parameters = {p.name: parameter_value(loss, p, rng) for p in loss.parameters}
        for a in loss.arrays:
            self.parameters[str(a.base.label)] = {(k,): mpmath.mpf(rng.uniform(0.5, 2)) for k in range(1, 9)}
        self.sets = {"Omega_neg": set(range(1, m + 1, 2)), "Omega_pos": set(range(2, m + 1, 2))}
        for k, name in enumerate(x for x in loss.class_sets if x not in self.sets):
            self.sets[name] = {c for c in range(1, m + 1) if (c + k + seed) % 3}
        self._as_in_the_counterexample()
        self.s = {e: mpmath.mpf(rng.uniform(-2, 2)) for e in self.entries}
        raw = {e: mpmath.mpf(rng.uniform(0.1, 0.9)) for e in self.entries}
        if M in loss.shape:
            totals = {e[:-1]: mpmath.fsum(v for x, v in raw.items() if x[:-1] == e[:-1]) for e in raw}
            raw = {e: v / totals[e[:-1]] for e, v in raw.items()}
        self.t = raw

    def _as_in_the_counterexample(self):
        """Take parameters, arrays and class sets from the counterexample: a claim may hold at others."""
        self.parameters.update({k: eval_fraction(v) for k, v in self.point.get("parameters", {}).items()})
        self.parameters.update({k: numbers_of(v) for k, v in self.point.get("arrays", {}).items()})
        self.sets.update({k: set(v) for k, v in self.point.get("sets", {}).items()})

    def value(self, s=None, t=None, sizes=None):
        value = evaluate(self.loss.expr, sizes or {"n": self.n, "m": self.m}, s or self.s, t or self.t,
                         self.parameters, self.sets)
        if isinstance(value, mpmath.mpc):
            if abs(value.imag) > 1e-20:
                raise ArithmeticError("not real")
            value = value.real
        if not mpmath.isfinite(value):  # comparisons with it would all be false, and nothing would differ from it
            raise ArithmeticError("not a number")
        return value

    def evaluate(self, expr):
        """The value of another expression in the labels and parameters."""
        return mpmath.re(evaluate(expr, {"n": self.n, "m": self.m}, self.s, self.t, self.parameters, self.sets))

    def repeated(self, times):
        """The value with every row repeated."""
        def table(x):
            return {((a - 1) * times + b + 1, *e[1:]): v for e, v in x.items() for b in range(times) for a in [e[0]]}

        return self.value(table(self.s), table(self.t), {"n": self.n * times, "m": self.m})

    def minimum(self, t, start):
        """Where a general minimiser ends from ``start``, in floats, and the value there."""
        small = {e: float(v) for e, v in t.items()}

        def function(x):
            return float(self.value({e: mpmath.mpf(v) for e, v in zip(self.entries, x, strict=True)}, small))

        found = minimize(function, start, method="BFGS", options={"maxiter": 60, "gtol": 1e-7})
        return found.x, found.fun


def eval_fraction(text):
    top, _, bottom = text.partition("/")
    return mpmath.mpf(int(top)) / int(bottom or 1)


def numbers_of(rows):
    """The numbers of a certificate's table by their indices, counted from one."""
    if rows and isinstance(rows[0], list):
        return {(a, b): eval_fraction(x) for a, row in enumerate(rows, 1) for b, x in enumerate(row, 1)}
    return {(a,): eval_fraction(x) for a, x in enumerate(rows, 1)}


def parameter_value(loss, p, rng):
    """A usual value, or one of the parameter's domain."""
    domain = dict(loss.domains).get(p.name)
    usual = [v for v in (Fraction(2, 5), Fraction(7, 10), Fraction(19, 10)) if domain is None or v in domain]
    value = rng.choice(usual or values_in(domain))
    return mpmath.mpf(value.numerator) / value.denominator


def as_given(loss, verdict):
    """The loss with its parameters within the conditions of the verdict, such as ``g in {0}``."""
    domains = dict(loss.domains)
    for p in loss.parameters:
        own = [c for c in verdict.conditions if p.name in re.findall(r"\w+", c)]
        for condition in own:
            try:
                domains.update(Declarations.from_lets([condition]).domains)
            except NmderiveError:
                continue
    return replace(loss, domains=tuple(domains.items()))


def counterexample(verdict):
    """The point of a refutation's witness; {} where there is none."""
    if verdict.status is not Status.REFUTED:
        return {}
    return next((c.data["point"] for c in verdict.certificates if isinstance(c.data.get("point"), dict)), {})


def spoken_of(loss, verdict):
    """The sizes at which a verdict is tried: those of the counterexample, else usual ones."""
    names = [size.name for size in loss.shape]
    for c in verdict.certificates if verdict.status is Status.REFUTED else ():
        own = c.data.get("sizes") or {}
        if all(name in own for name in names):
            return [(own.get("n", 1), own.get("m", 1))]
    sizes = [(2, 3), (1, 2), (3, 2), (1, 3), (1, 1), (2, 1), (1, 4)]
    sizes = [s for s in sizes if verdict.claim not in NEED_CLASSES or s[1] > 1]
    least = {"n": 1, "m": 1, **loss.least_sizes}
    return [(n, m) for n, m in sizes if n >= least["n"] and m >= least["m"]]


def one_hot(data, target=1):
    """The hard label of every row at ``target``; that of the counterexample where it has one."""
    if data.point.get("t"):
        return numbers_of(data.point["t"])
    return {e: mpmath.mpf(int(e[-1] == target)) for e in data.entries}


def is_defined(data, s, t):
    try:
        data.value(s, t)
    except FAILURES:
        return False
    return True


def fails_to_approach(data, direction, t):
    values = [data.value({e: r * x for e, x in direction.items()}, t) for r in (10, 20, 40)]
    rounding = mpmath.mpf(10) ** -20 * (1 + abs(values[0]))
    return "" if all(b <= a + rounding for a, b in zip(values, values[1:], strict=False)) else "l rises along the ray"
