"""PyTorch and jax modules: valid Python for every loss; the right numbers where the library is there."""

import importlib.util

import numpy as np
import pytest
from numeric.losses_here import NUMERIC, parameters

from nmderive.export import jax as to_jax
from nmderive.export import torch as to_torch
from nmderive.losses.catalogue import load
from nmderive.numeric.lower import lower


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
    return s, t


@pytest.mark.skipif(importlib.util.find_spec("torch") is None, reason="PyTorch is not installed")
@pytest.mark.parametrize("name", NUMERIC)
@pytest.mark.parametrize("kind", ["random", "hard", "extreme"])
def test_torch_gives_our_numbers(name, kind):
    import torch

    loss, extra = load(name), parameters(load(name))
    s, t = inputs(loss, kind)
    if kind == "hard" and name == "reverse-kl":
        return
    space = {}
    exec(compile(to_torch.render(loss), name, "exec"), space)
    x = torch.tensor(s, requires_grad=True)
    value = space["loss"](x, torch.tensor(t), **extra)
    value.backward()
    expected, slopes = lower(loss).value_and_grad(s, t, **extra)
    assert value.item() == pytest.approx(expected, rel=1e-10)
    np.testing.assert_allclose(x.grad.numpy(), slopes, atol=1e-9)


@pytest.mark.skipif(importlib.util.find_spec("jax") is None, reason="jax is not installed")
@pytest.mark.parametrize("name", NUMERIC)
@pytest.mark.parametrize("kind", ["random", "hard"])
def test_jax_gives_our_numbers(name, kind):
    import jax

    jax.config.update("jax_enable_x64", True)
    loss, extra = load(name), parameters(load(name))
    s, t = inputs(loss, kind)
    space = {}
    exec(compile(to_jax.render(loss), name, "exec"), space)
    extra = {k: np.asarray(v) for k, v in extra.items()}
    value, grad = jax.value_and_grad(space["loss"])(jax.numpy.asarray(s), jax.numpy.asarray(t), **extra)
    expected, slopes = lower(loss).value_and_grad(s, t, **{k: v.tolist() for k, v in extra.items()})
    assert float(value) == pytest.approx(expected, rel=1e-10)
    np.testing.assert_allclose(grad, slopes, atol=1e-9)
