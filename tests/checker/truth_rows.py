"""Whether statements about repeated rows and sums over the simplex hold numerically."""

import math
from itertools import permutations, product

from .numeric import Point, value

_STEP = 1e-30


def _with_rows(certificate, rng, classes, copies):
    """A point with one row for each class and number of copies, hard labels, the logits of copies equal."""
    sizes = {"n": sum(copies), "m": certificate.get("sizes", {}).get("m", rng.choice([2, 3]))}
    point = Point(rng, {**certificate, "sizes": sizes})
    sets = certificate.get("sets", {})
    if sets:
        every = set(range(1, sizes["m"] + 1))
        point.positive = set(sets["Omega_pos"]) if "Omega_pos" in sets else every - set(sets["Omega_neg"])
    tasks = certificate["shape"] == ["n"]
    own = [[rng.uniform(-1, 1) for _ in range(1 if tasks else sizes["m"])] for _ in classes]
    row = 0
    for label, count, logits in zip(classes, copies, own, strict=True):
        for _ in range(count):
            row += 1
            for j, x in enumerate(logits, 1):
                idx = (row,) if tasks else (row, j)
                point.entries["s", idx] = x
                point.entries["t", idx] = float(label) if tasks else float(label == j)
    return point


def _last_row_slope(certificate, point):
    """The largest derivative by a logit of the last row."""
    last = max(idx[0] for name, idx in point.entries if name == "s")
    found = []
    for place in [p for p in point.entries if p[0] == "s" and p[1][0] == last]:
        saved = point.entries[place]
        point.entries[place] = saved + 1j * _STEP
        found.append(abs(value(certificate["loss"], {}, point).imag / _STEP))
        point.entries[place] = saved
    return max(found)


def _kept(certificate, rng, a, b):
    """How much of the last row's gradient is left when the others are repeated twenty times more often."""
    seed = rng.random()
    slopes = []
    for copies in (5, 100):
        rng.seed(seed)
        slopes.append(_last_row_slope(certificate, _with_rows(certificate, rng, (a, b), (copies, 1))))
    return slopes


def shares(certificate, rng):
    m = certificate.get("sizes", {}).get("m", 2)
    pairs = [(1, 0), (0, 1)] if certificate["shape"] == ["n"] else list(permutations(range(1, m + 1), 2))
    own = certificate if certificate["shape"] == ["n"] else {**certificate, "sizes": {"m": m}}
    few, many = max((_kept(own, rng, *rng.choice(pairs)) for _ in range(3)), key=lambda x: x[1])
    return many > few / 10 and many > 0


def starves(certificate, rng):
    few, many = _kept(certificate, rng, certificate["repeated"], certificate["other"])
    return many <= few / 3 + 1e-12


def balanced(certificate, rng):
    m = certificate.get("sizes", {}).get("m", rng.choice([2, 3]))
    labels = [1, 0] if certificate["shape"] == ["n"] else list(range(1, m + 1))
    own = {**certificate, "sizes": {**certificate.get("sizes", {}), "m": m}}
    classes = [rng.choice(labels) for _ in range(2)]
    seed, found = rng.random(), []
    for r in (1, 6, 30):
        rng.seed(seed)
        point = _with_rows(own, rng, classes, (r, r))
        found.append(value(certificate["loss"], {}, point).real)
    bound = value(certificate["bound"], {}, point).real
    grown = [x - found[0] for x in found[1:]]
    return all(g <= bound * math.log(r) + 1e-9 for g, r in zip(grown, (6, 30), strict=True))


def odds(certificate, rng):
    """Whether the loss rises, or does not, with the odds against the target of a row, at hard labels."""
    n, m = (certificate.get("sizes", {}).get(size, rng.choice(two)) for size, two in (("n", [1, 2]), ("m", [2, 3])))
    point = Point(rng, {**certificate, "sizes": {"n": n, "m": m}})
    scale = value(certificate.get("scale", ["num", "1"]), {}, point).real
    for i in range(1, n + 1):
        target = rng.randint(1, m)
        for j in range(1, m + 1):
            point.entries["t", (i, j)] = float(j == target)
            point.entries["s", (i, j)] = rng.uniform(-2, 2)
    row, by = rng.randint(1, n), rng.uniform(0.05, 1)
    values = []
    for _ in range(2):
        values.append(value(certificate["loss"], {}, point).real)
        for j in range(1, m + 1):  # the shares of the others stay
            point.entries["s", (row, j)] += (point.entries["t", (row, j)] == 0) * by / scale
    near = 1e-9 * (1 + abs(values[0]))
    rises = values[1] - values[0]
    if certificate["property"] != "forces-argmax":
        return rises < near
    for place, label in [x for x in point.entries.items() if x[0][0] == "t"]:
        point.entries["s", place[1]] -= (label == 0) * 40 / scale  # every target wins by far
    return rises > -near and value(certificate["loss"], {}, point).real <= values[0] + near


def outscored(certificate, rng):
    """Whether a row in which another class reaches the target can be changed for a smaller loss, at hard labels."""
    has_rows = certificate["shape"] == ["n", "m"]
    n, m = (certificate.get("sizes", {}).get(size, rng.choice(two)) for size, two in (("n", [1, 2]), ("m", [2, 3])))
    point = Point(rng, {**certificate, "sizes": {"n": n, "m": m}})
    rows = [[((i,) if has_rows else ()) + (j,) for j in range(1, m + 1)] for i in range(1, n + 1 if has_rows else 2)]
    targets = [rng.choice(row) for row in rows]
    for row, target in zip(rows, targets, strict=True):
        for idx in row:
            point.entries["t", idx] = float(idx == target)
            point.entries["s", idx] = rng.uniform(-3, 3)
    number = rng.randrange(len(rows))
    row, target = rows[number], targets[number]
    other = rng.choice([idx for idx in row if idx != target])
    point.entries["s", target] = point.entries["s", other] - rng.choice([0, 0, rng.uniform(0, 4)])
    here = value(certificate["loss"], {}, point).real
    best = here
    for v, w in product((0.1, 0.25, 0.5, 1, 2, 4, 8, 30), (0, -0.1, -0.25, -0.5, -1, -2, -4, -8)):
        for idx in row:
            point.entries["s", idx] = v if idx == target else w
        best = min(best, value(certificate["loss"], {}, point).real)
    return best < here - 1e-9


def apportioned(certificate, rng):
    """Whether a row whose largest logit is at a class without a largest label can be changed for a smaller loss."""
    has_rows, is_hard = certificate["shape"] == ["n", "m"], certificate["labels"] == "hard"
    n, m = rng.choice([1, 2]), rng.choice([2, 3, 4])
    point = Point(rng, {**certificate, "sizes": {"n": n, "m": m}})
    rows = [[((i,) if has_rows else ()) + (j,) for j in range(1, m + 1)] for i in range(1, n + 1 if has_rows else 2)]
    best_of = []
    for row in rows:
        weights = [rng.uniform(0.05, 1) for _ in row]
        target = rng.choice(row)
        for idx, x in zip(row, weights, strict=True):
            point.entries["t", idx] = float(idx == target) if is_hard else x / sum(weights)
            point.entries["s", idx] = rng.uniform(-3, 3)
        best_of.append(max(row, key=lambda idx: point.entries["t", idx]))
    row, best = rng.choice(list(zip(rows, best_of, strict=True)))
    point.entries["s", rng.choice([idx for idx in row if idx != best])] = rng.uniform(3, 6)
    here = least = value(certificate["loss"], {}, point).real
    for v in (0.1, 0.25, 0.5, 1, 4 / 3, 1.5, 2, 3, 4, 8, 60):
        for own, top in zip(rows, best_of, strict=True):
            for idx in own:
                point.entries["s", idx] = v * (idx == top)
        least = min(least, value(certificate["loss"], {}, point).real)
    return least < here - 1e-9


def _is_level(certificate, point, places):
    """Whether the derivatives by these logits vanish, by a complex step."""
    for idx in places:
        start = point.entries["s", idx]
        point.entries["s", idx] = start + 1e-30j
        if abs(value(certificate["loss"], {}, point).imag) > 1e-39:
            return False
        point.entries["s", idx] = start
    return True


def optimum(certificate, rng):
    """Whether no derivative by a logit is there at the place, and the loss has the value."""
    has_rows, has_classes = "n" in certificate["shape"], "m" in certificate["shape"]
    point = Point(rng, certificate)
    if has_classes and point.sizes["m"] < 2:
        return None
    rows, classes = (range(1, point.sizes[r] + 1 if r in certificate["shape"] else 2) for r in "nm")
    places = [(i,) * has_rows + (j,) * has_classes for i in rows for j in classes]
    for idx in places:
        point.entries["t", idx] = rng.uniform(0.05, 0.95)
    for idx in places if has_classes else ():
        if idx[-1] == 1:
            own = [x for x in places if x[:-1] == idx[:-1]]
            total = sum(point.entries["t", x] for x in own)
            for x in own:
                point.entries["t", x] /= total
    names = ["i"] * has_rows + ["j"] * has_classes
    for idx in places:
        point.entries["s", idx] = value(certificate["logits"], dict(zip(names, idx, strict=True)), point).real
    here = value(certificate["loss"], {}, point).real
    if "value" in certificate and abs(value(certificate["value"], {}, point).real - here) > 1e-9 * (1 + abs(here)):
        return False
    return _is_level(certificate, point, places)


def row_sum(certificate, rng):
    """Whether moving one row changes the loss by as much, whatever the logits and labels of another are."""
    certificate = {**certificate, "sizes": {**certificate.get("sizes", {}), "n": 2}}
    point = Point(rng, certificate)
    if point.sizes["n"] < 2:
        return None
    value(certificate["loss"], {}, point)
    changes = []
    for other in (0, 1):
        for name, idx in list(point.entries):
            if name in ("s", "t") and idx[0] == 2 and other:
                point.entries[name, idx] = rng.uniform(0.1, 0.9)
        ends = []
        for step in (0.3, -0.3):
            for name, idx in list(point.entries):
                if name == "s" and idx[0] == 1:
                    point.entries[name, idx] += step
            ends.append(value(certificate["loss"], {}, point))
        changes.append(ends[0] - ends[1])
    return abs(changes[0] - changes[1]) < 1e-9 * (1 + abs(changes[0]))


def level(certificate, rng):
    """Whether the loss is near the value where all logits are far out, and nearer farther out."""
    point = Point(rng, certificate)
    has = certificate["shape"]
    places = product(*(range(1, point.sizes[r] + 1) for r in has))
    gaps = []
    for idx in list(places):
        point.entry("s", idx)
    for far in (20, 40, 80):
        for name, idx in list(point.entries):
            if name == "s":
                point.entries["s", idx] = -far * int(certificate["side"])
        gaps.append(abs(value(certificate["loss"], {}, point) - value(certificate["value"], {}, point)))
    return gaps[2] < 1e-6 * (1 + abs(value(certificate["value"], {}, point))) or gaps[2] < gaps[1] < gaps[0]


def separable(certificate, rng):
    """Whether no derivative by a logit is there at the labels, which are positive and sum to one in each row."""
    point = Point(rng, certificate)
    if point.sizes["m"] < 2:
        return None
    scale = value(certificate.get("scale", ["num", "1"]), {}, point).real
    rows, classes = (range(1, point.sizes[r] + 1) for r in "nm")
    for i in rows:
        powers = [math.exp(scale * point.entry("s", (i, j)).real) for j in classes]
        for j in classes:
            point.entries["p", (i, j)] = powers[j - 1] / sum(powers)
    for i in rows:
        labels = [value(certificate["labels"], {"i": i, "j": j}, point) for j in classes]
        if abs(sum(labels) - 1) > 1e-9 or min(x.real for x in labels) <= 0:
            return False
        for j in classes:
            point.entries["t", (i, j)] = labels[j - 1]
    return _is_level(certificate, point, product(rows, classes))


def simplex(certificate, rng):
    """Whether the loss curves up between points of the simplex, or falls as the targets' probabilities rise."""
    if certificate["shape"] == ["n"]:
        return _of_sigmoids(certificate, rng)
    n, m = rng.choice([1, 2]), certificate.get("sizes", {}).get("m", rng.choice([2, 3]))
    point = Point(rng, {**certificate, "sizes": {"n": n, "m": m}})
    hard = certificate["property"] in ("forces-argmax", "prefers-target")
    scale = value(certificate.get("scale", ["num", "1"]), {}, point).real

    def row():
        p = [rng.uniform(0.05, 1) for _ in range(m)]
        return [x / sum(p) for x in p]

    def at(tables):
        for i, p in enumerate(tables, 1):
            for j, x in enumerate(p, 1):
                point.entries["s", (i, j)] = math.log(x) / scale
        return value(certificate["loss"], {}, point).real

    targets = [rng.randint(1, m) for _ in range(n)]
    for i in range(1, n + 1):
        labels = [float(j == targets[i - 1]) for j in range(1, m + 1)] if hard else row()
        for j, x in enumerate(labels, 1):
            point.entries["t", (i, j)] = x
    first = [row() for _ in range(n)]
    if hard and m == 1:
        return None
    if certificate["property"] == "prefers-target":
        better = [_target_on_top(p, y - 1) for p, y in zip(first, targets, strict=True)]
        return at(better) <= at(first) + 1e-9
    if hard:
        near = [[1 - 1e-7 if j == y else 1e-7 / (m - 1) for j in range(1, m + 1)] for y in targets]
        return at(near) < at(first) + 1e-5
    if certificate["property"] in ("keeps-order", "prefers-larger"):
        labels = [[point.entries["t", (i, j)] for j in range(1, m + 1)] for i in range(1, n + 1)]
        return at([_in_order(p, t) for p, t in zip(first, labels, strict=True)]) <= at(first) + 1e-9
    last = [row() for _ in range(n)]
    middle = [[(x + y) / 2 for x, y in zip(p, q, strict=True)] for p, q in zip(first, last, strict=True)]
    return m == 1 or at(first) + at(last) - 2 * at(middle) > 0


def _of_sigmoids(certificate, rng):
    """Whether the loss of binary tasks curves up between points of p_i = sigmoid(c s_i)."""
    n = rng.choice([1, 2])
    point = Point(rng, {**certificate, "sizes": {"n": n}})
    scale = value(certificate.get("scale", ["num", "1"]), {}, point).real
    for i in range(1, n + 1):
        point.entries["t", (i,)] = rng.uniform(0.05, 0.95)

    def at(probabilities):
        for i, p in enumerate(probabilities, 1):
            point.entries["s", (i,)] = math.log(p / (1 - p)) / scale
        return value(certificate["loss"], {}, point).real

    first, last = ([rng.uniform(0.02, 0.98) for _ in range(n)] for _ in range(2))
    return at(first) + at(last) - 2 * at([(x + y) / 2 for x, y in zip(first, last, strict=True)]) > 0


def _in_order(p, t):
    """The probabilities in the order of the labels: by a negative mixed derivative no sum is below this one."""
    places = sorted(range(len(t)), key=lambda j: t[j])
    found = dict(zip(places, sorted(p), strict=True))
    return [found[j] for j in range(len(p))]


def _target_on_top(p, target):
    """The probabilities with the target's and the largest exchanged."""
    best = p.index(max(p))
    return [p[{target: best, best: target}.get(j, j)] for j in range(len(p))]


def increasing(certificate, rng):
    """Whether each row's gradient is a positive multiple of that of the row's own function, or a negative one."""
    way = -1 if certificate.get("falls") else 1
    hard, tasks = certificate.get("labels") == "hard", certificate["shape"] == ["n"]
    n, m = rng.choice([1, 2, 3]), certificate.get("sizes", {}).get("m", rng.choice([2, 3]))
    point = Point(rng, {**certificate, "sizes": {"n": n, "m": m}})
    for i in range(1, n + 1):
        row = [rng.uniform(0.05, 1) for _ in range(1 if tasks else m)]
        target = rng.randint(1, m)
        for j, x in enumerate(row, 1):
            idx = (i,) if tasks else (i, j)
            point.entries["s", idx] = rng.uniform(-2, 2)
            point.entries["t", idx] = float(j == target) if hard else x / (1 if tasks else sum(row))
    for i in range(1, n + 1):
        slopes = []
        for place in [p for p in point.entries if p[0] == "s" and p[1][0] == i]:
            saved = point.entries[place]
            point.entries[place] = saved + 1j * _STEP
            parts = [("loss", {}), ("inner", {"i": i})]
            slopes.append([value(certificate[key], env, point).imag / _STEP for key, env in parts])
            point.entries[place] = saved
        whole = sum(d * d for _, d in slopes)
        if whole < 1e-12:
            continue
        factor = sum(g * d for g, d in slopes) / whole
        if way * factor <= 0 or any(abs(g - factor * d) > 1e-7 * (1 + abs(g)) for g, d in slopes):
            return False
    return True
