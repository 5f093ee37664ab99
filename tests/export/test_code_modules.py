"""Modules of losses that were read from code: the function's own values, in both precisions; nan; batches."""

import importlib.util

import numpy as np
import pytest
from scipy.special import log_softmax, logsumexp

import nmderive


def others_by_a_large_number(s, y):
    own = np.eye(s.shape[1])[y]
    return np.maximum(0, 1 + (s - 1e9 * own).max(axis=1) - (s * own).sum(axis=1)).mean()


def others_by_infinity(s, y):
    own = np.eye(s.shape[1])[y] == 1
    others = np.where(own, -np.inf, s).max(axis=1)
    return np.maximum(0, 1 + others - s[np.arange(len(s)), y]).mean()


def better_pairs(s, t):
    gaps = s[:, :, None] - s[:, None, :]
    return np.where(t[:, :, None] - t[:, None, :] > 0, np.log1p(np.exp(-gaps)), 0.5 * np.log1p(np.exp(gaps))).mean()


def clipped(s, t):
    p = np.clip(1 / (1 + np.exp(-s)), 1e-7, 1 - 1e-3)
    return -(t * np.log(p) + (1 - t) * np.log(1 - p)).sum()


def without_own(s, y):
    k = np.where(np.eye(len(s), dtype=bool), -np.inf, s @ s.T)
    return (logsumexp(k, axis=1) - log_softmax(s, axis=1)[np.arange(len(s)), y]).mean()


def circle(s, y):
    own = np.eye(s.shape[1])[y]
    others = logsumexp(20 * np.where(own == 1, -np.inf, s) + 5, axis=1)
    return np.logaddexp(0, others - 20 * (s * own).sum(axis=1) + 5).mean()


def running(s, t):
    return ((np.cumsum(np.exp(log_softmax(s, axis=1)), axis=1) - np.cumsum(t, axis=1)) ** 2).sum()


FUNCTIONS = {f.__name__: f for f in (
    others_by_a_large_number, others_by_infinity, better_pairs, clipped, without_own, circle, running)}
S = np.random.default_rng(2).normal(size=(4, 3)) * 2
Y = np.array([0, 2, 1, 2])
T = np.random.default_rng(3).dirichlet(np.ones(3), 4)


def case(name, library, folder):
    """Return (module, labels for it, the function's value, its slopes by differences)."""
    function = FUNCTIONS[name]
    given = Y if "y" in function.__code__.co_varnames[:2] else T
    path = folder / f"{library}_{name}.py"
    path.write_text(nmderive.loss(function).code(library))
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    slopes, step = np.empty(S.shape), 1e-6
    for place in np.ndindex(S.shape):
        up, down = S.copy(), S.copy()
        up[place] += step
        down[place] -= step
        slopes[place] = (function(up, given) - function(down, given)) / (2 * step)
    return module, given, function(S, given), slopes


@pytest.mark.parametrize("name", FUNCTIONS)
def test_pytorch(name, tmp_path):
    torch = pytest.importorskip("torch", reason="PyTorch is not installed: pip install '.[torch]'")
    module, given, value, slopes = case(name, "torch", tmp_path)
    for dtype, near in ((torch.float64, 1e-10), (torch.float32, 2e-5)):
        s = torch.tensor(S, dtype=dtype, requires_grad=True)
        found = module.loss(s, torch.tensor(given))
        found.backward()
        assert found.item() == pytest.approx(value, rel=near)
        assert s.grad.numpy() == pytest.approx(slopes, abs=max(1e-6, 50 * near))
    s = torch.tensor(S)
    both = module.loss(torch.stack([s, s]), torch.stack([torch.tensor(given)] * 2), reduction="mean")
    assert both.item() == pytest.approx(module.loss(s, torch.tensor(given), reduction="mean").item())
    s[1, 1] = torch.nan
    assert module.loss(s, torch.tensor(given)).isnan()


@pytest.mark.parametrize("name", FUNCTIONS)
def test_jax(name, tmp_path):
    jax = pytest.importorskip("jax", reason="JAX is not installed: pip install '.[jax]'")
    module, given, value, slopes = case(name, "jax", tmp_path)
    single = jax.numpy.array(S, dtype="float32")
    found, own = jax.value_and_grad(lambda s: module.loss(s, jax.numpy.array(given)))(single)
    assert float(found) == pytest.approx(value, rel=2e-5) and np.array(own) == pytest.approx(slopes, abs=1e-3)
    broken = S.copy()
    broken[1, 1] = np.nan
    assert np.isnan(float(module.loss(jax.numpy.array(broken), jax.numpy.array(given))))


@pytest.mark.parametrize("name", FUNCTIONS)
def test_numpy(name):
    function = FUNCTIONS[name]
    given = np.eye(3)[Y] if "y" in function.__code__.co_varnames[:2] else T
    loss = nmderive.loss(function).numpy()
    value = function(S, Y if given is not T else T)
    assert loss.value(S, given) == pytest.approx(value, rel=1e-12)
    assert loss.value(S.astype(np.float32), given) == pytest.approx(value, rel=2e-5)
