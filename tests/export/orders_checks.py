"""Run modules in a library of their own: each order of four classes has its optimum at t = softmax(scale s)."""

import itertools
import sys
from pathlib import Path

import numpy as np

SCALES = {"cyclic": 1, "cyclic-1": 2, "cyclic-2": 1}


def module(folder, name):
    space = {}
    exec(compile((Path(folder) / f"{name}.py").read_text(), name, "exec"), space)
    return space


def logits_and_labels(scale):
    s = np.random.default_rng(3).normal(size=(3, 4))
    e = np.exp(scale * s)
    return s, e / e.sum(1, keepdims=True)


def by_torch(own, name, s, t):
    import torch

    for order in itertools.permutations(range(4)):
        x = torch.tensor(s, requires_grad=True)
        own["loss_in_order"](x, torch.tensor(t), order).backward()
        assert x.grad.abs().max() < 1e-12
    target, order = torch.tensor([2, 0, 3]), torch.tensor([3, 1, 0, 2])
    hot = torch.nn.functional.one_hot(target, 4).double()
    one, two = (own["loss_in_order"](torch.tensor(s), labels, order) for labels in (target, hot))
    assert torch.isclose(one, two)
    drawn = own[f"{name.title().replace('-', '')}InRandomOrder"]()
    values = {round(drawn(torch.tensor(s), target).item(), 9) for _ in range(30)}
    assert len(values) == 3 and len({drawn.eval()(torch.tensor(s), target).item() for _ in range(9)}) == 1


def by_jax(own, name, s, t):
    import jax

    jax.config.update("jax_enable_x64", True)
    for order in itertools.permutations(range(4)):
        slope = jax.grad(lambda x, order=order: own["loss_in_order"](x, t, np.array(order)))(jax.numpy.asarray(s))
        assert abs(slope).max() < 1e-12
    target, order = np.array([2, 0, 3]), np.array([3, 1, 0, 2])
    one, two = (own["loss_in_order"](s, labels, order) for labels in (target, np.eye(4)[target]))
    assert np.isclose(one, two)
    drawn = jax.jit(lambda key: own["loss_in_order"](jax.numpy.asarray(s), target, key=key))
    assert len({round(float(drawn(jax.random.PRNGKey(k))), 9) for k in range(30)}) == 3


if __name__ == "__main__":
    run = {"torch": by_torch, "jax": by_jax}[sys.argv[1]]
    for name, scale in SCALES.items():
        run(module(sys.argv[2], name), name, *logits_and_labels(scale))
