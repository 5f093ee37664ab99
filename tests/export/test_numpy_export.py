"""The exported NumPy module runs alone and gives the numbers of the library."""

import numpy as np
import pytest
from numeric.losses_here import NUMERIC, parameters

from nmderive.export.numpy import render
from nmderive.front import loss as read
from nmderive.losses.catalogue import load
from nmderive.numeric.lower import lower


@pytest.mark.parametrize("name", NUMERIC)
def test_the_module_agrees_with_the_library(name):
    loss = load(name)
    text = render(loss)
    space = {}
    exec(compile(text, name, "exec"), space)
    assert "import nmderive" not in text and name in space["__doc__"]
    shape = (6, 4) if len(loss.shape) == 2 else (4,)
    rng = np.random.default_rng(1)
    extra = parameters(loss)
    for scale in (1, 300):
        s, t = rng.normal(size=shape) * scale, rng.dirichlet(np.ones(4), size=shape[:-1])
        value, gradient = space["value_and_grad"](s, t, **extra)
        expected = lower(loss).value_and_grad(s, t, **extra)
        assert value == expected[0] == space["value"](s, t, **extra)
        assert np.array_equal(gradient, expected[1])
        assert np.array_equal(space["hvp"](s, t, s, **extra), lower(loss).hvp(s, t, s, **extra))


def test_names_that_python_or_the_code_uses_are_safe():
    loss = read(r"\sum_i \sum_j a t_{i,j} \log(1 + e^{-r s_{i,j}})", lets=("a>0", "r>0"))
    space = {}
    exec(compile(render(loss), "safe", "exec"), space)
    s, t = np.ones((2, 3)), np.full((2, 3), 1 / 3)
    assert space["value"](s, t, a=2.0, r=1.0) == pytest.approx(4 * np.log1p(np.exp(-1)))
    assert lower(loss).value(s, t, a=2.0, r=1.0) == pytest.approx(4 * np.log1p(np.exp(-1)))
    with pytest.raises(ValueError, match="shape"):
        space["value"](s, t[:1], a=2.0, r=1.0)


@pytest.mark.parametrize(("given", "words"), [
    ({"g": 0.0, "w": np.ones(3)}, "g must be a number with g > 0"),
    ({"g": np.nan, "w": np.ones(3)}, "g must be"),
    ({"g": 1.0, "w": np.array([1.0, -1.0, 1.0])}, "every entry of w must satisfy w > 0"),
    ({"g": 1.0, "w": np.ones(2)}, "w has shape"),
])
def test_parameters_outside_their_domain_are_refused(given, words):
    loss = read(r"\sum_{ij} w_j t_{ij} (1 - p_{ij})^g", lets=["w_j>0", "g>0"])
    space = {}
    exec(compile(render(loss), "module", "exec"), space)
    s = np.zeros((2, 3))
    with pytest.raises(ValueError, match=words):
        space["value"](s, s, **given)
