"""Signs of polynomials in shares, against values on a grid; sums over one range are joined without capture."""

import random
from itertools import product

import pytest

from nmderive.checker import check
from nmderive.checker.shares_between import sign
from nmderive.losses.reading import read
from nmderive.notation.ast import to_ast
from nmderive.proving.bounds import nonnegative_proofs

X, Y, Z = (["at", name, ["i"]] for name in "xyz")


def number(q):
    return ["num", str(q)]


def random_polynomial(rng):
    terms = []
    for _ in range(rng.randint(2, 5)):
        letters = [v for v in (X, Y, Z) if rng.random() < 0.5]
        terms.append(["mul", [number(rng.choice([1, 1, 2, -1, -2, 3])), *letters]])
    return ["add", terms]


def value(node, at):
    if node[0] == "num":
        return float(node[1])
    if node[0] == "at":
        return at[node[1]]
    parts = [value(x, at) for x in node[1]]
    if node[0] == "add":
        return sum(parts)
    found = 1.0
    for x in parts:
        found *= x
    return found


def test_the_sign_is_that_of_the_values():
    rng = random.Random("shares")
    seen = set()
    for _ in range(400):
        node = random_polynomial(rng)
        found = sign(node, lambda x: x[0] == "at", lambda x: x[1] == "x")
        grid = product((0.001, 0.5, 1), (0, 0.5, 1), (0, 0.5, 1))
        values = [value(node, dict(zip("xyz", p, strict=True))) for p in grid]
        seen.add(found)
        if found == "pos":
            assert min(values) > 0, node
        elif found == "nonneg":
            assert min(values) >= -1e-12, node
        else:
            corners = [value(node, dict(zip("xyz", p, strict=True))) for p in product((0, 1), repeat=3)]
            assert min(corners) < 0 or not any(v in str(node) for v in ("'x'", "'y'", "'z'")), node
    assert seen == {"pos", "nonneg", "unknown"}


def test_what_is_no_polynomial_of_first_degree_is_unknown():
    for node in (["add", [X, ["mul", [number(-1), X, X]]]], ["add", [X, ["exp", Y]]], number(1)):
        assert sign(node, lambda x: x[0] == "at", lambda x: False) == "unknown"


@pytest.mark.parametrize("latex", [
    r"1 - \frac{2 \sum_i t_i p_i}{\sum_i t_i + \sum_i p_i}",
    r"1 - \frac{\sum_i t_i p_i}{\sum_i t_i + \sum_i p_i - \sum_i t_i p_i}",
    r"\sum_{i,j} (t_{i,j} + p_{i,j} - 2 t_{i,j} p_{i,j})",
])
def test_overlaps_are_nonnegative(latex):
    assert next(nonnegative_proofs(read(latex)), None) is not None


@pytest.mark.parametrize("latex", [
    r"1 - \frac{3 \sum_i t_i p_i}{\sum_i t_i + \sum_i p_i}", r"\sum_i (t_i + p_i - 3 t_i p_i)",
    r"\sum_i\left(\sum_{a=1}^n t_a p_a - \sum_{a=1}^n t_a p_i\right)",
    r"\sum_i\sum_j\left(\sum_k t_{i,k} p_{i,j} - \sum_k t_{i,j} p_{i,k} - t_{i,j}/9\right)",
])
def test_what_may_be_negative_is_not(latex):
    loss = read(latex)
    assert next(nonnegative_proofs(loss), None) is None
    assert not check({"schema": "nmderive-certificate/1", "kind": "nonnegative", "loss": to_ast(loss.expr),
                      "shape": [s.name for s in loss.shape], "simplex": True}).accepted
