"""What a general minimiser says of optima in closed form, and values of strong convexity."""

import mpmath
import numpy as np
from sympy import Integer

from nmderive.calculus.symbols import M
from nmderive.checker.claims.bayes_risk import least as infimum
from nmderive.evidence import Status
from nmderive.notation.ast import environment_of, from_ast

from .data import fails_to_approach, numbers_of


def at_place(data, verdict):
    """A general minimiser against the place, or the infimum, that the certificates give in closed form."""
    if verdict.status is Status.REFUTED:
        ray = next((c.data for c in verdict.certificates if c.kind == "falls"), None)
        if ray is None:
            return ""
        return fails_to_approach(data, numbers_of(ray["direction"]), numbers_of(ray["point"]["t"]))
    if data.n * data.m > 6 or data.m < 2:
        return ""
    known = next((c.data for c in verdict.certificates if c.kind in ("optimum", "apportioned")), None)
    if known is None:
        return ""
    _, least = data.minimum(data.t, np.array([data.rng.uniform(-0.5, 0.5) for _ in data.entries]))
    if "logits" in known:
        logits = from_ast(known["logits"], environment_of(data.loss.expr))
        names = {str(x): x for x in data.loss.indices}
        place = {e: data.evaluate(logits.xreplace({names[k]: Integer(v) for k, v in zip(names, e, strict=True)}))
                 for e in data.entries}
        stated = data.value(place)
    else:
        stated = data.evaluate(from_ast(infimum(known), environment_of(data.loss.expr)))
    low = least < stated - mpmath.mpf(10) ** -6 * (1 + abs(stated))
    return "a general minimiser ends below what is stated" if low else ""


def majorant(data, verdict):
    """Second differences of the value against twice those of each logit alone."""
    if verdict.status is Status.REFUTED:
        return ""
    step = mpmath.mpf(10) ** -12

    def bent(v):
        ends = [data.value({e: x + k * step * v.get(e, 0) for e, x in data.s.items()}) for k in (-1, 0, 1)]
        return (ends[0] + ends[2] - 2 * ends[1]) / step**2

    each = {e: bent({e: 1}) for e in data.entries}
    for scale in (1, 10, 100):
        v = {e: mpmath.mpf(data.rng.choice((-1, 1)) * data.rng.uniform(0, scale)) for e in data.entries}
        if bent(v) > 2 * mpmath.fsum(each[e] * x * x for e, x in v.items()) + mpmath.mpf(10) ** -8 * scale**2:
            return "the Hessian is more than twice its diagonal"
    return ""


def strongly(data, verdict):
    if verdict.status is Status.REFUTED or data.m < 2:
        return ""
    modulus = next(c.data["modulus"] for c in verdict.certificates if "modulus" in c.data)
    mu = data.evaluate(from_ast(modulus, environment_of(data.loss.expr)))
    for scale in (0.1, 1, 10):
        d = {e: mpmath.mpf(data.rng.uniform(-scale, scale)) for e in data.entries}
        if M in data.loss.shape:
            d = {e: v - mpmath.fsum(x for k, x in d.items() if k[:-1] == e[:-1]) / data.m for e, v in d.items()}
        ends = [data.value({e: x + k * d[e] for e, x in data.s.items()}) for k in (-1, 0, 1)]
        if ends[0] + ends[2] - 2 * ends[1] < mu * mpmath.fsum(v * v for v in d.values()) * (1 - mpmath.mpf(10) ** -20):
            return "l curves less than is stated"
    return ""
