"""The normal form, and derivatives in it, have the value of the expression they come from."""

import random

import pytest

from nmderive.checker import calculus, setup
from nmderive.checker.read import read
from nmderive.checker.reject import Reject

from .generate import Generator, poly_value, term_value
from .numeric import Point, Skip, value

_FREE = {"i": "n", "j": "m"}


def _certificate(rng):
    certificate = {
        "parameters": {"q": "unit", "g": "positive"},
        "arrays": {"w": "positive"},
        "shape": ["n", "m"],
        "shapes": {"w": ["n", "m"]},
        "bodies_defined": True,
    }
    if rng.random() < 0.2:
        certificate["sizes"] = {"m": rng.choice([1, 2])}
    return certificate


def _slope(expression, indices, point):
    place = ("s", (indices["i"], indices["j"]))
    point.entry(*place)
    value(expression, indices, point)
    saved = point.entries[place]
    point.entries[place] = saved + 1e-30j
    slope = value(expression, indices, point).imag / 1e-30
    point.entries[place] = saved
    return slope


def _agrees(expression, certificate, cx, env, form, derivative, rng):
    point = Point(rng, certificate)
    if any(point.sizes[r] < k for r, k in cx.at_least.items()):
        return
    indices, labels = {}, {}
    for name, r in _FREE.items():
        label = env[name]
        indices[name] = labels[label] = label[1] if label[0] == "L" else rng.randint(1, point.sizes[r])
    try:
        wanted = (_slope if derivative else value)(expression, indices, point)
        found = poly_value(form, labels, point)
        size = sum(abs(complex(c) * term_value(t, labels, point)) for t, c in form.terms)
    except (Skip, OverflowError, ZeroDivisionError, ValueError):
        return
    assert abs(wanted) > 1e8 or abs(wanted - found) <= 1e-6 * (1 + abs(wanted)) + 1e-9 * size


@pytest.mark.parametrize("batch", range(8))
def test_normal_forms_keep_the_value(batch):
    for seed in range(5000 * batch, 5000 * batch + 50):
        rng = random.Random(seed)
        expression = Generator(rng).any(_FREE, rng.choice([2, 3, 4]))
        certificate = _certificate(rng)
        derivative = rng.random() < 0.4
        try:
            cx = setup.context(certificate)
            cx.steps = 20000
            setup.shapes(cx, certificate, [(expression, _FREE)])
            env = rng.choice(setup.free_environments(cx, _FREE))
            form = read(cx, expression, env)
            if derivative:
                form = calculus.derivative(cx, form, ("s", (env["i"], env["j"])))
        except (Reject, RecursionError):
            continue
        for _ in range(4):
            _agrees(expression, certificate, cx, env, form, derivative, rng)


def test_order_signs_keep_their_orientation():
    chain = [
        "sum",
        "b",
        "n",
        [["ne", "i", "b"]],
        ["sum", "a", "n", [["lt", "a", "b"]], ["iverson", ["lt", "i", "a"]]],
    ]
    expression = ["mul", [chain, ["sum", "i", "n", [], ["at", "s", ["i", "j"]]]]]
    certificate = {"shape": ["n", "m"]}
    cx = setup.context(certificate)
    setup.shapes(cx, certificate, [(expression, _FREE)])
    env = setup.free_environments(cx, _FREE)[0]
    form = read(cx, expression, env)
    for seed in range(20):
        _agrees(expression, certificate, cx, env, form, False, random.Random(seed))
