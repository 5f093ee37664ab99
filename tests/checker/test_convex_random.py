"""Random expressions that are accepted as convex satisfy the midpoint inequality."""

import random

import pytest

from nmderive.checker import check

from .generate import Generator
from .numeric import Point, Skip, value

pytestmark = pytest.mark.slow


def _candidate(rng):
    generator = Generator(rng)
    body = generator.any({"i": "n", "j": "m"}, rng.choice([1, 2, 3]))
    if rng.random() < 0.5:
        body = ["log", ["add", [["num", "1"], generator.positive({"i": "n", "j": "m"}, 2)]]]
    if rng.random() < 0.3:
        body = ["mul", [["num", "-1"], body]]
    return ["sum", "i", "n", [], ["sum", "j", "m", [], body]]


def _certificate(loss):
    return {
        "kind": "convex",
        "loss": loss,
        "shape": ["n", "m"],
        "shapes": {"w": ["n", "m"]},
        "parameters": {"q": "unit", "g": "positive"},
        "arrays": {"w": "positive"},
        "bodies_defined": True,
    }


def _midpoint_holds(certificate, rng):
    point = Point(rng, certificate)
    place = [("s", (i, j)) for i in range(1, point.sizes["n"] + 1) for j in range(1, point.sizes["m"] + 1)]
    ends = [{x: rng.uniform(-2, 2) for x in place} for _ in range(2)]
    values = []
    for weights in ((1, 0), (0.5, 0.5), (0, 1)):
        for x in place:
            point.entries[x] = sum(w * end[x] for w, end in zip(weights, ends, strict=True))
        values.append(value(certificate["loss"], {}, point).real)
    left, middle, right = values
    return middle <= (left + right) / 2 + 1e-9 * (1 + abs(left) + abs(middle) + abs(right))


@pytest.mark.parametrize("batch", range(4))
def test_accepted_losses_are_convex(batch):
    for seed in range(9000 * batch, 9000 * batch + 150):
        rng = random.Random(seed)
        certificate = _certificate(_candidate(rng))
        if not check(certificate).accepted:
            continue
        for _ in range(4):
            try:
                assert _midpoint_holds(certificate, rng), certificate["loss"]
            except (Skip, OverflowError, ZeroDivisionError, ValueError):
                continue
