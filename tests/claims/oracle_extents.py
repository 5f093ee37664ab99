"""What values far out say of claims about bounds, slopes and bends."""

import mpmath

from nmderive.calculus.symbols import M
from nmderive.evidence import Status

from .data import is_defined, numbers_of, one_hot


def _far_out(data):
    """Values, and slopes, at three places of some directions, labels hard at every other one."""
    for k in range(6):
        t = one_hot(data, data.rng.randint(1, data.m)) if k % 2 and M in data.loss.shape else data.t
        if not is_defined(data, data.s, t):
            continue
        d = {e: mpmath.mpf(data.rng.choice([-1, 0, 1, data.rng.uniform(-1, 1)])) for e in data.entries}
        tables = [{e: r * x for e, x in d.items()} for r in (2, 300, 600)]
        step = mpmath.mpf(10) ** -12
        yield [(data.value(s, t), abs(data.value({**s, data.entries[0]: s[data.entries[0]] + step}, t)
                                      - data.value(s, t)) / step) for s in tables]


def _grown(data, verdict):
    """Values along the ray of a refutation, which tend to an infinity."""
    ray = next(c.data for c in verdict.certificates if c.kind == "grows")
    d, t = numbers_of(ray["direction"]), numbers_of(ray["point"]["t"])
    side = 1 if ray["to"] == "+" else -1
    values = [side * data.value({e: r * x for e, x in d.items()}, t) for r in (100, 200, 400)]
    first, second = values[1] - values[0], values[2] - values[1]
    least = 2.5 if ray["beyond"] == "linear" else 1.5
    return "" if first > 0 and second > least * first else "the ray does not grow as it should"


def bounded(data, verdict):
    if verdict.status is Status.REFUTED:
        return _grown(data, verdict)
    for (near, _), (far, _), (farther, _) in _far_out(data):
        room = 50 + abs(near) + abs(far)
        if farther < far - room or verdict.claim == "bounded" and farther > far + room:
            return "l is not level far out"
    return ""


def lipschitz(data, verdict):
    if verdict.status is Status.REFUTED:
        return _grown(data, verdict)
    return next(("the gradient grows" for x in _far_out(data) if x[2][1] > 10**4 * (1 + x[0][1])), "")


def smooth(data, verdict):
    kink = next((c.data for c in verdict.certificates if c.kind == "kinked"), None)
    if kink is not None:
        d, t = numbers_of(kink["direction"]), numbers_of(kink["point"]["t"])
        left, middle, right = (data.value({e: r * x for e, x in d.items()}, t) for r in (-900, 0, 900))
        return "" if abs(left + right - 2 * middle) > 1 else "the slopes are the same"
    if verdict.status is Status.REFUTED:
        return _grown(data, verdict)
    step = mpmath.mpf(10) ** -6
    for _ in range(4):
        d, bends = {e: mpmath.mpf(data.rng.choice([-1, 0, 1, data.rng.uniform(-1, 1)])) for e in data.entries}, []
        for r in (2, 300, 600):
            ends = [data.value({e: (r + x) * v for e, v in d.items()}) for x in (-step, 0, step)]
            bends.append(abs(ends[0] + ends[2] - 2 * ends[1]) / step**2)
        if max(bends[1:]) > 10**4 * (1 + bends[0]):
            return "the gradient changes ever faster"
    return ""


def saturating(data, verdict):
    if data.n != 1 or data.m < 2:
        return ""
    if verdict.status is Status.REFUTED:
        return _grown(data, verdict)
    y = data.rng.randint(1, data.m)
    data.sets = {"Omega_pos": {y}, "Omega_neg": set(range(1, data.m + 1)) - {y}}
    own = next(e for e in data.entries if e[-1] == y)
    step = mpmath.mpf(10) ** -12
    ends = [data.value({**data.s, own: u}, one_hot(data, y)) for u in (-900, -900 + step)]
    return "the gradient by the target's logit stays" if abs(ends[1] - ends[0]) > step / 10**6 else ""
