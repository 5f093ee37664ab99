"""JAX: functions are traced with symbolic shapes; value and gradient are the library's own."""

import numpy as np
import pytest

import nmderive
from nmderive.tracing.context import Refused
from nmderive.tracing.libraries import libraries_of
from nmderive.tracing.read import read_function

jax = pytest.importorskip("jax", reason="JAX is not installed: pip install 'nmderive[jax]'")
jnp, nn = jax.numpy, jax.nn


def soft(s, t):
    return -(t * nn.log_softmax(s, axis=-1)).sum(axis=-1).mean()


def one_hot(s, y):
    return -(nn.one_hot(y, s.shape[1]) * nn.log_softmax(s)).sum() / s.shape[0]


def gathered(logits, y):
    return nn.logsumexp(logits, axis=1).sum() - logits[jnp.arange(logits.shape[0]), y].sum()


def focal(s, y, gamma=2.0):
    p = jnp.take_along_axis(nn.softmax(s, axis=1), y[:, None], axis=1)[:, 0]
    return jnp.mean(-((1 - p) ** gamma) * jnp.log(p))


def bce(s, t):
    return -jnp.mean(t * nn.log_sigmoid(s) + (1 - t) * nn.log_sigmoid(-s)) + nn.softplus(s).sum() - nn.sigmoid(s).sum()


def kinks(s, t):
    return (jnp.maximum(s, t) + jnp.clip(s, 0, 1) * t + jnp.abs(s - t) + nn.relu(s) + s * jnp.sign(s)).sum()


def same_class(s, y):
    same = y[:, None] == y[None, :]
    return jnp.sum(jnp.where(same, s @ s.T, 0.0)) / s.shape[0]


@jax.jit
def einsum(s, t):
    return jnp.einsum("ij,kj->ik", nn.log_softmax(s, axis=-1), t).sum() + jnp.sqrt(1 + jnp.sum(s**2)) * s.shape[1]


def smoothed(s, y, eps=0.1):
    m = s.shape[-1]
    q = nn.one_hot(y, m) * (1 - eps) + (1 - nn.one_hot(y, m)) * eps / (m - 1)
    return -jnp.mean(jnp.sum(q * nn.log_softmax(s), axis=-1))


def columns(s, t):
    return s[:, 0].sum() + s[:, 1].mean() * s.shape[1] + (s.T @ t).sum() + jnp.eye(s.shape[0]).sum() * s.sum()


def comparisons(s, t):
    return jnp.where(s > t, s**2, 2 * t).sum() + jnp.sum((s <= 0) * s) + \
        jnp.where(jnp.any(s > 0, axis=1), s[:, 0], 0).sum()


def maxima(s, t):
    return s.max(axis=1).sum() + jnp.min(s) + jnp.max(jnp.stack([s, t]), axis=0).sum() + jnp.cumsum(s, 1).sum()


def of_the_others(s, y):
    own = nn.one_hot(y, s.shape[1])
    others = jnp.max(jnp.where(own == 1, -jnp.inf, s), axis=1)
    return (others - jnp.max(s - own, axis=1) + nn.logsumexp(s, axis=1)).mean()


def masked(s, y):
    k = jnp.where(jnp.eye(s.shape[0], dtype=bool), -jnp.inf, s @ s.T)
    return nn.logsumexp(k, axis=1).mean() + (jnp.diagonal(s @ s.T) * (y > 0)).sum() / jnp.sum(y >= 0)


def assigned(s, y):
    rows = jnp.arange(s.shape[0])
    return nn.log_softmax(s.at[rows, y].add(-0.5))[rows, y].sum() + s.at[rows, y].set(0.0).sum()


def flat(s, t):
    return (nn.sigmoid(s).reshape(-1) @ t.ravel()) / s.size


def compare(function, classes):
    loss = nmderive.loss(function)
    random = np.random.default_rng(6)
    s, y, t = random.normal(size=(5, 3)), random.integers(3, size=5), random.dirichlet(np.ones(3), size=5)
    value, gradient = loss.numpy().value_and_grad(s, np.eye(3)[y] if classes else t)
    jax.config.update("jax_enable_x64", True)
    real = jax.value_and_grad(lambda x: jnp.sum(function(x, jnp.asarray(y if classes else t))))(jnp.asarray(s))
    jax.config.update("jax_enable_x64", False)
    assert value == pytest.approx(float(real[0]), rel=1e-10)
    np.testing.assert_allclose(gradient, np.asarray(real[1]), rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("function, classes", [
    (soft, False), (one_hot, True), (gathered, True), (focal, True), (bce, False), (same_class, True), (einsum, False),
    (smoothed, True), (columns, False), (kinks, False), (comparisons, False), (maxima, False), (of_the_others, True),
    (masked, True), (assigned, True), (flat, False),
])
def test_a_function_is_read(function, classes):
    assert libraries_of(function)[0] == "jax"
    compare(function, classes)


@pytest.mark.parametrize("name, classes", [
    ("softmax_cross_entropy", False), ("softmax_cross_entropy_with_integer_labels", True),
    ("sigmoid_binary_cross_entropy", False), ("squared_error", False), ("log_cosh", False),
    ("multiclass_hinge_loss", True), ("multiclass_perceptron_loss", True), ("poly_loss_cross_entropy", False),
    ("sigmoid_focal_loss", False), ("kl_divergence", False), ("convex_kl_divergence", False), ("huber_loss", False),
    ("cosine_distance", False), ("l2_loss", False),
])
def test_a_loss_of_optax_is_read(name, classes):
    optax = pytest.importorskip("optax", reason="optax is not installed: pip install optax")
    function = getattr(optax.losses, name)

    def own(s, labels):
        return function(s, labels)

    compare(own, classes)


REFUSED = {
    "branch": (lambda s, t: (s * t).sum() if s.sum() > 0 else s.sum() + jnp.sum(t), "a branch on values"),
    "size": (lambda s, t: (s * t).sum() if s.shape[0] > 2 else jnp.sum(s), "a branch on values or sizes"),
    "stop": (lambda s, t: (jax.lax.stop_gradient(s) * t).sum(), "stop-gradient"),
    "unknown": (lambda s, t: jnp.sort(s, axis=1).sum(), "sort is not smooth"),
    "part": (lambda s, t: s.at[0].set(1.0).sum() + t.sum(), "parts of a range"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_refusal_names_the_line_and_the_operation(name):
    function, says = REFUSED[name]
    with pytest.raises(Refused, match=says) as error:
        read_function(function)
    assert f"test_jax.py, line {function.__code__.co_firstlineno}: " in str(error.value)
