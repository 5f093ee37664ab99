"""The gap at near-hard labels: known values, limits and refusals."""

import math

import numpy as np
import pytest

from nmderive.errors import DomainError
from nmderive.front import loss
from nmderive.losses.catalogue import load
from nmderive.numeric.gap import near_hard_gap, near_hard_labels

pytestmark = pytest.mark.slow

RIGHT = ("cross-entropy", "loss-1", "pairwise", "quadratic")


def test_labels_are_distributions_with_the_smoothing_named():
    t = near_hard_labels(0.3, 4, 3)
    assert np.allclose(t.sum(axis=1), 1) and np.argmax(t, axis=1).tolist() == [0, 1, 2, 0]
    assert np.isclose(t[0, 0], 0.8) and np.isclose(t[0, 1], 0.1)


@pytest.mark.parametrize("e", [0.3, 1e-2, 1e-5])
def test_cross_entropy_as_on_paper(e):
    (found,) = near_hard_gap(load("cross-entropy"), [e])
    t = near_hard_labels(e, 1, 3)[0]
    entropy = -sum(x * math.log(x) for x in t)
    tied = (t[0] + t[1]) / 2  # with s_y = s_k both get the mean of their labels
    assert math.isclose(found.optimum, entropy, rel_tol=1e-9)
    assert math.isclose(found.wrong, -2 * tied * math.log(tied) - t[2] * math.log(t[2]), rel_tol=1e-9)
    assert math.isclose(found.gap, found.wrong - found.optimum, rel_tol=1e-9)


@pytest.mark.parametrize("name", [*RIGHT, "loss-3"])
def test_no_point_with_a_wrong_class_on_top_beats_the_best_one(name):
    (found,) = near_hard_gap(load(name), [0.05], n=2)
    code, t, rng = loss(name).numpy(), near_hard_labels(0.05, 2, 3), np.random.default_rng(1)
    for _ in range(300):
        s = rng.normal(size=(2, 3)) * rng.uniform(0, 4)
        value = code.value(s, t)
        assert value >= found.optimum - 1e-9
        if any(s[i].max() > s[i, i] for i in range(2)):
            assert value >= found.wrong - 1e-9
    assert found.gap > 0


def test_only_loss_3_loses_its_gap_as_labels_become_hard():
    for name in RIGHT:
        assert near_hard_gap(load(name), [1e-8])[0].gap > 0.69
    gaps = [g.gap for g in near_hard_gap(load("loss-3"), [1e-2, 1e-4, 1e-6, 1e-8])]
    assert all(b < a / 3 for a, b in zip(gaps, gaps[1:], strict=False)) and gaps[-1] < 0.003


def test_a_loss_whose_optimum_is_wrong_has_no_gap():
    from nmderive.losses.reading import read

    (found,) = near_hard_gap(read(r"\sum_i \sum_j (p_{i,j} - \frac{1}{m})^2"), [0.1])
    assert abs(found.gap) < 1e-9
    backwards = read(r"-\sum_i \sum_j (1 - t_{i,j}) \log p_{i,j}")
    (found,) = near_hard_gap(backwards, [0.1])
    assert abs(found.gap) < 1e-9


@pytest.mark.parametrize(("name", "smoothing", "sizes"), [
    ("multi-label", [0.1], {}), ("loss-3", [0.0], {}), ("loss-3", [0.1], {"m": 1}), ("loss-2", [0.1], {}),
])
def test_refusals(name, smoothing, sizes):
    from nmderive.errors import NmderiveError

    with pytest.raises((DomainError, NmderiveError)):
        near_hard_gap(load(name), smoothing, **sizes)
