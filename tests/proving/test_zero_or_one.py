"""With labels 0 and 1 a function of one label is t f(1) + (1 - t) f(0): in the prover, the checker and `equal`."""

import random

import pytest
from numeric_oracle import evaluate

from nmderive import cli
from nmderive.checker import trees
from nmderive.losses.reading import read
from nmderive.notation.ast import from_ast, to_ast
from nmderive.proving.hard_labels import by_target, zero_or_one

FORMULAS = [
    r"\sum_i \log(1+e^{(1-2 t_i) s_i})",
    r"\sum_i (t_i \sigma(s_i) + (1-t_i)(1-\sigma(s_i)))^3 \log(2 + t_i s_i^2)",
    r"\sum_i |t_i - \sigma(s_i)| \tanh(t_i s_i)",
    r"\sum_i\sum_j (t_{ij} - p_{ij})^2 e^{t_{ij} s_{ij}}",
    r"\sum_i\log\left(1 + \sum_j e^{t_{ij} s_{ij}}\right)",
    r"\sum_i\left(\sum_j t_{ij} s_{ij}\right)^2",
]


def at_hard_labels(loss, seed):
    rng = random.Random(seed)
    n, m = 2, 3
    entries = [(i,) for i in range(1, n + 1)] if len(loss.shape) == 1 else [
        (i, j) for i in range(1, n + 1) for j in range(1, m + 1)]
    s = {e: rng.uniform(-2, 2) for e in entries}
    ones = {i: rng.randint(1, m) for i in range(1, n + 1)}
    t = {e: rng.randint(0, 1) if len(e) == 1 else int(ones[e[0]] == e[1]) for e in entries}
    return {"n": n, "m": m}, s, t


@pytest.mark.parametrize("formula", FORMULAS)
def test_the_values_at_labels_0_and_1_stay(formula):
    loss = read(formula, ())
    ours, checked = zero_or_one(loss.expr), from_ast(trees.zero_or_one(to_ast(loss.expr)))
    for seed in range(4):
        sizes, s, t = at_hard_labels(loss, seed)
        known = evaluate(loss.expr, sizes, s, t, {}, {})
        for form in (ours, checked):
            assert abs(evaluate(form, sizes, s, t, {}, {}) - known) < 1e-12 * (1 + abs(known))


ROWS = [
    r"\sum_i\log\left(1 + \sum_j t_{ij}\sum_{k\neq j} e^{s_{ik}-s_{ij}}\right)",
    r"\sum_i (1-\sum_j t_{ij}p_{ij})^3 e^{\sum_j t_{ij} s_{ij}}",
    r"\sum_i\sum_j \tanh(t_{ij} s_{ij} + \sum_{k\neq j} t_{ik} s_{ik}^2)",
    r"\log(2+\sum_i\log(2+\sum_j t_{ij} e^{s_{ij}}))",
    r"\log(1+\sum_i\sum_j t_{ij} e^{s_{ij}})",
    r"\sum_i \log(1 + (t_{i,1} + 2 t_{i,2}) e^{s_{i,3}})",
]


@pytest.mark.parametrize("formula", [*ROWS, *FORMULAS[3:]])
def test_the_values_at_one_hot_rows_stay(formula):
    loss = read(formula, ())
    ours, checked = by_target(loss.expr), from_ast(trees.by_target(to_ast(loss.expr)))
    assert formula not in ROWS or formula == ROWS[4] or loss.expr not in (ours, checked)
    for seed in range(4):
        sizes, s, t = at_hard_labels(loss, seed)
        known = evaluate(loss.expr, sizes, s, t, {}, {})
        for form in (ours, checked):
            assert abs(evaluate(form, sizes, s, t, {}, {}) - known) < 1e-12 * (1 + abs(known))


SIGMA = r"t_i \sigma(s_i) + (1-t_i)(1-\sigma(s_i))"


@pytest.mark.parametrize(("sides", "lets", "code"), [
    (rf"(1 - ({SIGMA}))^g = e^{{-g t_i s_i - g \log(1+e^{{-s_i}})}}", ["g>0"], 0),
    (rf"\log({SIGMA}) = t_i \log \sigma(s_i) + (1-t_i) \log(1-\sigma(s_i))", [], 0),
    (r"\sum_i \log(1+e^{(1-2 t_i) s_i}) = \sum_i (\log(1+e^{s_i}) - t_i s_i)", [], 0),
    (r"\sum_i \log(1+e^{(1-2 t_i) s_i}) = \sum_i (\log(1+e^{s_i}) - 2 t_i s_i)", [], 1),
    (r"\sum_i\sum_j (t_{ij} - s_{ij})^2 = \sum_i\sum_j (t_{ij} (1-s_{ij})^2 + (1-t_{ij}) s_{ij}^2)", [], 0),
    (r"\sqrt{4 + 5 t_i} = 2 + t_i", [], 0),
    ("t_i^g = t_i", ["g>0"], 0),
    ("t_i^g = t_i", ["g>=0"], 3),
    (r"\sqrt{4 + 5 t_i} = 2 + 2 t_i", [], 1),
    (r"\sum_i\sum_j t_{ij}\log(1+\sum_{k\neq j}e^{s_{ik}-s_{ij}}) = "
     r"\sum_i\log(1+\sum_j\sum_{k\neq j}t_{ij}e^{s_{ik}-s_{ij}})", [], 0),
    (r"-\sum_i\log\sum_j t_{ij}p_{ij} = -\sum_i\sum_j t_{ij}\log p_{ij}", [], 0),
    (r"\sum_i(1-\sum_j t_{ij}p_{ij})^2 = \sum_i\sum_j t_{ij}(1-p_{ij})^2", [], 0),
    (r"\sum_i(1-\sum_j t_{ij}p_{ij})^2 = \sum_i\sum_j (t_{ij}-p_{ij})^2", [], 1),
    (r"\log\sum_i\sum_j t_{ij}p_{ij} = \sum_i\sum_j t_{ij}\log p_{ij}", [], 1),
])
def test_equal_with_hard_labels_looks_at_both_labels(sides, lets, code, capsys):
    argv = ["equal", "--hard-labels", sides, *(x for let in lets for x in ("--let", let))]
    assert cli.main(argv) == code, capsys.readouterr().out


def test_soft_labels_are_not_taken_for_hard_ones(capsys):
    assert cli.main(["equal", r"\sqrt{4 + 5 t_i} = 2 + t_i"]) == 1
