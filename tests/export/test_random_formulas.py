"""Random formulas of the whole grammar: every PyTorch and JAX module that is written runs and is right."""

import importlib.util
import pickle
import subprocess
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from numeric.against_sympy import expected, point
from numeric.formulas import LETS, drawn
from sympy.core.relational import Relational

from nmderive.calculus.symbols import Member
from nmderive.errors import NmderiveError
from nmderive.export import render
from nmderive.front import loss as read

SCRIPT = Path(__file__).with_name("module_runner.py")


def cases(library, count):
    """Return ([formula], [(text, s, t, parameters)], [(value, gradient, whether a mask may be undefined)])."""
    formulas, given, wanted = [], [], []
    for formula in drawn("exports", 3 * count):
        try:
            loss = read(formula.latex, lets=LETS)
            text = render(loss, library)
        except NmderiveError:
            continue
        s, t, extra = point(loss, np.random.default_rng(len(formula.latex)))
        found = expected(loss, s, t, extra)
        if found is not None and len(given) < count:
            formulas.append(formula.latex)
            given.append((text, s, t, extra))
            wanted.append((*found, bool(loss.expr.atoms(Relational, Member))))
    return formulas, given, wanted


@pytest.mark.slow
@pytest.mark.parametrize("library", ["torch", "jax"])
def test_modules_of_random_formulas(library):
    if importlib.util.find_spec(library) is None:
        pytest.skip(f"{library} is not installed: pip install '.[test-frameworks]'")
    formulas, given, wanted = cases(library, 100)
    done = subprocess.run([sys.executable, str(SCRIPT), library], input=pickle.dumps(given), capture_output=True)
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    seen: Counter = Counter()
    for latex, answer, (value, slopes, masked) in zip(formulas, pickle.loads(done.stdout), wanted, strict=True):
        assert not isinstance(answer, str), f"{latex}\n{answer}"
        if masked and not np.isfinite(answer[0]):
            seen["nan"] += 1  # a term that a condition leaves out is undefined: its mask is a factor, and 0 nan is nan
            continue
        assert abs(answer[0] - value) <= 1e-10 * (1 + abs(value)), latex
        assert np.max(np.abs(answer[1] - slopes)) <= 1e-10 * (1 + np.max(np.abs(slopes))), latex
        seen["right"] += 1
    assert len(formulas) == 100 and seen["right"] >= 90, seen
