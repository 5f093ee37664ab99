"""``derive --to latex`` pastes into a paper: amsmath only, parsed back, and right by finite differences."""

import tomllib
from pathlib import Path

import numpy as np
import pytest
from numeric.losses_here import NUMERIC, parameters
from numeric_oracle import evaluate
from reproducing.typeset import assert_compiles

import nmderive
from nmderive.losses.catalogue import entry, names
from nmderive.notation import Declarations, parse

pytestmark = pytest.mark.slow

CLAIMS = tomllib.loads((Path(__file__).parent.parent / "data/claims.toml").read_text(encoding="utf-8"))["entry"]
UNSEEN = [
    r"\sum_{j,k\neq j} \log(1 + \sum_i t_{i,j} e^{\frac{1}{3}(s_{i,k}-s_{i,j})})",
    r"\sum_i \log(1 + \sum_{j,k\neq j} t_{i,j} e^{s_{i,k}-s_{i,j}})",
    r"\sum_i (\log\sum_j e^{s_{i,j}} - \sum_j t_{i,j} s_{i,j})^2",
    r"\sum_{i,j} t_{i,j}^2 \log(1 + e^{-s_{i,j}})",
    r"\sum_{i,j} \frac{t_{i,j}}{1 + e^{s_{i,j} - \bar{s}_i}}",
    r"\sum_i \sqrt{\sum_j (s_{i,j} - t_{i,j})^2}",
    r"\log\sum_{i,j} t_{i,j} e^{-s_{i,j}} + \frac{1}{n}\sum_{i,j} t_{i,j} s_{i,j}",
    r"\sum_i \sum_{j<k} (t_{i,j} - t_{i,k})^2 e^{s_{i,j} - s_{i,k}}",
    r"\sum_j (\sum_i t_{i,j} e^{-s_{i,j}})^3",
    r"\sum_{i} t_{i,1} \log(1 + e^{s_{i,2} - s_{i,1}})",
    r"\sum_i \sum_j t_{i,j} \max(0, 1 + \max_{k \neq j} s_{i,k} - s_{i,j})",
    r"\sum_i (\max_k s_{i,k} - \min_k s_{i,k} t_{i,1})^2",
]


def case(source):
    loss = nmderive.loss(source)
    return loss, loss.derive().shown("latex"), entry(source).lets if source in names() else ()


@pytest.mark.parametrize("source", [*names(), *UNSEEN])
def test_it_is_plain(source):
    latex = case(source)[1]
    assert r"\delta" not in latex and "cases" not in latex and "begin" not in latex and latex.isascii()


def test_all_compile_with_amsmath_alone(tmp_path):
    rows = [rf"\[ {case(source)[1]} \]" for source in (*names(), *UNSEEN)]
    head = ["\\documentclass{article}", "\\usepackage{amsmath}", "\\begin{document}"]
    assert_compiles("\n".join([*head, *rows, "\\end{document}"]), tmp_path)


@pytest.mark.parametrize("source", [*NUMERIC, *UNSEEN])
def test_parsed_back_it_agrees_with_finite_differences(source):
    loss, latex, lets = case(source)
    statement = parse(latex, Declarations.from_lets(list(lets)))
    extra, code = parameters(loss), loss.numpy()
    sets = {k: v for k, v in extra.items() if k.startswith("Omega")}
    numbers = {k: v for k, v in extra.items() if k not in sets}
    random = np.random.default_rng(3)
    n, m = 2, 4
    shape = tuple({"n": n, "m": m}[x.name] for x in loss.shape)
    s, t = random.normal(size=shape), random.dirichlet(np.ones(m), size=n).reshape(n, m)
    t = t if len(shape) == 2 else t[0] if shape == (m,) else t[:, 0]
    tables = [{tuple(k + 1 for k in place): float(x) for place, x in np.ndenumerate(a)} for a in (s, t)]
    for place in np.ndindex(shape):
        step = np.zeros(shape)
        step[place] = 1e-5
        slope = (code.value(s + step, t, **extra) - code.value(s - step, t, **extra)) / 2e-5
        env = {x: k + 1 for x, k in zip(statement.gradient_of.indices, place, strict=True)}
        found = float(evaluate(statement.sides[0], {"n": n, "m": m}, *tables, numbers, sets, env))
        assert found == pytest.approx(slope, rel=1e-6, abs=1e-7), (source, place)


def test_loss_1_is_no_longer_than_the_article():
    printed = next(e["latex"] for e in CLAIMS if e["id"] == "A5")
    assert len(case("loss-1")[1].replace(" ", "")) <= len(printed.replace(" ", ""))
