"""Losses as training code writes them with JAX and optax; each is read, and compared with what it computes."""

import functools
from dataclasses import dataclass

import jax
import jax.numpy as jnp
import optax
from jax import lax, nn


def smoothed(logits, labels, smoothing=0.1):
    one_hot = jax.nn.one_hot(labels, logits.shape[-1])
    return optax.softmax_cross_entropy(logits, optax.smooth_labels(one_hot, smoothing)).mean()


def focal(logits, labels, gamma=2.0):
    logp = nn.log_softmax(logits)
    logp = jnp.take_along_axis(logp, labels[:, None], axis=-1).squeeze(-1)
    return -((1 - jnp.exp(logp)) ** gamma * logp).mean()


def with_z_loss(logits, targets, z_loss=1e-4):
    logits_sum = jax.scipy.special.logsumexp(logits, axis=-1, keepdims=True)
    log_softmax = logits - logits_sum
    loss = -jnp.sum(nn.one_hot(targets, logits.shape[-1]) * log_softmax, axis=-1)
    return (loss + z_loss * jnp.square(jnp.squeeze(logits_sum, axis=-1))).mean()


@functools.partial(jax.jit, static_argnames=("alpha",))
def weighted_bce(logits, labels, alpha=0.25):
    losses = optax.sigmoid_binary_cross_entropy(logits, labels)
    return jnp.mean(losses * (alpha * labels + (1 - alpha) * (1 - labels)))


def by_vmap(logits, labels):
    def one(row, label):
        return nn.logsumexp(row) - row[label]

    return jax.vmap(one)(logits, labels).mean()


def clip_both(sim):
    labels = jnp.arange(sim.shape[0])
    rows = optax.softmax_cross_entropy_with_integer_labels(sim, labels)
    columns = optax.softmax_cross_entropy_with_integer_labels(sim.T, labels)
    return (rows.mean() + columns.mean()) / 2


def sigmoid_pairs(sim, bias=-10.0):
    signs = 2 * jnp.eye(sim.shape[0]) - 1
    return -jnp.sum(nn.log_sigmoid(signs * (sim + bias))) / sim.shape[0]


def distilled(student_logits, teacher_logits, temperature=2.0):
    p = nn.softmax(teacher_logits / temperature)
    return -(p * nn.log_softmax(student_logits / temperature)).sum(-1).mean() * temperature**2


def mixed(logits, labels_a, labels_b, lam=0.7):
    a = optax.softmax_cross_entropy_with_integer_labels(logits, labels_a)
    b = optax.softmax_cross_entropy_with_integer_labels(logits, labels_b)
    return jnp.mean(lam * a + (1 - lam) * b)


def appended(logits, labels):
    wide = jnp.concatenate([logits, jnp.zeros((logits.shape[0], 1))], axis=1)
    return jnp.mean(nn.logsumexp(wide, axis=1) - jnp.take_along_axis(logits, labels[:, None], 1)[:, 0])


def last_class_apart(logits, labels):
    ce = optax.softmax_cross_entropy_with_integer_labels(logits, labels)
    return jnp.mean(ce + (logits[:, -1] - jnp.pad(logits, ((0, 0), (1, 0)))[:, 0]) ** 2)


def rolled(s, t):
    p = nn.softmax(s, axis=1)
    return jnp.sum((p - jnp.roll(p, 1, axis=1)) ** 2) - jnp.sum(t * jnp.log(p))


def hardest(s, y):
    others = jnp.where(nn.one_hot(y, s.shape[1], dtype=bool), -jnp.inf, s)
    return jnp.mean(nn.relu(1 + lax.top_k(others, 1)[0][:, 0] - jnp.take_along_axis(s, y[:, None], axis=1)[:, 0]))


@jax.custom_vjp
def _square(x):
    return jnp.sum(x**2)


_square.defvjp(lambda x: (_square(x), x), lambda x, g: (2 * g * x,))


def own_rule(s, t):
    return _square(nn.softmax(s, axis=-1) - t)


def dice(logits, labels, eps=1e-6):
    p = nn.sigmoid(logits)
    return 1 - (2 * jnp.sum(p * labels) + eps) / (p.sum() + labels.sum() + eps)


@dataclass(frozen=True)
class Tempered:
    tau: float = 1.0

    def __call__(self, logits, labels):
        return optax.safe_softmax_cross_entropy(logits / self.tau, labels).sum()


tempered = Tempered(tau=3.0)


def masked_mean(logits, labels, mask):
    ce = optax.softmax_cross_entropy_with_integer_labels(logits, labels)
    return jnp.sum(ce * mask) / jnp.sum(mask)


def in_single_precision(logits, labels):
    logs = nn.log_softmax(logits.astype(jnp.float32))
    smooth = jnp.full_like(logs, 0.1, dtype=jnp.float32).at[jnp.arange(labels.shape[0]), labels].add(0.5)
    return -(smooth * logs).mean()
