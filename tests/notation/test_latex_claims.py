"""Every formula of the source article and its comments, unchanged, against NumPy written by hand."""

import tomllib
from pathlib import Path

import numpy as np
import pytest
from numpy import exp, log
from sympy import Integer

from nmderive.calculus.symbols import M, N, S, index
from nmderive.notation import Declarations, parse

from .evaluate import evaluate, matrix_world, vector_world

CLAIMS = tomllib.loads((Path(__file__).parents[1] / "data" / "claims.toml").read_text(encoding="utf-8"))[
    "entry"
]
FORMULAS = {c["id"]: c["latex"] for c in CLAIMS if "latex" in c}
I, J, K = 1, 2, 0  # the free indices i, j, k of the worlds, counted from 0
R = 0.123  # the value of a remainder


def others(x, j):
    """Sum of row vectors' entries without column j."""
    return x.sum(axis=-1) - x[..., j]


def inner_1(s, t, j):
    return 1 + sum(
        t[i, j] * exp(s[i, k] - s[i, j]) for i in range(len(s)) for k in range(s.shape[1]) if k != j
    )


def log_softmax(s):
    return s - log(exp(s).sum(axis=-1, keepdims=True))


def a1_right(s, t):
    return sum(
        t[i, j] * log(1 + others(exp(s[i] - s[i, j]), j)) for i in range(len(s)) for j in range(s.shape[1])
    )


def a2_right(s, t):
    return sum(
        log(np.prod([(1 + others(exp(s[i] - s[i, j]), j)) ** t[i, j] for i in range(len(s))]))
        for j in range(s.shape[1])
    )


def a3_right(s, t):
    return sum(log(inner_1(s, t, j) + R) for j in range(s.shape[1]))


def a5(s, t):
    first = -t[I, J] * exp(-s[I, J]) * others(exp(s[I]), J) / inner_1(s, t, J)
    return first + sum(
        t[I, h] * exp(-s[I, h]) * exp(s[I, J]) / inner_1(s, t, h) for h in range(s.shape[1]) if h != J
    )


def rows(w, function):
    return np.array([function(row) for row in w.s])


def a8(w):
    f, total = rows(w, w.f), 0
    for j in range(w.m):
        down = 1 + sum(w.t[i, j] * exp(-f[i, j]) for i in range(w.n))
        total += -w.t[I, j] * exp(-f[I, j]) * w.jacobian(w.s[I])[j, K] / down
    return total


def a9_first(w):
    z = exp(rows(w, w.f)).sum(axis=1)
    return sum(-(1 / z[I]) * w.jacobian(w.s[I])[j, K] / (1 + (1 / z).sum()) for j in range(w.m))


def a9_second(w):
    z = exp(rows(w, w.f)).sum(axis=1)
    return -(1 / z[I]) * w.jacobian(w.s[I])[:, K].sum() / (1 + (1 / z).sum())


def b8(w):
    u, v = (w.t * exp(-w.s)).sum(), ((1 - w.t) * exp(w.s)).sum()
    return log(1 + u) + log(1 + v), log((1 + u) * (1 + v)), log(1 + u + v + u * v)


def neg(w, x):
    return sum(x[..., j - 1].sum() for j in w.sets["Omega_neg"])


def pos(w, x):
    return sum(x[..., j - 1].sum() for j in w.sets["Omega_pos"])


def cross(w, shift_neg=0.0, shift_pos=0.0):
    return neg(w, (1 - w.t) * exp(w.s + shift_neg)), pos(w, w.t * exp(-w.s + shift_pos))


def products(w, shift_neg=0.0, shift_pos=0.0):
    p = np.prod([1 + ((1 - w.t) * exp(w.s + shift_neg))[:, j - 1].sum() for j in w.sets["Omega_neg"]])
    return log(p * np.prod([1 + (w.t * exp(-w.s + shift_pos))[:, j - 1].sum() for j in w.sets["Omega_pos"]]))


def b19(w):
    b, m = w.parameters["b"], w.parameters["m_margin"]
    value = neg(w, (1 - w.t) * exp(w.s - b + m)) + w.parameters["t_pos"] * exp(-(w.s[1] - b) + m)
    return value, value


def b20(w):
    p = w.parameters
    return p["s_neg"] - p["s_pos"] + 2 * p["m_margin"] + log((1 - p["t_neg"]) * p["t_pos"])


def b23(w):
    b, m = w.parameters["b"], w.parameters["m_margin"]
    p, q = cross(w, m - b, m + b)
    return products(w, m - b, m + b), log(1 + p + q + p * q + R)


def b4(w):
    return log(1 + sum(exp(w.s[j] - w.s[1]) for j in range(w.m) if j != 1)), log(
        1 + ((1 - w.t) * exp(w.s)).sum()
    )


def b1(w):
    return -log(exp(w.s[1]) / exp(w.s).sum()), -w.s[1] + log(exp(w.s).sum())


def b14(w, *, cross_only=False):
    p, q = cross(w)
    return log(1 + p * q) if cross_only else log(1 + p + q + p * q)


def b15(w):
    p, q = neg(w, exp(w.s)), pos(w, exp(-w.s))
    return log(1 + p + q + p * q)


def b16(w):
    pairs = [exp(w.s[j - 1] - w.s[k - 1]) for j in w.sets["Omega_neg"] for k in w.sets["Omega_pos"]]
    return neg(w, exp(w.s)) * pos(w, exp(-w.s)), sum(pairs)


def b17(w):
    return log(1 + neg(w, exp(w.s)) + exp(-w.s[1]) + neg(w, exp(w.s - w.s[1])))


MATRIX = {
    "A1": lambda w: (-(w.t * log_softmax(w.s)).sum(), a1_right(w.s, w.t)),
    "A2": lambda w: (a1_right(w.s, w.t), a2_right(w.s, w.t)),
    "A3": lambda w: (a2_right(w.s, w.t), a3_right(w.s, w.t)),
    "A4": lambda w: sum(log(inner_1(w.s, w.t, j)) for j in range(w.m)),
    "A5": lambda w: a5(w.s, w.t),
    "A7": lambda w: log(1 + (w.t * exp(-rows(w, w.f))).sum(axis=0)).sum(),
    "A8": a8,
    "A9": lambda w: (a9_first(w), a9_second(w)),
    "A11": lambda w: (w.f(w.s[I])[J], w.s[I, J] - w.s[I].mean()),
    "A12": lambda w: log(1 + (w.t * exp(-w.s + w.s.mean(axis=1, keepdims=True))).sum(axis=0)).sum(),
    "B5": lambda w: w.n * log(1 + ((1 - w.t) * exp(w.s)).sum()),
    "B6": lambda w: w.n * log(1 + ((1 - w.t) * exp(w.s))[:, :2].sum()),
    "B10": lambda w: log(1 + ((1 - w.t) * exp(w.s)).sum(axis=0)).sum(),
    "B11": lambda w: log(1 + ((1 - w.t) * exp(w.s)).sum() + R),
    "B12": products,
    "B13": lambda w: log(1 + sum(cross(w)) + R),
    "B14": b14,
    "B18": lambda w: b14(w, cross_only=True),
    "B20": lambda w: (b20(w), b20(w)),
    "B21": lambda w: b20(w) - w.parameters["s_neg"] + w.parameters["s_pos"],
    "B23": b23,
}
VECTOR = {
    "B1": b1,
    "B2": lambda w: log(1 + w.t * exp(-w.f(w.s))).sum(),
    "B3": lambda w: (b1(w)[0],) * 4,
    "B4": b4,
    "B7": lambda w: b8(w)[0],
    "B8": b8,
    "B9": lambda w: log(1 + (w.t * exp(-w.s) + (1 - w.t) * exp(w.s)).sum() + R),
    "B15": b15,
    "B16": b16,
    "B17": b17,
    "B19": b19,
}
LETS = {name: ("b", "m: margin") for name in ("B19", "B20", "B21", "B23")}


def statement(name):
    return parse(FORMULAS[name], Declarations.from_lets(LETS.get(name, ())))


def test_every_formula_has_a_reference():
    assert set(FORMULAS) == set(MATRIX) | set(VECTOR)


@pytest.mark.parametrize("name", FORMULAS)
@pytest.mark.parametrize("seed", [0, 1])
def test_value(name, seed):
    world = matrix_world(seed) if name in MATRIX else vector_world(seed)
    expected = np.atleast_1d((MATRIX.get(name) or VECTOR[name])(world))
    sides = statement(name).sides
    assert len(sides) == len(expected)
    assert [evaluate(side, world) for side in sides] == pytest.approx(list(expected), rel=1e-12)


SHAPES = {"B1": (N,), "B3": (N,), "B7": (N,), "B8": (N,), "B9": (N,), "B20": (), "B21": ()}


@pytest.mark.parametrize("name", FORMULAS)
def test_shape(name):
    expected = SHAPES.get(name, (N, M) if name in MATRIX else (M,))
    assert statement(name).shape == expected


def test_gradients_record_their_entry():
    i, j, k = map(index, "ijk")
    assert statement("A5").gradient_of == S[i, j]
    assert statement("A8").gradient_of == statement("A9").gradient_of == S[i, k]
    assert statement("A4").gradient_of is None


def test_classes_counted_from_zero_are_recorded():
    assert statement("B6").class_base == 0
    assert {e.indices[-1] for e in statement("B6").sides[0].atoms(type(S[1, 2]))} == {Integer(1), Integer(2)}
    assert statement("B5").class_base == 1


def test_side_facts():
    assert "Omega_neg and Omega_pos partition 1..m" in statement("B12").conditions
    assert any("one-hot" in c for c in statement("B4").conditions)
    assert {p.name for p in statement("B19").parameters} == {"b", "m_margin", "t_pos"}
    assert {p.name for p in statement("B20").parameters if p.is_positive} == {"t_neg", "t_pos"}


INLINE = [
    r"\frac{\partial l}{\partial s_{i,j}}=0",
    r"\sum\limits_j f(s_{i,j})=0",
    r"Z_i=\sum\limits_j e^{f(s_{i,j})}",
    r"\text{softmax}(s_{i,j}) = \frac{e^{s_{i,j}}}{\sum\limits_j e^{s_{i,j}}}",
    r"t_{i,j}=\text{softmax}(f(s_{i,j}))=e^{f(s_{i,j})}/Z_i",
    r"t_{i,j}=\text{softmax}(s_{i,j})",
    r"2m + ln((1-t_{neg})t_{pos})",
    r"\bar{s}_i",
    r"s_{i,j}",
    r"\sum\limits_j f(s_{i,j})",
]


@pytest.mark.parametrize("text", INLINE)
def test_inline_formulas(text):
    world = matrix_world()
    statement = parse(f"${text}$", Declarations.from_lets(["m: margin"] if "2m" in text else []))
    values = [evaluate(side, world) for side in statement.sides]
    assert all(np.isfinite(values))
    if text.startswith(r"\text{softmax}"):
        assert values[0] == pytest.approx(values[1]) == pytest.approx(exp(log_softmax(world.s))[I, J])
    if text.startswith(r"t_{i,j}=\text{softmax}(f"):
        f = world.f(world.s[I])
        assert values[1] == pytest.approx(values[2]) == pytest.approx(exp(f[J]) / exp(f).sum())
