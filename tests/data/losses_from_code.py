"""Losses as a user would write them, with NumPy and SciPy; nmderive reads them by name."""

import numpy as np
from scipy.special import expit, log_softmax, logsumexp, softmax, xlogy


def cross_entropy(logits, y):
    """The stable form: the row's maximum is taken off first."""
    z = logits - logits.max(axis=1, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    return -np.mean(log_p[np.arange(logits.shape[0]), y])


def cross_entropy_naive(logits, y):
    """The same function, without the maximum."""
    p = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    return -np.log(p[np.arange(p.shape[0]), y]).mean()


def soft_cross_entropy(s, t):
    return -(t * log_softmax(s, axis=1)).sum(axis=1).mean()


def focal(logits, y, gamma=2.0):
    p = softmax(logits, axis=1)[np.arange(logits.shape[0]), y]
    return np.sum(-((1 - p) ** gamma) * np.log(p))


def focal_by_one_hot(logits, y, gamma=2.0):
    chosen = np.eye(logits.shape[1])[y]
    p = (softmax(logits, axis=1) * chosen).sum(axis=1)
    return np.sum(-((1 - p) ** gamma) * np.log(p))


def focal_swapped(logits, y, gamma=2.0):
    """Wrong: the modulator is p, not 1 - p."""
    p = softmax(logits, axis=1)[np.arange(logits.shape[0]), y]
    return np.sum(-(p**gamma) * np.log(p))


def label_smoothing(s, y, eps=0.1):
    n, m = s.shape
    q = (1 - eps) * np.eye(m)[y] + eps / m
    return -np.sum(q * log_softmax(s, axis=1)) / n


def label_smoothing_others(s, y, eps=0.1):
    n, m = s.shape
    own = y[:, None] == np.arange(m)
    q = np.where(own, 1 - eps, eps / (m - 1))
    return -np.sum(q * log_softmax(s, axis=1)) / n


def twice(s, y):
    """Wrong: softmax is taken twice."""
    p = softmax(softmax(s, axis=1), axis=1)
    return -np.log(p[np.arange(s.shape[0]), y]).mean()


def brier(s, t):
    return ((softmax(s, axis=1) - t) ** 2).sum(axis=1).mean()


def bce(s, t):
    p = expit(s)
    return -np.mean(t * np.log(p) + (1 - t) * np.log(1 - p))


def bce_stable(s, t):
    return np.mean(np.logaddexp(0, s) - s * t)


def poly1(s, y, eps=1.0):
    p = softmax(s, axis=1)[np.arange(s.shape[0]), y]
    return np.mean(-np.log(p) + eps * (1 - p))


def generalised(s, y, q=0.7):
    p = softmax(s, axis=1)[np.arange(s.shape[0]), y]
    return np.mean((1 - p**q) / q)


def weighted(s, y, w):
    each = -w[y] * log_softmax(s, axis=1)[np.arange(s.shape[0]), y]
    return each.sum() / w[y].sum()


def one_sample(z, y):
    return logsumexp(z) - z[y]


def entropy_regularised(s, t, beta=0.1):
    p = softmax(s, axis=1)
    return np.mean(-(t * np.log(p)).sum(axis=1) + beta * xlogy(p, p).sum(axis=1))


def multi_label(s, t):
    return np.sum(np.log(1 + (t * np.exp(s.mean(axis=1, keepdims=True) - s)).sum(axis=0)))


def same_class(s, y):
    same = (y[:, None] == y[None, :]) * (1 - np.eye(s.shape[0]))
    k = s @ s.T
    log_p = k - np.log((np.exp(k) * (1 - np.eye(s.shape[0]))).sum(axis=1, keepdims=True))
    return -np.sum(same * log_p) / s.shape[0]


def dice(p, t):
    return 1 - 2 * np.sum(p * t) / (np.sum(p**2) + np.sum(t**2))


def temperature(s, t, tau):
    return -np.mean(np.sum(t * log_softmax(s / tau, axis=1), axis=1)) * tau**2


def hinge(s, y):
    own = s[np.arange(s.shape[0]), y][:, None]
    return np.maximum(0, 1 + s - own).sum()


def by_data(s, t):
    if s.sum() > 0:
        return (s * t).sum()
    return -(s * t).sum()


def maximum_left(s, t):
    z = s - s.max(axis=1, keepdims=True)
    return np.mean(np.exp(z).sum(axis=1))


def by_loop(s, y):
    total = 0.0
    for i in range(s.shape[0]):
        total += logsumexp(s[i]) - s[i, y[i]]
    return total


def prints_and_branches(s, t):
    """Its value depends on whether n is large, which a trace cannot see: the check does."""
    rows = np.ones(3).sum() if isinstance(s, np.ndarray) and s.shape[0] > 3 else 1.0
    return rows * (s * t).sum()


def different_classes(s, y):
    """Undefined where all samples are of one class."""
    other = y[:, None] != y[None, :]
    return np.sum(other * np.exp(s @ s.T / 4)) / other.sum()


def margin(s, y, margin=1.0):
    z = s - margin * np.eye(s.shape[1])[y]
    z = z - z.max(axis=1, keepdims=True) + 0 * (s.max(axis=0, keepdims=True) - s.max(axis=0))
    return -np.mean(z[np.arange(s.shape[0]), y] - np.log(np.exp(z).sum(axis=1)))


def class_means(s, y):
    return np.sum((np.eye(s.shape[1])[y].T @ s) ** 2)


def ordinal(s, y):
    below = np.arange(s.shape[1])[None, :] < y[:, None]
    return np.sum(np.where(below, np.log1p(np.exp(s)), s**2))


def ranking(scores, y):
    """Every other class is compared with the target."""
    d = scores[:, :, None] - scores[:, None, :]
    own = np.eye(scores.shape[1])[y]
    return (own[:, :, None] * np.log1p(np.exp(-d)) * (1 - own[:, None, :])).sum()
