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


#: Rows with ties of the largest, of the next one, of all, and of none.
TIES = np.array([[1.0, 1, 0, 0], [2, 0.5, 0.5, -1], [0, 0, 0, 0], [1, 1, 1, -2]])
LABELS = np.array([[1.0, 0, 0, 0], [0.5, 0.5, 0, 0], [0.25, 0.25, 0.25, 0.25], [0, 0, 0, 1]])


@pytest.mark.parametrize("latex", LOSSES)
def test_at_ties_pytorch_shares_the_slope_as_numpy_does(latex, tmp_path):
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    value, slope = nmderive.loss(latex).numpy().value_and_grad(TIES, LABELS)
    s = torch.tensor(TIES, requires_grad=True)
    total = module(latex, "torch", tmp_path).loss(s, torch.tensor(LABELS)).sum()
    total.backward()
    assert total.item() == pytest.approx(value, rel=1e-12) and s.grad.numpy() == pytest.approx(slope, abs=1e-12)


@pytest.mark.parametrize("latex", LOSSES)
def test_at_ties_jax_shares_the_slope_as_numpy_does(latex, tmp_path):
    jax = pytest.importorskip("jax", reason="JAX is not installed")
    value, slope = nmderive.loss(latex).numpy().value_and_grad(TIES, LABELS)
    loss = module(latex, "jax", tmp_path).loss
    found, own = jax.value_and_grad(lambda x: loss(x, jax.numpy.array(LABELS)).sum())(jax.numpy.array(TIES))
    assert float(found) == pytest.approx(value, rel=1e-6) and np.array(own) == pytest.approx(slope, abs=1e-6)


def test_three_equal_others_have_a_third_each(tmp_path):
    slope = nmderive.loss(LOSSES[0]).numpy().value_and_grad(np.zeros((1, 4)), LABELS[:1])[1]
    assert slope[0] == pytest.approx([-1, 1 / 3, 1 / 3, 1 / 3])


@pytest.mark.parametrize("latex", LOSSES)
def test_jax(latex, tmp_path):
    jax = pytest.importorskip("jax")
    loss, value, slope = module(latex, "jax", tmp_path).loss, *nmderive.loss(latex).numpy().value_and_grad(S, T)
    found, own = jax.value_and_grad(lambda x: loss(x, jax.numpy.array(T)).sum())(jax.numpy.array(S))
    assert float(found) == pytest.approx(value, rel=1e-5) and np.array(own) == pytest.approx(slope, abs=1e-5)
    assert np.isnan(float(loss(jax.numpy.array(BROKEN), jax.numpy.array(T)).sum()))
