"""An oracle for the claims, for the catalogue and mutants: values of the loss at 40 digits, no symbolic step."""

from __future__ import annotations

import random
from itertools import permutations, product

import mpmath
import numpy as np

from nmderive.calculus.symbols import M, N
from nmderive.checker.claims.bayes_risk import least as infimum
from nmderive.evidence import Status
from nmderive.notation.ast import environment_of, from_ast

from . import oracle_extents, oracle_optima
from .data import (
    FAILURES,
    Data,
    as_given,
    counterexample,
    eval_fraction,
    fails_to_approach,
    is_defined,
    numbers_of,
    one_hot,
    spoken_of,
)


def contradiction(loss, verdict, seeds=(0, 1)):
    """Return how values of the loss contradict a verdict, "" where they do not."""
    test = _TESTS.get(verdict.claim)
    if test is None or verdict.status not in (Status.PROVED, Status.REFUTED) or loss.has_undefined_functions:
        return ""
    loss, point = as_given(loss, verdict), counterexample(verdict)
    for n, m in spoken_of(loss, verdict):
        for seed in seeds:
            try:
                problem = _no_value(loss, verdict, n, m, seed) or test(Data(loss, n, m, seed, point), verdict)
            except FAILURES:
                continue
            if problem:
                return f"{verdict.status.value} {verdict.claim}, but {problem} at n={n}, m={m}"
    return ""


def _no_value(loss, verdict, n, m, seed):
    """What is proved for all labels speaks of hard ones, too: the loss has a value there."""
    excepted = ("strictly between", "wherever", "attains its minimum", "is not", "!=")
    if verdict.status is not Status.PROVED or any(x in c for c in verdict.conditions for x in excepted):
        return ""
    data = Data(loss, n, m, seed)
    hard = {e: mpmath.mpf(int(e[-1] == 1 + (seed + sum(e[:-1])) % m if M in loss.shape else (seed + e[0]) % 2))
            for e in data.entries}
    try:
        data.value(data.s, hard)
    except FAILURES:
        return "l has no value at hard labels"
    return ""


def _differs(a, b):
    return abs(a - b) > mpmath.mpf(10) ** -20 * (1 + abs(a) + abs(b))


def _shift(data, verdict):
    if verdict.status is not Status.PROVED:
        return ""
    shifts = {r: mpmath.mpf(data.rng.uniform(-1, 1)) for r in range(0, data.n + 1)}
    row = (lambda e: e[0]) if len(data.loss.shape) == 2 or data.loss.shape == (N,) else (lambda e: 0)
    moved = {e: v + shifts[row(e)] for e, v in data.s.items()}
    return "a row shift changes l" if _differs(data.value(moved), data.value()) else ""


def _permutation(data, verdict):
    if verdict.status is not Status.PROVED:
        return ""
    for position, size in enumerate(data.loss.shape):
        count = {N: data.n, M: data.m}[size]
        order = list(range(1, count + 1))
        data.rng.shuffle(order)

        def image(e, position=position, order=order):
            return tuple(order[x - 1] if p == position else x for p, x in enumerate(e))

        s, t = ({image(e): v for e, v in table.items()} for table in (data.s, data.t))
        if _differs(data.value(s, t), data.value()):
            return f"a permutation of {size} changes l"
    return ""


def _balance(data, verdict):
    if N not in data.loss.shape:
        return ""
    starved = next((c.data for c in verdict.certificates if c.kind == "starves"), None)
    if starved is not None:
        data.m = starved["sizes"].get("m", data.m)
        a, b, sets = starved["repeated"], starved["other"], starved.get("sets")
        for times in (8, 64):  # small weights beside a constant need many rows
            few, many = (_other_slope(data, a, b, r, sets) for r in (times, 8 * times))
            if many <= few / 3 + 1e-20:
                return ""
        return "the other class keeps its gradient"
    few, more, most = (data.repeated(r) for r in (5, 20, 80))
    if abs(more - few) < 1e-9:
        return ""
    ratio = (most - more) / (more - few)
    linear = ratio > 2.5
    if linear != (verdict.status is Status.REFUTED):
        return f"the growth has ratio {mpmath.nstr(ratio, 4)}"
    if verdict.status is Status.PROVED:
        pairs = list(permutations(range(1, data.m + 1), 2)) if M in data.loss.shape else [(1, 0), (0, 1)]
        for a, b in pairs if data.n == 2 else pairs[:1]:
            few, many = (_other_slope(data, a, b, r) for r in (8, 64))
            if many <= few / 6:
                return f"class {b} starves beside class {a}"
    return ""


def _other_slope(data, repeated, other, times, sets=None):
    """The largest derivative by a logit of a row of class ``other`` beside ``times`` rows of class ``repeated``."""
    tasks = M not in data.loss.shape
    rng = random.Random(7)
    rows = [repeated] * times + [other]
    logits = {c: [mpmath.mpf(rng.uniform(-1, 1)) for _ in range(1 if tasks else data.m)] for c in (repeated, other)}
    s, t = {}, {}
    for i, c in enumerate(rows, 1):
        for j, x in enumerate(logits[c], 1):
            e = (i,) if tasks else (i, j)
            s[e], t[e] = x, mpmath.mpf(c if tasks else int(c == j))
    if sets:
        data.sets = {k: set(v) for k, v in sets.items()}
    step, found = mpmath.mpf(10) ** -15, []
    for e in [e for e in s if e[0] == len(rows)]:
        ends = [data.value({**s, e: s[e] + x}, t, {"n": len(rows), "m": data.m}) for x in (step, -step)]
        found.append(abs(ends[0] - ends[1]) / (2 * step))
    return max(found)


def _hard(data, verdict):
    if M not in data.loss.shape or data.loss.shape == (N,):
        return ""
    ray = next((c.data for c in verdict.certificates if c.kind == "ray"), None)
    if verdict.status is Status.REFUTED:
        return "" if ray is None else fails_to_approach(data, numbers_of(ray["direction"]), numbers_of(ray["labels"]))
    target, best = data.rng.randint(1, data.m), None
    t = one_hot(data, target)
    if not is_defined(data, data.s, t):
        return "l is not defined at hard labels"
    right = min(data.value(_apart(data, target, x), t) for x in (0.01, 0.1, 0.5, 1, 1.5, 2, 3, 4, 6, 10, 20, 60))
    for _ in range(300):
        s = {e: mpmath.mpf(data.rng.uniform(-1, 1) * data.rng.choice((1, 40, 40))) for e in data.entries}
        wins = all(s[e] < s[(*e[:-1], target)] for e in data.entries if e[-1] != target)
        value = data.value(s, t)
        if not wins and (best is None or value < best):
            best = value
    if best is not None and best - right < 1e-8:
        right = min(right, _lowered(data, t, target))
    return "a wrong argmax is as good" if best is not None and best - right < 1e-8 else ""


def _lowered(data, t, target):
    """A low value with the target on top, by small steps from where all logits are nearly equal: a finite optimum."""
    s = {e: mpmath.mpf("0.1") if e[-1] == target else mpmath.mpf(0) for e in data.entries}
    least, size = data.value(s, t), mpmath.mpf(2)
    for _ in range(400):
        for e in data.entries:
            for step in (size, -size):
                there = {**s, e: s[e] + step}
                wins = all(there[x] < there[(*x[:-1], target)] for x in data.entries if x[-1] != target)
                value = data.value(there, t) if wins else least
                if value < least:
                    s, least = there, value
                    break
            else:
                continue
            break
        else:
            size /= 2
    return least


def _apart(data, target, by):
    """Logits whose target stands out by a number: the optimum may be finite."""
    return {e: mpmath.mpf(by if e[-1] == target else -by) for e in data.entries}


def _unique(data, verdict):
    if verdict.status is not Status.PROVED or data.n * data.m > 6:
        return ""
    ends = []
    for _ in range(2):
        x, value = data.minimum(data.t, np.array([data.rng.uniform(-1.5, 1.5) for _ in data.entries]))
        ends.append((value, x))
    return "" if abs(ends[0][0] - ends[1][0]) < 1e-4 * (1 + abs(ends[0][0])) else "two starts end at different values"


def _decoupled(data, verdict):
    if N not in data.loss.shape or data.n != 2 or data.n * data.m > 6:
        return ""
    kinds = {c.kind for c in verdict.certificates}
    apart = "gradient" in kinds and "increasing" not in kinds  # else the gradient is that of the rows' own sum
    if verdict.status is Status.PROVED and apart:
        h = mpmath.mpf(10) ** -8
        a, b = data.entries[0], data.entries[-1]
        total = 0
        for x, y in product((1, -1), (1, -1)):
            s = dict(data.s)
            s[a] += x * h
            s[b] += y * h
            total += x * y * data.value(s)
        return "rows share second derivatives" if abs(total / (4 * h * h)) > 1e-12 else ""
    if not any(c.kind == "coupled" for c in verdict.certificates):
        return ""
    first, second = dict(data.t), dict(data.t)
    for j in range(1, data.m + 1):
        second[2, j] = data.t[2, 1 + j % data.m]
    rows = []
    for t in (first, second):
        x, _ = data.minimum(t, np.zeros(len(data.entries)))
        rows.append(x[: data.m] - x[0])
    return "" if np.abs(rows[0] - rows[1]).max() > 1e-5 else "the optimum of row 1 does not move"


def _nonnegative(data, verdict):
    values = [data.value()]
    for scale in (1, 5, 5, 20):
        values.append(data.value({e: mpmath.mpf(data.rng.uniform(-scale, scale)) for e in data.entries}))
    if verdict.status is Status.PROVED and min(values) < -mpmath.mpf(10) ** -20:
        return f"l is {mpmath.nstr(min(values), 5)}"
    return ""


def _convex(data, verdict):
    if verdict.status is not Status.PROVED:
        return ""
    tables = [data.t]
    if "labels in [0, 1]" in verdict.conditions and data.loss.shape != (N,) and not data.loss.class_sets:
        tables.append(one_hot(data, data.rng.randint(1, data.m)))
        if not is_defined(data, data.s, tables[1]):
            return "l is not defined at hard labels"
    for k in range(12):
        start, t = {e: mpmath.mpf(data.rng.uniform(-5, 5)) for e in data.entries}, tables[k % len(tables)]
        step = {e: mpmath.mpf(data.rng.uniform(-2, 2)) for e in data.entries}
        ends = [data.value({e: v + x * step[e] for e, v in start.items()}, t) for x in (-1, 0, 1)]
        if ends[0] + ends[2] - 2 * ends[1] < -mpmath.mpf(10) ** -20 * (1 + abs(ends[1])):
            return "l is above its chord"
    return ""


def _scaled(data, verdict, own, target, count=4):
    """Compare ``own`` with ``target(c, s, t)`` for the usual scales c at a few points."""
    scales = [mpmath.mpf(x) for x in (1, 2, 3)] + [mpmath.mpf(1) / x for x in (2, 3)]
    named = [c.data["scale"][1] for c in verdict.certificates if c.data.get("scale", [""])[0] == "num"]
    scales += [eval_fraction(x) for x in named]
    for p in data.loss.parameters:
        scales += [data.parameters[p.name], 1 / data.parameters[p.name]] if p.is_positive else []
    equal = []
    for c in scales:
        rng, same = random.Random(5), True
        for k in range(count if verdict.status is Status.PROVED else 6 * count):
            # s = 0 first, and many points: on one side of a kink two losses may be the same
            s = {e: mpmath.mpf(rng.uniform(-2, 2) if k else 0) for e in data.entries}
            same = same and not _differs(own(s), target(c, s))
        equal.append(same)
    if verdict.status is Status.PROVED and not any(equal):
        return "no usual scale makes them equal"
    return "a scale makes them equal" if verdict.status is Status.REFUTED and any(equal) else ""


def _m2(data, verdict):
    if data.m != 2:
        return ""
    tasks = M not in data.loss.shape
    rows = sorted({e[:1] if tasks else e[:-1] for e in data.entries})

    def target(c, s):
        z = {r: c * (s[r] if tasks else s[(*r, 1)] - s[(*r, 2)]) for r in rows}
        one = {r: data.t[r] if tasks else data.t[(*r, 1)] for r in rows}
        return sum(mpmath.log(1 + mpmath.fsum(w[r] * mpmath.exp(sign * z[r]) for r in rows))
                   for sign, w in ((-1, one), (1, {r: 1 - x for r, x in one.items()})))

    if verdict.status is Status.REFUTED and data.n == 1:  # may fail at other numbers of rows only
        return ""
    return _scaled(data, verdict, lambda s: data.value(s), target)


def _n1(data, verdict):
    if data.n != 1 or verdict.status is Status.REFUTED and data.m <= 2 or M not in data.loss.shape:
        return ""
    target = 1 if data.loss.class_sets else data.rng.randint(1, data.m)
    if data.loss.class_sets:
        data.sets = {"Omega_pos": {1}, "Omega_neg": set(range(2, data.m + 1))}
    t = one_hot(data, target)
    y = next(e for e, x in t.items() if x == 1)

    def target(c, s):
        return mpmath.log(mpmath.fsum(mpmath.exp(c * (s[e] - s[y])) for e in data.entries))

    return _scaled(data, verdict, lambda s: data.value(s, t), target)


def _linear(data, verdict):
    if verdict.status is not Status.PROVED:
        return ""
    row = data.rng.randint(1, data.n)
    own = [e for e in data.entries if len(e) == 1 and M in data.loss.shape or e[0] == row]
    moves = {e: data.rng.uniform(0, 1) for e in own}
    mean = sum(moves.values()) / len(own) if M in data.loss.shape else 0
    step = {e: mpmath.mpf(0.02) * (x - mean) for e, x in moves.items()}
    ends = []
    for _ in range(2):
        s = {e: mpmath.mpf(data.rng.uniform(-2, 2)) for e in data.entries}
        at = [data.value(s, {e: x + k * step.get(e, 0) for e, x in data.t.items()}) for k in (-1, 0, 1)]
        ends.append(at[0] + at[2] - 2 * at[1])
    return "the second difference in the labels changes with the logits" if _differs(*ends) else ""


def _symmetric(data, verdict):
    if data.n != 1 or M not in data.loss.shape or verdict.status is not Status.PROVED:
        return ""
    totals = []
    for _ in range(2):
        s = {e: mpmath.mpf(data.rng.uniform(-2, 2)) for e in data.entries}
        totals.append(mpmath.fsum(data.value(s, one_hot(data, y)) for y in range(1, data.m + 1)))
    return "the sum over the labels changes with the logits" if _differs(*totals) else ""


def _in_order(t, s):
    return all(x > y for a, x in zip(t, s, strict=True) for b, y in zip(t, s, strict=True) if a > b)


def _on_top(t, s):
    return all(a == max(t) for a, x in zip(t, s, strict=True) if x == max(s))


def _is_minimum(data, verdict, is_right):
    """Whether values near and far contradict that the place of a certificate is a minimum in another order."""
    point = next(c.data["point"] for c in verdict.certificates if c.kind in ("least", "stationary-at"))
    t = numbers_of(point["t"])
    s = numbers_of(point["s"]) if "s" in point else {e: mpmath.log(x) for e, x in numbers_of(point["exp_s"]).items()}
    if all(is_right([t[e] for e in s if e[:-1] == r], [s[e] for e in s if e[:-1] == r]) for r in {e[:-1] for e in s}):
        return "the place is in order"
    least = data.value(s, t)
    for k in range(60):
        step = mpmath.mpf(10) ** (k % 4 - 2)
        moved = {e: x + step * mpmath.mpf(data.rng.uniform(-1, 1)) for e, x in s.items()}
        if data.value(moved, t) < least - mpmath.mpf(10) ** -25:
            return "the place is no minimum"
    return ""


def _sequences(is_right):
    """A test of a claim about minimising sequences: a ray is followed, else a general minimiser is."""

    def test(data, verdict):
        if data.m < 2 or data.n * data.m > 6 or M not in data.loss.shape:
            return ""
        rows = sorted({e[:-1] for e in data.entries})
        if verdict.status is Status.REFUTED:
            ray = next((c.data for c in verdict.certificates if c.kind in ("falls", "approaches")), None)
            if ray is None:
                return _is_minimum(data, verdict, is_right)
            d, t = numbers_of(ray["direction"]), numbers_of(ray["point"]["t"])
            wrong = any(not is_right(*([x[e] for e in data.entries if e[:-1] == r] for x in (t, d))) for r in rows)
            return fails_to_approach(data, d, t) or ("" if wrong else "the ray is in order")
        x, value = data.minimum(data.t, np.array([data.rng.uniform(-0.5, 0.5) for _ in data.entries]))
        s = dict(zip(data.entries, x, strict=True))
        shares = next((c.data for c in verdict.certificates if c.kind == "apportioned"), None)
        if shares is not None:  # neither smooth nor convex: the minimiser may end elsewhere, above the infimum
            lowest = data.evaluate(from_ast(infimum(shares), environment_of(data.loss.expr)))
            if value < lowest - 1e-9 or value > lowest + 1e-3:
                return "" if value > lowest else "a value is below the infimum"
        for r in rows:
            own = [e for e in data.entries if e[:-1] == r]
            apart = min(abs(data.t[a] - data.t[b]) for a in own for b in own if a != b)
            if apart > 0.05 and not is_right([data.t[e] for e in own], [s[e] for e in own]):
                return "a general minimiser ends in another order"
        return ""

    return test


_TESTS = {
    "link": oracle_optima.at_place, "bayes-risk": oracle_optima.at_place, "strongly-convex": oracle_optima.strongly,
    "diagonal-majorant": oracle_optima.majorant,
    "saturating": oracle_extents.saturating, "smooth": oracle_extents.smooth,
    "bounded": oracle_extents.bounded, "bounded-below": oracle_extents.bounded, "lipschitz": oracle_extents.lipschitz,
    "label-linear": _linear, "symmetric": _symmetric, "order-preserving": _sequences(_in_order),
    "calibrated": _sequences(_on_top),
    "nonnegative": _nonnegative, "convex": _convex, "degenerates-m2": _m2, "degenerates-n1": _n1,
    "shift-invariant": _shift, "permutation-invariant": _permutation, "balance": _balance, "hard-label-argmax": _hard,
    "unique-optimum": _unique, "decoupled": _decoupled,
}
