"""What code holds or fixes: numbers of classes, arrays of a module or a file; and losses that are Python numbers."""

import numpy as np
import pytest
from scipy.special import log_softmax, logsumexp

import nmderive
from nmderive.errors import DomainError
from nmderive.export import render
from nmderive.losses.links import softmax_link
from nmderive.numeric.lower import lower
from nmderive.solving.judged import label_solution
from nmderive.tracing.context import Refused
from nmderive.tracing.read import read_function

PRIOR = np.array([0.2, 0.3, 0.5])


def adjusted(logits, y):
    z = logits + np.log(PRIOR)
    return (logsumexp(z, axis=1) - z[np.arange(len(y)), y]).mean()


class OfOneHot:
    """A Brier score whose number of classes is fixed where it is made."""

    def __init__(self, num_classes=4):
        self.num_classes = num_classes

    def __call__(self, logits, y):
        return float(np.mean(np.sum((np.exp(log_softmax(logits, axis=1)) - np.eye(self.num_classes)[y]) ** 2, axis=1)))


def torch_losses():
    """Losses of PyTorch, as classes with a fixed number of classes or fixed numbers of each."""
    torch = pytest.importorskip("torch", reason="torch is not installed: pip install 'nmderive[test-frameworks]'")
    from torch.nn import functional

    class Symmetric(torch.nn.Module):
        def __init__(self, num_classes=6):
            super().__init__()
            self.num_classes = num_classes

        def forward(self, pred, labels):
            own = functional.one_hot(labels, self.num_classes).float().clamp(min=1e-4)
            other = -(pred.softmax(1) * own.log()).sum(1)
            return 0.1 * functional.cross_entropy(pred, labels) + other.mean()

    class OfIdentity(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.register_buffer("rows", torch.eye(6))

        def forward(self, logits, target):
            return (1 - (self.rows[target] * logits.softmax(-1)).sum(-1)).mean()

    class Weighted(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.register_buffer("weight", torch.tensor([[1.0, 2.0, 0.5]]))

        def forward(self, logits, target):
            return -(self.weight * functional.one_hot(target, logits.size(1)) * logits.log_softmax(1)).sum(1).mean()

    return {"Symmetric": Symmetric, "OfIdentity": OfIdentity, "Weighted": Weighted}


def same_value(loss, function, m, **held):
    """Compare the reading with the function at random logits and classes."""
    random = np.random.default_rng(3)
    s, y = random.normal(size=(5, m)), random.integers(m, size=5)
    assert lower(loss).value(s, np.eye(m)[y], **held) == pytest.approx(float(function(s, y)), rel=1e-6)


def by_torch(module):
    import torch

    return lambda s, y: module(torch.tensor(s), torch.tensor(y))


@pytest.mark.parametrize("name", ["Symmetric", "OfIdentity"])
def test_a_fixed_number_of_classes_is_the_only_one_that_is_read(name):
    module = torch_losses()[name]()
    loss = read_function(module)
    assert loss.sizes == (("m", 6),)
    assert any("the reading is of m = 6 alone" in said for said in loss.read_as)
    same_value(loss, by_torch(module), 6)


def test_a_number_of_classes_that_an_object_holds_may_be_every_one():
    loss = read_function(torch_losses()["Symmetric"](), ["num_classes: classes"])
    assert not loss.sizes
    same_value(loss, by_torch(torch_losses()["Symmetric"](num_classes=3)), 3)
    fixed, every = read_function(OfOneHot()), read_function(OfOneHot(), ["num_classes: classes"])
    assert fixed.sizes == (("m", 4),) and not every.sizes
    same_value(fixed, OfOneHot(), 4)
    same_value(every, OfOneHot(3), 3)


def test_a_number_of_classes_that_jax_fixes_is_the_only_one_that_is_read():
    jax = pytest.importorskip("jax", reason="jax is not installed: pip install 'nmderive[test-frameworks]'")

    def loss(logits, labels):
        own = jax.nn.one_hot(labels, 10) * 0.9 + 0.01
        return -(own * jax.nn.log_softmax(logits)).sum(-1).mean()

    found = read_function(loss)
    assert found.sizes == (("m", 10),)
    same_value(found, loss, 10)


def test_fixed_numbers_of_jax_are_refused_at_the_line_that_takes_them():
    jax = pytest.importorskip("jax", reason="jax is not installed: pip install 'nmderive[test-frameworks]'")

    def loss(logits, labels):
        return -(jax.numpy.array([1.0, 2.0, 5.0])[labels] * jax.nn.log_softmax(logits)[:, 0]).sum()

    with pytest.raises(Refused, match=r"test_held.py, line \d+: an array of 3 fixed numbers") as error:
        read_function(loss)
    assert error.value.hint


def test_fixed_numbers_are_refused_with_the_name_that_has_them_read():
    weighted = torch_losses()["Weighted"]()
    for function, let in ((weighted, "weight_j>0"), (adjusted, "PRIOR_j>0")):
        with pytest.raises(Refused, match=r"line \d+: .* of 3 fixed numbers") as error:
            read_function(function)
        assert f"--let '{let}'" in error.value.hint
    loss = read_function(weighted, ["weight_j>0"])
    same_value(loss, by_torch(weighted), 3, weight=np.array([1, 2, 0.5]))
    same_value(read_function(adjusted, ["PRIOR_j>0"]), adjusted, 3, PRIOR=PRIOR)
    assert any("PRIOR is held by the function" in said for said in read_function(adjusted, ["PRIOR_j>0"]).read_as)


def test_what_is_held_is_as_it_was_after_a_reading():
    before = PRIOR
    read_function(adjusted, ["PRIOR_j>0"])
    assert PRIOR is before


def squares(s, t):
    return float(np.sum((s - t) ** 2))


def squares_taken(s, t):
    loss = np.sum((s - t) ** 2).item()
    return loss


def kept(s, t):
    loss = float(np.sum((s - t) ** 2))
    return loss


def branched(s, t):
    return np.sum(s * t) if _number(np.sum(s)) > 0 else np.sum(t)


def _number(x):
    return float(x)


def test_a_loss_returned_as_a_python_number_is_the_array_that_it_is_taken_from():
    paper = nmderive.loss(r"\sum_i\sum_j (s_{ij}-t_{ij})^2")
    for function in (squares, squares_taken):
        loss = read_function(function)
        assert loss.expr == paper.expr
        assert any("returns a Python number" in said for said in loss.read_as)
    for function in (kept, branched, lambda s, t: 2 * float(np.sum(s * t)), lambda s, t: round(np.sum(s).item(), 2)):
        with pytest.raises(Refused, match=r"float\(\)|item\(\)") as error:
            read_function(function)
        assert error.value.hint


def test_views_that_are_joined_along_samples_say_what_to_take_as_the_argument():
    torch = pytest.importorskip("torch", reason="torch is not installed: pip install 'nmderive[test-frameworks]'")

    def centred(a, b):
        return torch.cat([a, b]).std(0).sum()

    with pytest.raises(Refused, match=r"line \d+: var of arrays that were joined") as error:
        read_function(centred, ["a: logits", "b_ij"])
    assert "def loss(features, labels)" in error.value.hint

    def of_features(features, labels):
        z = torch.nn.functional.normalize(features, dim=1)
        n = z.shape[0]
        others, same = 1 - torch.eye(n), (labels[:, None] == labels[None, :]).float()
        similar = z @ z.T / 0.5
        logs = similar - torch.log((others * similar.exp()).sum(1, keepdim=True))
        return -((same * others * logs).sum(1) / (same * others).sum(1)).mean()

    assert read_function(of_features, ["features: logits", "labels: target class"]).expr


def test_what_is_of_one_number_of_classes_is_solved_and_lowered_for_that_alone():
    loss = read_function(OfOneHot())
    solution, _ = label_solution(loss, softmax_link(loss), {})
    assert solution is not None and solution.scope == "for m=4 and all n"
    s, t = np.zeros((2, 3)), np.eye(3)[:2]
    with pytest.raises(DomainError, match="known for m = 4 only"):
        lower(loss).value(s, t)
    for form in ("numpy", "torch", "jax"):
        assert "known for m = 4 only" in render(loss, form)
