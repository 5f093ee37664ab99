"""Optima: closed forms found again, batches, failures that are said, proofs by intervals."""

import numpy as np
import pytest
from numeric.losses_here import KINKED, NUMERIC, parameters
from sympy import Rational

from nmderive.errors import DomainError
from nmderive.front import loss as read
from nmderive.losses.catalogue import entry, load
from nmderive.losses.loss import Loss
from nmderive.numeric.certify import certify
from nmderive.numeric.convex import convex_certificate
from nmderive.numeric.krawczyk import ignores_shifts
from nmderive.numeric.lower import lower
from nmderive.numeric.roots import stationary
from nmderive.numeric.scaling import scaling_factor, scaling_form

pytestmark = pytest.mark.slow

SOFTMAX = [n for n in NUMERIC if entry(n).link == "softmax"]
#: Those whose infimum is only approached.
ENDLESS = ["mean-absolute-error", *(n for n in NUMERIC if n.startswith("comment") and n != "comment-4-1")]


def labels(shape, alpha=1.0, seed=0):
    """Positive labels: normalised gamma draws, as Dirichlet draws may be exactly 0."""
    t = np.random.default_rng(seed).gamma(alpha, size=shape)
    return t / t.sum(axis=-1, keepdims=True)


def centred(x):
    return x - x.mean(axis=-1, keepdims=True)


@pytest.mark.parametrize("name", SOFTMAX)
def test_softmax_is_found_again(name):
    loss = load(name)
    t = labels((3, 4) if len(loss.shape) == 2 else (4,))
    root = stationary(loss, t, **parameters(loss))
    assert root.converged and root.residual < 1e-12 and root.error_estimate < 1e-7, root
    np.testing.assert_allclose(root.s, centred(np.log(t)), atol=1e-7)


@pytest.mark.parametrize("name", [n for n in NUMERIC if n not in ENDLESS and n not in KINKED])
def test_batches_agree_with_single_problems(name):
    loss, extra = load(name), parameters(load(name))
    t = labels((6, 2, 3) if len(loss.shape) == 2 else (6, 3))
    many = stationary(loss, t, **extra)
    for k in range(6):
        if many.converged[k]:
            one = stationary(loss, t[k], start=many.s[k], **extra)
            np.testing.assert_allclose(one.s, many.s[k], atol=1e-7)
    assert many.converged.mean() > 0.6 and many.residual.max() < 1e-6


@pytest.mark.parametrize("name", ENDLESS)
def test_a_missing_optimum_is_said(name):
    extra = parameters(load(name))
    root = stationary(load(name), labels((3, 4) if len(load(name).shape) == 2 else (4,)), **extra)
    assert not root.converged and "no finite optimum" in root.reason


def test_hard_labels_and_wrong_labels():
    root = stationary(load("loss-1"), np.eye(3))
    assert not root.converged and "exactly 0" in root.reason
    with pytest.raises(DomainError, match="within"):
        stationary(load("loss-1"), np.full((2, 3), 2.0))
    with pytest.raises(DomainError, match="axes"):
        stationary(load("loss-1"), np.full(3, 0.3))


def test_the_matrix_scaling_is_found_under_any_name_and_writing():
    assert scaling_factor(load("loss-1")) == 1
    assert scaling_factor(Loss(scaling_form(Rational(1, 2)))) == 0.5
    other = read(r"\sum_a \log \left(1 + \sum_b e^{-s_{b,a}} t_{b,a} \sum_{c \neq a} e^{s_{b,c}}\right)")
    assert scaling_factor(other) == 1
    for name in ("loss-3", "pairwise", "quadratic", "cross-entropy"):
        assert scaling_factor(load(name)) is None


@pytest.mark.parametrize("alpha", [1.0, 0.1])
def test_structure_and_generic_search_agree(alpha):
    t = labels((50, 2, 4), alpha)
    fast, slow = stationary(load("loss-1"), t), stationary(load("loss-1"), t, structure=False)
    assert fast.converged.all()
    np.testing.assert_allclose(fast.s[slow.converged], slow.s[slow.converged], atol=1e-7)
    assert slow.converged.mean() > 0.5


def test_a_large_problem_is_accurate_in_s():
    t = labels((3000, 10))
    root = stationary(load("loss-1"), t)
    assert root.method.startswith("matrix scaling") and root.residual < 1e-15
    grad = lower(load("loss-1")).value_and_grad(root.s, t)[1]
    assert np.abs(grad).max() == root.residual
    root = stationary(load("loss-3"), t)
    np.testing.assert_allclose(root.s, centred(np.log(t)), atol=1e-9)


@pytest.mark.parametrize("name", ["loss-1", "loss-3"])
@pytest.mark.parametrize("alpha", [1.0, 0.1, 0.02])
@pytest.mark.parametrize("shape", [(2, 3), (5, 5), (20, 10)])
def test_certified(name, alpha, shape):
    for seed in range(3):
        t = labels(shape, alpha, seed)
        proof = certify(load(name), t)
        assert proof is not None
        exact = stationary(load(name), t)
        if exact.converged and alpha == 1.0:
            assert np.abs(centred(exact.s) - centred(proof.centre)).max() <= proof.radius + 1e-12


@pytest.mark.parametrize("name", [n for n in NUMERIC if n not in (*ENDLESS, *KINKED, "one-vs-all")])
def test_krawczyk_on_the_catalogue(name):
    loss = load(name)
    t = labels((2, 3) if len(loss.shape) == 2 else (3,))
    exact = {"c": 0.125, "q": 0.25, "g": 2.0, "T": 1.5, "A": 0.5}
    extra = {p.name: exact[p.name] for p in loss.parameters}
    proof = certify(loss, t, **extra)
    assert proof is not None and proof.radius < 1e-6 and proof.unique == "in the box"
    assert ignores_shifts(loss) == (loss.shape[-1].name == "m")


def test_a_large_convex_certificate_and_what_cannot_be_proved():
    proof = convex_certificate(load("loss-1"), labels((500, 10)))
    assert proof is not None and proof.radius < 1e-12 and proof.unique.startswith("everywhere")
    assert convex_certificate(load("loss-1"), np.eye(3)) is None
    assert certify(load("comment-4-6"), labels((2, 3))) is None
    assert certify(read(r"\sum_i\sum_j t_{i,j} e^{-s_{i,j}/3} + \sum_i\sum_j e^{s_{i,j}}"), labels((2, 3))) is None
