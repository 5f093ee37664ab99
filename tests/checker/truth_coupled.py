"""Whether statements about rows that move each other's optimum, or gradient, hold numerically."""

import math
from fractions import Fraction

from .numeric import Point, value
from .truth_points import cells, given_point, number_at

_STEP = 1e-30


def coupled(certificate, rng):
    """The linear equations of the statement, by complex steps and central differences."""
    point = Point(rng, certificate)
    tasks = certificate["shape"] == ["n"]
    sizes = certificate["sizes"]
    places = [(i,) for i in range(1, sizes["n"] + 1)] if tasks else [
        (i, j) for i in range(1, sizes["n"] + 1) for j in range(1, sizes["m"] + 1)]
    for idx in places:
        point.entries["s", idx] = math.log(number_at(certificate["logits"], idx))
        point.entries["t", idx] = number_at(certificate["labels"], idx)
    row = certificate["row"]
    change = {i: number_at(certificate["change"], i[1:]) if not tasks else float(Fraction(certificate["change"]))
              for i in places if i[0] == row}
    test = {idx: number_at(certificate["test"], idx) for idx in places}

    def slope(idx):
        saved = point.entries["s", idx]
        point.entries["s", idx] = saved + 1j * _STEP
        out = value(certificate["loss"], {}, point).imag / _STEP
        point.entries["s", idx] = saved
        return out

    def tested():
        return sum(v * slope(idx) for idx, v in test.items() if v)

    def moved(name, direction):
        saved, out = dict(point.entries), []
        for sign in (1, -1):
            for idx, x in direction.items():
                point.entries[name, idx] = saved[name, idx] + sign * 1e-5 * x
            out.append(tested())
            point.entries.update(saved)
        return (out[0] - out[1]) / 2e-5

    size = 1 + sum(map(abs, test.values()))
    flat = [moved("s", {idx: 1}) for idx in places if idx[0] == row]
    if not tasks:
        flat += [moved("s", {idx: 1 for idx in places if idx[0] == r}) for r in range(1, sizes["n"] + 1)]
    still = all(abs(x) < 1e-6 * size for x in [*flat, *(slope(idx) * size for idx in places)])
    return still and abs(moved("t", change)) > 1e-6


def turned(certificate, rng):
    """The gradients by row 1 at the two points are told apart, by complex steps."""
    entries = [(1, k) for k in certificate.get("classes", [])] or [(1,)]
    found = []
    for moved in (False, True):
        point = given_point(certificate, rng)
        if moved:
            point.entries.update({("s", idx): math.log(Fraction(x)) for idx, x in cells(certificate["other"])})
        slopes = []
        for idx in entries:
            saved = point.entries["s", idx]
            point.entries["s", idx] = saved + 1j * _STEP
            slopes.append(value(certificate["loss"], {}, point).imag / _STEP)
            point.entries["s", idx] = saved
        found.append(slopes)
    (a, *b), (c, *d) = found
    return a * d[0] != b[0] * c if b else a * c < 0
