"""Whether what a certificate states holds numerically; None where this cannot be told."""

import cmath
import math
import random
from fractions import Fraction

from sympy import Poly, symbols
from sympy.polys.numberfields.galoisgroups import galois_group

from . import truth_coupled, truth_growth, truth_rows
from .build import mul, sub
from .numeric import Skip, is_true, value
from .truth_points import given_point, hard_point, number_at, places_of, random_point, value_at

_FAILURES = (Skip, OverflowError, TypeError, ZeroDivisionError, ValueError)


def holds(certificate, seed):
    """Whether the certificate's claim holds at some random points."""
    rng = random.Random(seed)
    if certificate["kind"] == "aggregates":
        return is_true({**certificate, "kind": "stationary"}, seed)
    test = _TESTS.get(certificate["kind"])
    if test is None:
        return is_true(certificate, seed)
    try:
        return test(certificate, rng)
    except _FAILURES:
        return None


def _residual(certificate, rng):
    """The derivative by each logit is the factor times the formula less the label, rows of labels summing to one."""
    free = ["i", "j"] if len(certificate["shape"]) == 2 else ["j"] if certificate["shape"] == ["m"] else ["i"]
    wanted = mul(certificate["factor"], sub(certificate["labels"], ["at", "t", free]))
    own = {"kind": "gradient", "gradient": wanted, "simplex": "m" in certificate["shape"]}
    if "between" in certificate:
        point, places = random_point(certificate, rng)
        there = value_at({**certificate, "loss": _at_entry(certificate["labels"], free)}, point,
                         dict.fromkeys(places, math.log(Fraction(certificate["between"]))))
        if not 0 < there < 1:
            return False
    return is_true({**certificate, **own}, rng.randint(0, 10**6))


def _at_entry(node, free):
    """The expression at the first entry."""
    if isinstance(node, list) and len(node) == 3 and node[0] == "at":
        return ["at", node[1], [1 if x in free else x for x in node[2]]]
    return [_at_entry(x, free) for x in node] if isinstance(node, list) else node


def _convex(certificate, rng):
    point, places = random_point(certificate, rng)
    start = {idx: rng.uniform(-2, 2) for idx in places}
    step = {idx: rng.uniform(-1, 1) for idx in places}
    moved = [{idx: start[idx] + k * step[idx] for idx in places} for k in (-1, 0, 1)]
    left, middle, right = (value_at(certificate, point, x) for x in moved)
    return left + right - 2 * middle >= -1e-9 * (1 + abs(left) + abs(middle) + abs(right))


def _shift_only(certificate, places):
    rows = {}
    for idx in places:
        rows.setdefault(idx[:-1] if certificate["shape"] != ["n"] else idx, []).append(idx)
    return certificate["shape"] != ["n"] and all(len(row) == 1 for row in rows.values())


def _strictly_convex(certificate, rng):
    if _convex(certificate, rng) is False:
        return False
    point, places = random_point(certificate, rng)
    if _shift_only(certificate, places):
        return True
    one = rng.choice(places)
    moved = [{idx: k * (idx == one) for idx in places} for k in (-1, 0, 1)]
    left, middle, right = (value_at(certificate, point, x) for x in moved)
    return left + right - 2 * middle > 0


def _stiemke(certificate, rng):
    if _strictly_convex(certificate, rng) is False:
        return False
    point, places = random_point(certificate, rng, {"n": rng.choice([1, 2]), "m": rng.choice([1, 2, 3])})
    shifted = [{idx: k for idx in places} for k in (-1, 1)] if certificate["shape"] != ["n"] else []
    if not all(_slope_along(certificate, point, d) >= -1e-9 for d in shifted):
        return False
    if _shift_only(certificate, places):
        return True
    for k in range(8):
        direction = {idx: rng.choice([-1, 0, 1]) if k > 1 else 0 for idx in places}
        direction[rng.choice(places)] = 3 * rng.choice([-1, 1])
        if not _slope_along(certificate, point, direction) > 0:
            return False
    return True


def _slope_along(certificate, point, direction):
    """The increase far out in a direction; the slope is nearly constant there."""
    near, far = (value_at(certificate, point, {idx: k * x for idx, x in direction.items()}) for k in (30, 60))
    return far - near


def _forces(certificate, rng):
    point, places, targets = hard_point(certificate, rng, {"n": rng.choice([1, 2, 3]), "m": rng.choice([2, 3])})
    win = {idx: 50 * (2 * (targets[idx[:-1]] == idx[-1]) - 1) for idx in places}
    infimum = value_at(certificate, point, win)
    row = rng.choice(sorted(targets))
    for _ in range(4):
        table = {idx: win[idx] + rng.uniform(-1, 1) for idx in places}
        rival = rng.choice([k for k in range(1, point.sizes["m"] + 1) if k != targets[row]])
        table[(*row, rival)] = table[(*row, targets[row])] + rng.choice([0, 0, 1, 5])
        if not value_at(certificate, point, table) > infimum + 1e-9:
            return False
    return True


def _ray(certificate, rng):
    point, places = random_point(certificate, rng)
    for idx in places:
        point.entries["t", idx] = number_at(certificate["labels"], idx)
    direction = {idx: number_at(certificate["direction"], idx) for idx in places}
    target = (certificate["row"], certificate["target"]) if len(places[0]) == 2 else (certificate["target"],)
    if not any(direction[idx] > direction[target] for idx in places if idx[:-1] == target[:-1]):
        return False
    scale = max(1.0, *(abs(x) for x in direction.values()))
    low, end = (value_at(certificate, point, {idx: r * x / scale for idx, x in direction.items()}) for r in (40, 100))
    others = [value_at(certificate, point, {idx: rng.uniform(-9, 9) for idx in places}) for _ in range(5)]
    return low >= end - 1e-9 and all(end <= x + 1e-6 for x in others)


def _line(certificate, rng):
    point = given_point(certificate, rng)
    places = places_of(certificate, point)
    start = {idx: point.entries["s", idx] for idx in places}
    values = []
    for step in (-1, 0, 1):
        for idx in places:
            point.entries["s", idx] = start[idx] + step * point.entries["d", idx]
        values.append(value(certificate["loss"], {}, point).real)
    size = 1e-9 * (1 + sum(map(abs, values)))
    return None if abs(values[0] + values[2] - 2 * values[1]) < size else values[0] + values[2] < 2 * values[1]


def _values(certificate, rng):
    point = given_point(certificate, rng)
    env = certificate["point"].get("free", {})
    a, b = (value(certificate[side], env, point) for side in ("left", "right"))
    return abs(a - b) > 1e-13 * (1 + abs(a) + abs(b))


def _defined(certificate, rng):
    point, env = given_point(certificate, rng), certificate["point"].get("free", {})
    try:
        found = [value(x, env, point) for x in certificate["expressions"]]
    except ZeroDivisionError:
        return False
    return all(abs(x.imag) < 1e-9 for x in found)


def _squeeze(certificate, rng):
    """The parts are at least zero, and the exponential of the loss is at least the polynomial's number."""
    point, places = random_point(certificate, rng)
    loss = value_at(certificate, point, {idx: rng.uniform(-2, 2) for idx in places})
    parts = {name: value(x, {}, point).real for name, x in certificate["parts"].items()}
    least, whole = (value(certificate["outer"], x, point).real for x in (dict.fromkeys(parts, 0), parts))
    return min(parts.values()) >= -1e-9 and least > 0 and abs(cmath.exp(loss) - whole) < 1e-7 * abs(whole)


def _slope(certificate, rng):
    point = given_point(certificate, rng)
    names = ["i" if r == "n" else "j" for r in certificate["shape"]]
    for idx in places_of(certificate, point):
        point.entries["t", idx] = value(certificate["link"], dict(zip(names, idx, strict=True)), point)
    place = ("s", tuple(certificate["entry"]))
    point.entries[place] += 1e-30j
    return abs(value(certificate["loss"], {}, point).imag / 1e-30) > 1e-13


def _two_stationary(certificate, rng):
    point = given_point(certificate, rng)
    places = places_of(certificate, point)
    start, change = ({idx: point.entries[name, idx] for idx in places} for name in ("s", "d"))
    rows = {idx[:-1]: change[idx] for idx in places}
    if all(abs(change[idx] - (rows[idx[:-1]] if "m" in certificate["shape"] else 0)) < 1e-12 for idx in places):
        return False
    moved = {idx: start[idx] + change[idx] for idx in places}
    return all(_is_level(certificate, point, place) for place in (start, moved))


def _stationary_at(certificate, rng):
    point = given_point(certificate, rng)
    return _is_level(certificate, point, {idx: point.entries["s", idx] for idx in places_of(certificate, point)})


def _least(certificate, rng):
    """Whether the loss is nowhere less than at the point, near it and far away."""
    point = given_point(certificate, rng)
    start = {idx: point.entries["s", idx] for idx in places_of(certificate, point)}
    lowest = value_at(certificate, point, start)
    for reach in (0.01, 1.0, 10.0):
        if value_at(certificate, point, {k: x + rng.uniform(-reach, reach) for k, x in start.items()}) < lowest - 1e-9:
            return False
    return True


def _is_level(certificate, point, place):
    """Whether the derivatives by all logits are zero at a place, by a complex step."""
    for idx in place:
        for other, x in place.items():
            point.entries["s", other] = x + 1e-30j * (idx == other)
        if abs(value(certificate["loss"], {}, point).imag / 1e-30) > 1e-9:
            return False
    return True


def _radicals(certificate, rng):
    f = Poly([int(c) for c in certificate["polynomial"]][::-1], symbols("x"))
    if not f.is_irreducible or f.degree() < 5:
        return False
    if f.degree() > 6 or not f.is_monic or max(map(abs, f.all_coeffs())) > 50 or rng.random() > 0.05:
        return None
    return not galois_group(f)[0].is_solvable


def _symmetric(certificate, rng):
    point, places = random_point(certificate, rng)
    for idx in places:
        point.entries["s", idx] = rng.uniform(-2, 2)
    before = value(certificate["loss"], {}, point)
    axis, size = certificate["shape"].index(certificate["permute"]), point.sizes[certificate["permute"]]
    order = rng.sample(range(1, size + 1), size)
    old = dict(point.entries)
    for idx in places:
        moved = (*idx[:axis], order[idx[axis] - 1], *idx[axis + 1 :])
        for name in ("s", "t"):
            point.entries[name, idx] = old[name, moved]
    after = value(certificate["loss"], {}, point)
    return abs(before - after) < 1e-8 * (1 + abs(before))


def _nonnegative(certificate, rng):
    point, places = random_point(certificate, rng)
    for idx in places:
        point.entries["s", idx] = rng.uniform(-4, 4)
    return value(certificate["loss"], {}, point).real >= -1e-9


def _no_stationary(certificate, rng):
    point, places = random_point({**certificate, "labels": "interior", "arrays": {
        **certificate.get("arrays", {}), "t": "positive"}}, rng, {r: max(certificate["entry"]) for r in ("n", "m")})
    for idx in places:
        point.entries["s", idx] = rng.uniform(-2, 2)
    point.entries["s", tuple(certificate["entry"])] += 1e-30j
    return value(certificate["loss"], {}, point).imag != 0


def _one_way(certificate, rng):
    signs = set()
    for _ in range(3):
        point = given_point(certificate, rng)
        for idx in places_of(certificate, point):
            drawn = rng.uniform(-2, 2)
            point.entries["s", idx] = drawn + 1e-30j * number_at(certificate["direction"], idx)
        slope = value(certificate["loss"], {}, point).imag
        signs.add((slope > 0) - (slope < 0))
    return signs in ({1}, {-1})


def _approaches(certificate, rng):
    point, bound = given_point(certificate, rng), float(Fraction(certificate["bound"]))
    places = places_of(certificate, point)
    for _ in range(20):
        for idx in places:
            point.entries["s", idx] = rng.uniform(-5, 5)
        found = value(certificate["loss"], {}, point).real - bound
        if found < -1e-9 or certificate["strict"] and found <= 0:
            return False
    direction = {idx: number_at(certificate["direction"], idx) for idx in places}
    scale = 300 / max(1.0, *(abs(x) for x in direction.values()))
    far = [abs(value_at(certificate, point, {idx: k * scale * x for idx, x in direction.items()}) - bound)
           for k in (1, 0.5)]
    return far[0] < 1e-3 or far[0] < 0.7 * far[1]  # like 1/r at least


_TESTS = {
    "balanced": truth_rows.balanced,
    "shares": truth_rows.shares,
    "starves": truth_rows.starves,
    "coupled": truth_coupled.coupled,
    "turned": truth_coupled.turned,
    "simplex": truth_rows.simplex,
    "odds": truth_rows.odds,
    "outscored": truth_rows.outscored,
    "apportioned": truth_rows.apportioned,
    "optimum": truth_rows.optimum,
    "separable": truth_rows.separable,
    "level": truth_rows.level,
    "row-sum": truth_rows.row_sum,
    "increasing": truth_rows.increasing,
    "symmetric": _symmetric,
    "residual": _residual,
    "no-stationary": _no_stationary,
    "nonnegative": _nonnegative,
    "convex": _convex,
    "strictly-convex": _strictly_convex,
    "stiemke": _stiemke,
    "forces-argmax": _forces,
    "ray": _ray,
    "falls": truth_growth.falls,
    "linear": truth_growth.linear,
    "saturates": truth_growth.saturates,
    "grows": truth_growth.grows,
    "bounded": truth_growth.bounded,
    "lipschitz": truth_growth.lipschitz,
    "smooth": truth_growth.smooth,
    "kinked": truth_growth.kinked,
    "majorant": truth_growth.majorant,
    "witness-majorant": truth_growth.no_majorant,
    "slope": _one_way,
    "approaches": _approaches,
    "two-stationary": _two_stationary,
    "stationary-at": _stationary_at,
    "least": _least,
    "witness-line": _line,
    "witness-values": _values,
    "defined": _defined,
    "squeeze": _squeeze,
    "products": _convex,  # a logarithm of a log-convex function, whatever else is said of it
    "witness-gradient": _slope,
    "radicals": _radicals,
}
