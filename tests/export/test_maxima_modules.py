"""Modules of maxima over an index in PyTorch and jax: values, slopes, ties, nan."""

import importlib.util

import numpy as np
import pytest

import nmderive

LOSSES = (
    r"\sum_i \sum_j t_{i,j}\max(0, 1 + \max_{k\neq j} s_{i,k} - s_{i,j})",
    r"\sum_i(\max_{k\neq 1} s_{i,k} - \min_k s_{i,k})",
    r"\sum_i\sum_j t_{i,j}\max_{k\neq j}(s_{i,k}-s_{i,j})", r"\max_i \sum_j s_{i,j}^2",
)
RANDOM = np.random.default_rng(5)
S, T = RANDOM.normal(size=(3, 4)), RANDOM.dirichlet(np.ones(4), 3)
BROKEN = np.where(np.arange(12).reshape(3, 4) == 5, np.nan, S)


def module(latex, library, folder):
    path = folder / f"{library}_module.py"
    path.write_text(nmderive.loss(latex).code(library))
    spec = importlib.util.spec_from_file_location(path.stem, path)
    found = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(found)
    return found


@pytest.mark.parametrize("latex", LOSSES)
def test_pytorch(latex, tmp_path):
    torch = pytest.importorskip("torch")
    loss, value, slope = module(latex, "torch", tmp_path).loss, *nmderive.loss(latex).numpy().value_and_grad(S, T)
    s, t = torch.tensor(S, requires_grad=True), torch.tensor(T)
    total = loss(s, t).sum()
    total.backward()
    assert total.item() == pytest.approx(value, rel=1e-12) and s.grad.numpy() == pytest.approx(slope, abs=1e-12)
    assert np.isnan(loss(torch.tensor(BROKEN), t).sum().item())


def test_at_a_tie_the_slope_goes_to_one_of_the_others(tmp_path):
    torch = pytest.importorskip("torch")
    s, t = torch.zeros(1, 4, dtype=torch.float64, requires_grad=True), torch.tensor([[1.0, 0, 0, 0]])
    module(LOSSES[0], "torch", tmp_path).loss(s, t).sum().backward()
    assert sorted(s.grad[0].tolist()) == [-1, 0, 0, 1] and s.grad[0, 0] == -1


@pytest.mark.parametrize("latex", LOSSES)
def test_jax(latex, tmp_path):
    jax = pytest.importorskip("jax")
    loss, value, slope = module(latex, "jax", tmp_path).loss, *nmderive.loss(latex).numpy().value_and_grad(S, T)
    found, own = jax.value_and_grad(lambda x: loss(x, jax.numpy.array(T)).sum())(jax.numpy.array(S))
    assert float(found) == pytest.approx(value, rel=1e-5) and np.array(own) == pytest.approx(slope, abs=1e-5)
    assert np.isnan(float(loss(jax.numpy.array(BROKEN), jax.numpy.array(T)).sum()))
