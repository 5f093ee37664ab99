"""What values say about how a loss grows: rays, bounds, slopes, kinks."""

from math import log

from .numeric import Point, value
from .truth_points import given_point, hard_point, number_at, places_of, random_point, value_at


def falls(certificate, rng):
    point, places = given_point(certificate, rng), places_of(certificate, Point(rng, certificate))
    direction = {idx: number_at(certificate["direction"], idx) for idx in places}
    scale = max(1.0, *(abs(x) for x in direction.values()))
    near, far = (value_at(certificate, point, {idx: r * x / scale for idx, x in direction.items()}) for r in (60, 120))
    return far < near


def linear(certificate, rng):
    point, places = given_point(certificate, rng), places_of(certificate, Point(rng, certificate))
    direction = {idx: number_at(certificate["direction"], idx) for idx in places}
    scale = max(1.0, *(abs(x) for x in direction.values()))
    ends = [value_at(certificate, point, {idx: r * x / scale for idx, x in direction.items()}) for r in (80, 160, 320)]
    return abs((ends[2] - ends[1]) - 2 * (ends[1] - ends[0])) < 1e-2 * (1 + abs(ends[2]))


def grows(certificate, rng):
    point, places = given_point(certificate, rng), places_of(certificate, Point(rng, certificate))
    direction = {idx: number_at(certificate["direction"], idx) for idx in places}
    scale = max(1.0, *(abs(x) for x in direction.values()))
    ends = [value_at(certificate, point, {idx: r * x / scale for idx, x in direction.items()}) for r in (50, 100, 200)]
    first, second = (b - a if certificate["to"] == "+" else a - b for a, b in zip(ends, ends[1:], strict=False))
    return first > 1e-3 and second > (2.5 if certificate["beyond"] == "linear" else 1) * first


def far_out(certificate, rng):
    """Values and slopes at three places of one direction."""
    point, places = random_point(certificate, rng)
    direction = {idx: rng.choice([-1, 0, 1, rng.uniform(-1, 1)]) for idx in places}
    for r in (2, 75, 150):
        table = {idx: r * x for idx, x in direction.items()}
        here = value_at(certificate, point, table)
        yield here, abs(value_at(certificate, point, {**table, places[0]: table[places[0]] + 1e-4}) - here) / 1e-4


def bounded(certificate, rng):
    (near, _), (far, _), (farther, _) = far_out(certificate, rng)
    falls = farther < far - 50 - abs(near) - abs(far)
    rises = certificate["sides"] == "both" and farther > far + 50 + abs(near) + abs(far)
    return not falls and not rises


def lipschitz(certificate, rng):
    if "constant" in certificate:
        point, places = random_point(certificate, rng)
        most = value(certificate["constant"], {}, point).real
        for scale in (0.1, 1, 5, 30):
            one = {idx: rng.uniform(-scale, scale) for idx in places}
            other = {idx: x + rng.choice([-1, 1, rng.uniform(-1, 1)]) * scale for idx, x in one.items()}
            moved = max(abs(one[idx] - other[idx]) for idx in places)
            change = abs(value_at(certificate, point, one) - value_at(certificate, point, other))
            if change > most * moved * (1 + 1e-9) + 1e-9:
                return False
    slopes = [slope for _, slope in far_out(certificate, rng)]
    return max(slopes[1:]) < 1e4 * (1 + slopes[0])


def smooth(certificate, rng):
    point, places = random_point(certificate, rng)
    direction, bends = {idx: rng.choice([-1, 0, 1, rng.uniform(-1, 1)]) for idx in places}, []
    for r in (2, 75, 150):
        tables = [{idx: x * v for idx, v in direction.items()} for x in (r - 1e-2, r, r + 1e-2)]
        ends = [value_at(certificate, point, table) for table in tables]
        bends.append(abs(ends[0] + ends[2] - 2 * ends[1]) / 1e-4)
    return max(bends[1:]) < 1e4 * (1 + bends[0])


def majorant(certificate, rng):
    """The second difference along a direction against the diagonal's, or twice that of each logit alone."""
    point, places = random_point(certificate, rng)
    start = {idx: rng.uniform(-2, 2) for idx in places}
    direction = {idx: rng.choice([-1, 1, rng.uniform(-1, 1)]) for idx in places}
    return _less_than_diagonal(certificate, point, start, direction)


def no_majorant(certificate, rng):
    point, places = given_point(certificate, rng), places_of(certificate, Point(rng, certificate))
    start = {idx: log(number_at(certificate["point"]["exp_s"], idx)) for idx in places}
    direction = {idx: number_at(certificate["direction"], idx) for idx in places}
    return not _less_than_diagonal(certificate, point, start, direction, 1e-6)


def _less_than_diagonal(certificate, point, start, direction, slack=-1e-5):
    def bent(v):
        ends = [value_at(certificate, point, {idx: x + k * v.get(idx, 0) for idx, x in start.items()})
                for k in (-1e-3, 0, 1e-3)]
        return (ends[0] + ends[2] - 2 * ends[1]) / 1e-6

    whole = bent(direction)
    if "diagonal" not in certificate:
        own = sum(2 * bent({idx: 1.0}) * v * v for idx, v in direction.items())
    else:
        point.entries.update({("s", idx): x for idx, x in start.items()})
        names = {1: "j" if certificate["shape"] == ["m"] else "i", 2: "ij"}
        own = sum(value(certificate["diagonal"], dict(zip(names[len(idx)], idx, strict=True)), point).real * v * v
                  for idx, v in direction.items())
    return own - whole >= slack * (1 + abs(whole) + abs(own))


def kinked(certificate, rng):
    point, places = given_point(certificate, rng), places_of(certificate, Point(rng, certificate))
    direction = {idx: number_at(certificate["direction"], idx) for idx in places}
    ends = [value_at(certificate, point, {idx: r * x for idx, x in direction.items()}) for r in (-90, 0, 90)]
    return abs(ends[0] + ends[2] - 2 * ends[1]) > 1e-9


def saturates(certificate, rng):
    point, places, targets = hard_point(certificate, rng, {"m": rng.choice([2, 3, 4])})
    for idx in places:
        point.entries["s", idx] = rng.uniform(-2, 2)
    own = next((*row, y) for row, y in targets.items())
    point.positive = {own[-1]}
    far = [value_at(certificate, point, {own: u}) for u in (-200 + 1e-3, -200 - 1e-3)]
    return abs(far[0] - far[1]) / 2e-3 < 1e-4
