"""Code that counts, ends a loop early, or branches on a large size is no reading for all n and m."""

from itertools import islice

import numpy as np
import pytest

from nmderive.errors import NmderiveError
from nmderive.numeric.lower import lower
from nmderive.tracing.read import read_function


def counter(s, t):
    loss, passes = 0.0, 0
    for j in range(s.shape[1]):
        passes += 1
        if passes > 5:
            break
        loss = loss + (t[:, j] * s[:, j]).sum()
    return loss


def numbered(s, t):
    loss = 0.0
    for i, (a, b) in enumerate(zip(s, t, strict=True)):
        if i >= 5:
            break
        loss = loss + (a * b).sum()
    return loss


def sliced(s, t):
    return sum([(t[:, j] * s[:, j]).sum() for j in range(s.shape[1])][:5])


def first_eight(s, t):
    return sum((a * b).sum() for a, b in islice(zip(s, t, strict=True), 8))


def capped(s, t):
    loss, count = 0.0, 0
    for j in range(s.shape[1]):
        loss, count = loss + (t[:, j] * s[:, j]).sum(), min(count + 1, 5)
    return loss / count


def large_batch(s, t):
    return 0.0 * s.sum() if s.shape[0] > 100 else (s * t).sum()


def just_large(s, t):
    return 0.0 * s.sum() if len(s) >= 64 else (s * t).sum()


def clipped_size(s, t):
    n = s.shape[0]
    if n > 500:
        n = 500
    return (s * t).sum() / n


def returned_early(s, t):
    for k in range(s.shape[1]):
        return (t[:, k] * s[:, k]).sum()


def filled(s, t):
    out = np.zeros_like(s)
    for i in range(s.shape[0]):
        for j in range(s.shape[1]):
            out[i, j] = t[i, j] * s[i, j] ** 2
    return out.sum()


FUNCTIONS = (counter, numbered, sliced, first_eight, capped, large_batch, just_large, clipped_size, returned_early)


@pytest.mark.parametrize("function", [*FUNCTIONS, filled], ids=lambda f: f.__name__)
def test_it_is_refused_with_a_way_out(function):
    with pytest.raises(NmderiveError) as error:
        read_function(function)
    assert error.value.hint and "Recursion" not in error.value.message and "internal" not in error.value.message


def by_shape(s, t):
    kept = s[t == 1]
    if kept.shape[0] == 0:
        return (s**2).sum()
    return np.log1p(np.exp(-kept)).sum()


def by_length(s, t):
    kept = s[t == 1]
    if len(kept) < 1:
        return (s**2).sum()
    return np.log1p(np.exp(-kept)).sum()


def by_positions(s, t):
    (at,) = np.where(t == 1)
    return np.log1p(np.exp(-s[at])).sum() if len(at) > 0 else (s**2).sum()


@pytest.mark.parametrize("function", [by_shape, by_length, by_positions], ids=lambda f: f.__name__)
def test_how_many_entries_a_mask_picks_is_a_condition_on_labels(function):
    loss = read_function(function, ["s_i: logits"])
    assert len(loss.guards) >= 1 and any("branches on a count" in c for c in loss.conditions)


def two_sums(s, t):
    one, two = 0.0, 1.0
    for i in range(len(s)):
        one, two = one + (t[i] * s[i]).sum(), two + (s[i] ** 2).sum()
    return one * two


def test_a_product_of_two_sums_of_one_loop_is_read():
    value = lower(read_function(two_sums))
    s, t = np.random.default_rng(3).normal(size=(2, 6, 4))
    assert abs(value.value(s, abs(t)) - two_sums(s, abs(t))) < 1e-9
