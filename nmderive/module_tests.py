"""A test file for an exported module: known values and gradients, derivatives, NaN, shapes; it needs pytest alone."""

from __future__ import annotations

import math
from pathlib import PurePath
from random import Random
from typing import Any

import numpy as np

from nmderive.calculus.symbols import M, N, T
from nmderive.errors import DomainError, UsageError
from nmderive.hessian import in_separate_rows
from nmderive.losses.loss import Loss
from nmderive.numeric.lower import lower
from nmderive.numeric.module_text import argument
from nmderive.proving.points import label_table, point_at

#: Rows, classes and how far logits are spread, of the points at which values are known.
_POINTS = ((3, 4, 1.0), (1, 4, 1.0), (4, 3, 20.0))
_HEAD = '''"""Tests of {file}: values and gradients that are known, derivatives, NaN, shapes.

    python -m pytest {test}

Made by nmderive beside the module; the known numbers are those of its NumPy code, which is tested to 50 digits.
"""

import importlib.util
from pathlib import Path

import numpy as np
import pytest
{imports}
_SPEC = importlib.util.spec_from_file_location("{stem}", Path(__file__).with_name("{file}"))
MODULE = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(MODULE)

#: Logits, labels, parameters, the loss and its gradient.
CASES = [
{cases}
]


{adapters}


def arrays(case):
    return np.array(case[0]), np.array(case[1]), case[2], case[3], np.array(case[4])


@pytest.mark.parametrize("case", CASES)
def test_values_and_gradients_are_known(case):
    s, t, parameters, value, gradient = arrays(case)
    own, slope = value_and_gradient(s, t, parameters)
    assert own == pytest.approx(value, rel=1e-9, abs=1e-12)
    assert np.allclose(slope, gradient, rtol=1e-7, atol=1e-10)


def test_the_gradient_is_the_slope_of_the_value():
    s, t, parameters, _, _ = arrays(CASES[0])
    _, slope = value_and_gradient(s, t, parameters)
    for place in np.ndindex(s.shape):
        step = np.zeros(s.shape)
        step[place] = 1e-5
        up, down = (value_and_gradient(s + d, t, parameters)[0] for d in (step, -step))
        assert (up - down) / 2e-5 == pytest.approx(slope[place], rel=1e-5, abs=1e-7)


def test_a_nan_stays_a_nan():
    s, t, parameters, _, _ = arrays(CASES[0])
    s[(0,) * s.ndim] = np.nan
    assert np.isnan(value_and_gradient(s, t, parameters)[0])


def test_shapes_that_do_not_fit_are_refused():
    s, t, parameters, _, _ = arrays(CASES[0])
    with pytest.raises(ValueError):
        value_and_gradient(s, {wrong}, parameters)
'''
_NUMPY = '''def value_and_gradient(s, t, parameters):
    return MODULE.value_and_grad(s, t, **parameters)'''
_TORCH = '''def value_and_gradient(s, t, parameters):
    x = torch.tensor(s, requires_grad=True)
    value = MODULE.loss(x, torch.tensor(t), **parameters)
    return value.item(), torch.autograd.grad(value, x)[0].numpy()


def test_autograd_agrees_with_differences():
    s, t, parameters, _, _ = arrays(CASES[0])
    x = torch.tensor(s, requires_grad=True)
    assert torch.autograd.gradcheck(lambda z: MODULE.loss(z, torch.tensor(t), **parameters), x)'''
_JAX = '''def value_and_gradient(s, t, parameters):
    value, slope = jax.value_and_grad(lambda x: MODULE.loss(x, t, **parameters))(jax.numpy.asarray(s))
    return float(value), np.asarray(slope)'''
_BOOSTING = _NUMPY + '''


class Data:
    def __init__(self, labels):
        self.labels = labels

    def get_label(self):
        return self.labels

    def get_weight(self):
        return None


def test_the_objective_gives_gradient_and_positive_curvature():
    s, t, parameters, _, gradient = arrays(CASES[0])
    slope, curvature = MODULE.objective(s, Data(t), **parameters)
    assert np.allclose(slope, gradient) and curvature.shape == s.shape and np.all(curvature > 0)'''
_ADAPTERS = {
    "numpy": ("", _NUMPY), "torch": ("import torch\n", _TORCH),
    "jax": ('import jax\n\njax.config.update("jax_enable_x64", True)\n', _JAX),
    "xgboost": ("", _BOOSTING), "lightgbm": ("", _BOOSTING),
}


def tests_of(loss: Loss, form: str, file: str) -> str:
    """Return the text of ``test_<file>`` for the module of ``loss`` in the format ``form`` that stands in ``file``."""
    if form not in _ADAPTERS:
        raise UsageError(f"there are no tests for {form!r}", hint="one of: " + ", ".join(sorted(_ADAPTERS)))
    if form in ("xgboost", "lightgbm"):
        loss = in_separate_rows(loss)
    imports, adapters = _ADAPTERS[form]
    cases = [text for number, (n, m, spread) in enumerate(_POINTS) if (text := _case(loss, n, m, spread, number))]
    wrong = "t[..., :-1]" if loss.expr.has(T) else "np.zeros(s.shape + (1,))"
    return _HEAD.format(file=file, test=f"test_{file}", stem=PurePath(file).stem, imports=imports, adapters=adapters,
                        cases="\n".join(cases), wrong=wrong)


def _case(loss: Loss, n: int, m: int, spread: float, number: int) -> str:
    """Return one known value as a line; empty where the loss has none there."""
    least = loss.least_sizes
    every = {"n": max(n, least.get("n", 1)), "m": max(m, least.get("m", 1))}
    sizes = {size.name: every[size.name] for size in loss.shape}
    point = point_at(loss, {**every, **sizes}, number)
    shape = tuple(sizes[x.name] for x in (N, M) if x in loss.shape)
    s, t = np.zeros(shape), np.zeros(shape)
    table = label_table(loss, sizes, Random(number))
    for place in np.ndindex(shape):
        key = tuple(k + 1 for k in place)
        s[place], t[place] = spread * math.log(point.exp_s[key]), float(table[key])
    given: dict[str, Any] = {argument(k): float(v) for k, v in point.parameters.items()}
    given |= {argument(k): _as_list(v) for k, v in point.arrays.items()}
    given |= {argument(k): sorted(v) for k, v in point.sets.items() if k in loss.class_sets}
    try:
        value, gradient = lower(loss).value_and_grad(s, t, **given)
    except DomainError:
        return ""
    return f"    ({s.tolist()}, {t.tolist()},\n     {given}, {float(value)!r},\n     {gradient.tolist()}),"


def _as_list(table: Any) -> Any:
    """Return a table by index tuples from 1 as nested lists."""
    found = np.zeros(tuple(max(k[axis] for k in table) for axis in range(len(next(iter(table))))))
    for key, number in table.items():
        found[tuple(k - 1 for k in key)] = float(number)
    return found.tolist()


__all__ = ["tests_of"]
