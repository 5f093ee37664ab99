"""PyTorch and jax modules: valid Python for every loss; the right numbers where the library is there.

The libraries run in a process of their own: they start threads, and the tests fork.
"""

import importlib.util
import pickle
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from numeric.losses_here import NUMERIC, parameters

from nmderive.calculus.symbols import T
from nmderive.errors import DomainError
from nmderive.export import jax as to_jax
from nmderive.export import torch as to_torch
from nmderive.front import loss as read
from nmderive.losses.catalogue import load
from nmderive.numeric.lower import lower

LIBRARIES = {"torch": to_torch, "jax": to_jax}


@pytest.mark.parametrize("name", NUMERIC)
@pytest.mark.parametrize("export", [to_torch, to_jax])
def test_the_text_is_valid_python(name, export):
    text = export.render(load(name))
    compile(text, name, "exec")
    assert "np." not in text.replace("jnp.", "") and name in text


def inputs(loss, kind):
    shape = (5, 4) if len(loss.shape) == 2 else (4,)
    rng = np.random.default_rng(2)
    s, t = rng.normal(size=shape) * (300 if kind == "extreme" else 2), rng.dirichlet(np.ones(4), size=shape[:-1])
    if kind == "hard" and len(shape) == 2:
        t = np.eye(4)[rng.integers(3, size=5)]
    if kind == "nan in s":
        s[(0,) * s.ndim] = np.nan
    if kind == "nan in t":
        t[(0,) * t.ndim] = np.nan
    return s, t


def answers(library, cases):
    """Return (value, gradient) or the error's text for each (module text, s, t, parameters)."""
    if importlib.util.find_spec(library) is None:
        pytest.skip(f"{library} is not installed")
    script = Path(__file__).with_name("run_modules.py")
    done = subprocess.run([sys.executable, str(script), library], input=pickle.dumps(cases), capture_output=True)
    assert done.returncode == 0, done.stderr.decode()[-1500:]
    return pickle.loads(done.stdout)


@pytest.mark.parametrize("library", LIBRARIES)
def test_the_library_gives_our_numbers(library):
    kinds = ["random", "hard", *(["extreme"] if library == "torch" else [])]
    asked = [(name, kind) for name in NUMERIC for kind in kinds]
    cases, wanted = [], []
    for name, kind in asked:
        loss, extra = load(name), parameters(load(name))
        s, t = inputs(loss, kind)
        try:
            wanted.append(lower(loss).value_and_grad(s, t, **extra))
        except DomainError:
            continue
        cases.append((LIBRARIES[library].render(loss), s, t, extra))
    for (value, gradient), (expected, slopes) in zip(answers(library, cases), wanted, strict=True):
        assert value == pytest.approx(expected, rel=1e-10)
        np.testing.assert_allclose(gradient, slopes, atol=1e-9)


@pytest.mark.parametrize("library", LIBRARIES)
def test_a_nan_stays_a_nan(library):
    cases = []
    for name in NUMERIC:
        loss = load(name)
        for kind in ("nan in s", "nan in t") if loss.expr.has(T) else ("nan in s",):
            cases.append((LIBRARIES[library].render(loss), *inputs(loss, kind), parameters(loss)))
    for (value, _), case in zip(answers(library, cases), cases, strict=True):
        assert np.isnan(value), case[0]


@pytest.mark.parametrize("library", LIBRARIES)
def test_a_wrong_shape_is_named(library):
    loss = read(r"\sum_{ij} w_j t_{ij} s_{ij} + s_{1,2}", lets=["w_j>0"])
    text = LIBRARIES[library].render(loss)
    s, w = np.zeros((2, 3)), {"w": np.ones(3)}
    cases = [(text, s[0], s, w), (text, s, s[:1], w), (text, s, s, {"w": np.ones(2)}), (text, s[:, :1], s[:, :1], w)]
    words = ("s has shape", "t has shape", "w has shape", "names class 2")
    for answer, word in zip(answers(library, cases), words, strict=True):
        assert word in answer
