"""Exported PyTorch and JAX modules are safe: every check of ``*_checks.py`` holds for every loss of the catalogue.

The libraries run in a process of their own: they start threads, and the tests fork.
"""

import importlib.util
import pickle
import re
import subprocess
import sys
from pathlib import Path

import pytest
from numeric.losses_here import NUMERIC, parameters
from sympy import log

from nmderive.calculus.symbols import T
from nmderive.errors import UnsupportedError, UsageError
from nmderive.export import export_names, render
from nmderive.front import loss as read
from nmderive.losses.catalogue import load
from nmderive.losses.loss import Loss
from nmderive.numeric.row_sums import row_sum

HERE = Path(__file__).parent
SCRIPTS = {library: HERE / f"{library}_checks.py" for library in ("torch", "jax")}
CHECKS = [
    (library, check) for library, script in SCRIPTS.items()
    for check in re.findall(r"^def (check_\w+)", script.read_text(encoding="utf-8"), re.M)
]


def case(library, loss, name):
    rows = row_sum(loss)
    kind = rows and ("mean" if rows.averaged else "sum")
    return name, render(loss, library), parameters(loss), tuple(x.name for x in loss.shape), loss.expr.has(T), kind


def faults(library, check, cases):
    if importlib.util.find_spec(library) is None:
        pytest.skip(f"{library} is not installed: pip install '.[test-frameworks]'")
    done = subprocess.run(
        [sys.executable, str(SCRIPTS[library]), check], input=pickle.dumps(cases), capture_output=True)
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    return pickle.loads(done.stdout)


@pytest.mark.slow
@pytest.mark.parametrize(("library", "check"), CHECKS)
def test_every_module_passes(library, check):
    found = faults(library, check, [case(library, load(name), name) for name in NUMERIC])
    assert not found, f"{len(found)} of {len(NUMERIC)}: " + "\n".join(f"{name}: {text}" for name, text in found[:3])


WRITTEN = [
    (r"-\frac1n \sum_i \sum_j t_{ij} \log p_{ij}", "mean"), (r"\sum_j \sum_i t_{ij} s_{ij}^2", "sum"),
    (r"\frac{1}{n}\sum_i s_{i,1} t_{i,2} + \frac{2}{n} \sum_i \sum_j s_{ij}", "mean"),
    (r"\sum_j \log(1 + \sum_i t_{ij} e^{-s_{ij}})", None), (r"(\sum_{ij} s_{ij} t_{ij})^2", None),
    (r"\sum_i \sum_j i s_{ij} t_{ij}", "sum"), (r"\sum_i \log (1 + e^{-t_i s_i})", "sum"),
]


@pytest.mark.parametrize(("latex", "kind"), WRITTEN)
def test_what_is_a_sum_over_rows(latex, kind):
    rows = row_sum(read(latex))
    assert (rows and ("mean" if rows.averaged else "sum")) == kind


@pytest.mark.parametrize("library", SCRIPTS)
@pytest.mark.parametrize("check", ["check_reductions", "check_batches_are_separate", "check_reductions_and_batches"])
def test_sums_means_and_row_numbers(library, check):
    if (library, check) not in CHECKS:
        pytest.skip(f"{check} is not one of {library}'s")
    assert not faults(library, check, [case(library, read(latex), latex) for latex, _ in WRITTEN])


def test_an_unknown_format_is_named():
    assert export_names() == ["jax", "lightgbm", "numpy", "torch", "xgboost"]
    with pytest.raises(UsageError, match="parts"):
        render(load("brier"), "parts")


@pytest.mark.parametrize("form", export_names())
def test_a_number_that_is_not_real_is_refused(form):
    with pytest.raises(UnsupportedError, match="not real"):
        render(Loss(log(-2) * load("brier").expr), form)
