"""Points at which a certificate is tried: random ones, hard labels, and those that it gives."""

import math
from fractions import Fraction
from itertools import product

from .numeric import Point, value


def places_of(certificate, point):
    return list(product(*(range(1, point.sizes[r] + 1) for r in certificate["shape"])))


def random_point(certificate, rng, sizes=None):
    """A point with all labels drawn as the certificate declares them."""
    sizes = {**(sizes or {}), **certificate.get("sizes", {})}
    point = Point(rng, {**certificate, "sizes": sizes})
    places = places_of(certificate, point)
    strict = certificate["kind"] in ("strictly-convex", "stiemke") or certificate.get("arrays", {}).get("t")
    low, high = 0.05 if strict else 0.0, 2.5
    if certificate.get("labels") == "interior" or certificate.get("simplex") is True:
        high = 0.95
    for idx in places:
        point.entries["t", idx] = rng.uniform(low, high)
    if certificate.get("simplex") is True and certificate["shape"][-1] == "m":
        for idx in places:
            row = [x for x in places if x[:-1] == idx[:-1]]
            whole = sum(point.entries["t", x] for x in row)
            for x in row:
                point.entries["t", x] /= whole
    return point, places


def value_at(certificate, point, table):
    for idx, x in table.items():
        point.entries["s", idx] = x
    return value(certificate.get("form", certificate["loss"]), {}, point).real


def number_at(table, idx):
    for k in idx:
        table = table[k - 1]
    return float(Fraction(table))


def hard_point(certificate, rng, sizes):
    point, places = random_point(certificate, rng, sizes)
    targets = {idx[:-1]: rng.randint(1, point.sizes["m"]) for idx in places}
    for idx in places:
        point.entries["t", idx] = float(targets[idx[:-1]] == idx[-1])
    return point, places, targets


def given_point(certificate, rng):
    point, given = Point(rng, certificate), certificate["point"]
    point.parameters = {k: float(Fraction(v)) for k, v in given.get("parameters", {}).items()}
    tables = {**given.get("arrays", {}), **{k: given[k] for k in ("s", "t", "exp_s", "d", "exp_d") if k in given}}
    found = {}
    for name, table in tables.items():
        plain = name.removeprefix("exp_")
        for idx, x in cells(table):
            found[plain, idx] = math.log(Fraction(x)) if plain != name else float(Fraction(x))
    point.entries.update(found)
    sets, every = given.get("sets", {}), set(range(1, point.sizes["m"] + 1))
    if sets:
        point.positive = set(sets["Omega_pos"]) if "Omega_pos" in sets else every - set(sets["Omega_neg"])
    return point


def cells(table, idx=()):
    if not isinstance(table, list):
        yield idx, table
        return
    for k, x in enumerate(table, 1):
        yield from cells(x, (*idx, k))
