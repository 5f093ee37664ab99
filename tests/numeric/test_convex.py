"""The convex log-sum-exp family: what belongs to it, that the curvature bound is one, what is not certified."""

import numpy as np
import pytest
from flint import ctx
from numeric.losses_here import NUMERIC

from nmderive.front import loss as read
from nmderive.losses.catalogue import load
from nmderive.numeric.convex import convex_certificate
from nmderive.numeric.curvature import Curvature, UnboundedError
from nmderive.numeric.family import convex_form
from nmderive.numeric.krawczyk import ignores_shifts, to_balls
from nmderive.numeric.lower import lower
from nmderive.numeric.roots import stationary

pytestmark = pytest.mark.slow

NEW = [
    r"\sum_j \log(1 + \sum_i t_{i,j} e^{2(\bar{s}_i - s_{i,j})}) + "
    r"\sum_{j \neq k} \log(1+\sum_i t_{i,j} e^{(s_{i,k} - s_{i,j})/2})",
    r"\sum_{j \neq k} \log(1+\sum_i t_{i,j} e^{2(s_{i,k} - s_{i,j})})",
    r"\sum_i \sum_j t_{i,j} \log(1 + e^{-s_{i,j}}) + \sum_i\sum_j (1-t_{i,j}) \log(1 + e^{s_{i,j}})",
    r"\log(1 + \sum_j \sum_{k \neq j} t_j e^{s_k - s_j})",
    r"\sum_j \log(1 + \sum_i t_{i,j}^2 e^{-s_{i,j}}) + \sum_i \log(3 + \sum_j e^{s_{i,j}})",
    r"\sum_i \sum_{j<k} \log(2 + t_{i,j} e^{s_{i,k} - s_{i,j}} + t_{i,k} e^{s_{i,j} - s_{i,k}})",
    r"-\sum_i \sum_j t_{i,j} \log p_{i,j} + \sum_i \log(1 + \sum_j e^{s_{i,j}})",
    r"\frac{1}{n} \sum_i \sum_{j \neq k} t_{i,j} (1 - t_{i,k}) \log(1 + e^{s_{i,k} - s_{i,j}})",
]
OUTSIDE = [
    r"-\sum_j \log(1 + \sum_i t_{i,j} e^{-s_{i,j}})",  # concave
    r"\sum_j \log(1 - \sum_i t_{i,j} e^{-s_{i,j}})",  # a negative weight
    r"\sum_i \sum_j (t_{i,j} - 1) \log(1 + e^{s_{i,j}})",
    r"\sum_i \sum_j t_{i,j} s_{i,j}^2",
    r"\sum_i \sum_j \log(1 + t_{i,j} e^{s_{i,j}^2})",  # not a linear exponent
    r"\sum_i \sum_j t_{i,j} \log(1 + e^{s_{i,j}}) (1 - p_{i,j})",
    r"\log(\sum_i \sum_j t_{i,j} e^{s_{i,j}})",  # no constant: the rows hang together
]


def is_bounded(name):
    """Whether the bounds of the curvature take the loss: convex, its pieces not under several rows."""
    loss = load(name)
    try:
        return convex_form(loss) is not None and Curvature(
            loss, convex_form(loss), labels((3, 4) if len(loss.shape) == 2 else (4,))) is not None
    except UnboundedError:
        return False


def losses():
    return [*(pytest.param(load(n), id=n) for n in MEMBERS), *(pytest.param(read(x), id=x) for x in NEW)]


def labels(shape, seed=0, alpha=1.0):
    t = np.random.default_rng(seed).gamma(alpha, size=shape)
    return t / t.sum(axis=-1, keepdims=True)


MEMBERS = [n for n in NUMERIC if is_bounded(n)]


def test_the_losses_of_the_article_are_bounded():
    assert {"loss-1", "loss-3", "pairwise", "quadratic", "cross-entropy"} <= set(MEMBERS)
    assert convex_certificate(load("mutual"), labels((4, 3))) is None


def hessian(loss, s, t):
    units = np.eye(s.size).reshape(s.size, *s.shape)
    return np.array([lower(loss).hvp(s, t, v).ravel() for v in units])


@pytest.mark.parametrize("loss", losses())
@pytest.mark.parametrize("seed", range(4))
def test_the_hessian_is_at_least_the_bound(loss, seed):
    shape = (3, 4) if len(loss.shape) == 2 else (4,)
    s, t = np.random.default_rng(seed).normal(size=shape) * (1 + seed), labels(shape, seed)
    before, ctx.prec = ctx.prec, 128
    try:
        rows = Curvature(loss, convex_form(loss), t).rows(to_balls(s))
    finally:
        ctx.prec = before
    if rows is None:  # one kind of piece alone may leave a direction flat
        return
    m = shape[-1]
    block = np.eye(m) - (1 / m if ignores_shifts(loss) else 0)
    bound = np.kron(np.diag([float(v) for v in rows]), block)
    matrix = hessian(loss, s, t)
    assert min(float(v) for v in rows) > 0
    assert np.linalg.eigvalsh(matrix - bound)[0] >= -1e-13 * np.abs(matrix).max()


@pytest.mark.parametrize("loss", losses())
def test_certified_points_are_optima_and_the_radius_holds(loss):
    t = labels((4, 3) if len(loss.shape) == 2 else (4,), 7)
    proof, root = convex_certificate(loss, t), stationary(loss, t)
    if proof is None:
        assert not root.converged or not loss.name, "the family's own losses are certified where there is an optimum"
        return
    gap = root.s - proof.centre
    if ignores_shifts(loss):
        gap = gap - gap.mean(axis=-1, keepdims=True)
    assert root.converged and np.abs(gap).max() <= proof.radius + 1e-9 and proof.radius < 1e-9


def test_most_of_the_new_losses_are_certified():
    shapes = [(4, 3) if len(read(x).shape) == 2 else (4,) for x in NEW]
    proofs = [convex_certificate(read(x), labels(shape)) for x, shape in zip(NEW, shapes, strict=True)]
    assert sum(p is not None for p in proofs) >= 6


@pytest.mark.parametrize("text", OUTSIDE)
def test_what_is_outside_is_refused(text):
    loss = read(text)
    assert convex_form(loss) is None
    assert convex_certificate(loss, labels((3, 3))) is None


@pytest.mark.parametrize("name", [n for n in MEMBERS if n.startswith("comment")])
def test_no_certificate_without_an_optimum(name):
    loss = load(name)
    t = labels((3, 4) if len(loss.shape) == 2 else (4,))
    assert stationary(loss, t).converged or convex_certificate(loss, t) is None
    assert convex_certificate(loss, np.eye(4) if len(loss.shape) == 2 else np.eye(4)[0]) is None
