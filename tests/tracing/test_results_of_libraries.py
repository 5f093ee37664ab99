"""PyTorch and JAX: what does not reach the loss, stop-gradients of maxima, and shapes that library code writes."""

import pytest

import nmderive
from nmderive.errors import NmderiveError
from nmderive.proving.equality import judge_equal
from nmderive.tracing.read import read_function

torch = pytest.importorskip("torch", reason="torch is not installed: pip install 'nmderive[test-frameworks]'")
jax = pytest.importorskip("jax", reason="jax is not installed: pip install 'nmderive[test-frameworks]'")
F = torch.nn.functional


def with_accuracy(logits, labels):
    loss = F.cross_entropy(logits, labels)
    accuracy = (logits.argmax(1) == labels).float().mean()
    print(f"{loss.item():.3f} {accuracy.item():.2f}", round(accuracy.item(), 3))
    return {"loss": loss, "accuracy": accuracy, "shown": loss.detach()}


def with_best_two(logits, labels):
    best = logits.topk(2, dim=1).indices
    return F.cross_entropy(logits, labels), (best == labels[:, None]).any(1).float().mean()


def in_jax(logits, y):
    losses = -jax.numpy.take_along_axis(jax.nn.log_softmax(logits), y[:, None], axis=1)
    return {"loss": losses.mean(), "accuracy": (logits.argmax(-1) == y).mean()}


@pytest.mark.parametrize("function, part", [(with_accuracy, None), (with_accuracy, "loss"), (with_best_two, 0),
                                            (in_jax, None)])
def test_results_beside_the_loss_are_not_read(function, part):
    loss = read_function(function, part=part)
    paper = nmderive.loss(r"-\frac1n\sum_i\sum_j t_{ij}\log p_{ij}")
    assert judge_equal(loss.expr, paper.expr, loss, {}).status.value == "PROVED"


def stopped_in_torch(logits, labels):
    z = logits - logits.max(-1, keepdim=True)[0].detach()
    return (torch.log(torch.exp(z).sum(-1)) - (z * labels).sum(-1)).sum()


def stopped_in_jax(logits, labels):
    z = logits - jax.lax.stop_gradient(logits.max(-1, keepdims=True))
    return (jax.numpy.log(jax.numpy.exp(z).sum(-1)) - (z * labels).sum(-1)).sum()


@pytest.mark.parametrize("function", [stopped_in_torch, stopped_in_jax])
def test_a_maximum_taken_as_a_constant_is_read_where_rows_of_labels_sum_to_one(function):
    loss = read_function(function)
    assert "the labels of a row sum to one" in loss.conditions
    paper = nmderive.loss(r"-\sum_i\sum_j t_{ij}\log p_{ij}")
    assert judge_equal(loss.expr, paper.expr, loss, {}).status.value == "PROVED"


def flat_rows(inputs, targets):
    p, t = inputs.sigmoid().flatten(1), targets.flatten(1)
    return (1 - 2 * (p * t).sum(-1) / (p.sum(-1) + t.sum(-1))).mean()


def stacked(logits, labels):
    losses = F.cross_entropy(logits, labels, reduction="none")
    return torch.stack([losses, logits.logsumexp(1) ** 2], axis=-1).sum(-1).mean()


def padded(logits, labels, ignore_index=-100):
    log_p = -F.log_softmax(logits, dim=-1)
    labels = labels.unsqueeze(-1) if labels.dim() == log_p.dim() - 1 else labels
    left_out = labels.eq(ignore_index)
    losses = log_p.gather(dim=-1, index=torch.clamp(labels, min=0)).masked_fill(left_out, 0.0)
    return losses.sum() / (left_out.numel() - left_out.long().sum())


@pytest.mark.parametrize("function, formula", [
    (flat_rows, r"\frac1n\sum_i\left(1-\frac{2\sum_j\sigma(s_{ij})t_{ij}}{\sum_j\sigma(s_{ij})+\sum_j t_{ij}}\right)"),
    (stacked, r"\frac1n\sum_i\left(-\sum_j t_{ij}\log p_{ij}+\left(\log\sum_j e^{s_{ij}}\right)^2\right)"),
    (padded, r"-\frac1n\sum_i\sum_j t_{ij}\log p_{ij}"),
])
def test_it_is_equal_to_the_formula(function, formula):
    loss = read_function(function)
    assert judge_equal(loss.expr, nmderive.loss(formula).expr, loss, {}).status.value == "PROVED"


def uses_the_best(logits, labels):
    return F.cross_entropy(logits, logits.argmax(1)) + 0 * labels.sum()


def writes_what_is_lost(logits, labels):
    x = logits.clone()
    x[logits.argmax(1) == 1] = 0.0
    return (x * labels).sum()


def scaled_by_a_number(logits, labels):
    loss = F.cross_entropy(logits, labels)
    return loss * loss.item()


def branches_on_a_number(logits, labels):
    loss = F.cross_entropy(logits, labels)
    return loss if loss.item() > 3 else 2 * loss


def best_in_jax(logits, t):
    return (jax.nn.one_hot(logits.argmax(-1), logits.shape[-1]) * t).sum()


@pytest.mark.parametrize("function", [uses_the_best, writes_what_is_lost, scaled_by_a_number, branches_on_a_number,
                                      best_in_jax])
def test_what_reaches_the_loss_is_refused_where_it_stands(function):
    with pytest.raises(NmderiveError, match=r"test_results_of_libraries.py, line \d+: ") as caught:
        read_function(function)
    assert caught.value.hint


@pytest.mark.parametrize("count", ["classes"])
def test_a_number_of_classes_is_m_in_every_library(count):
    functions = (lambda logits, y, k=10: (F.one_hot(y, k) * torch.sigmoid(logits)).sum(),
                 lambda logits, y, k=10: (jax.nn.one_hot(y, k) * jax.nn.sigmoid(logits)).sum())
    for function in functions:
        loss = read_function(function, [f"k: {count}"])
        paper = nmderive.loss(r"\sum_i\sum_j t_{ij}\sigma(s_{ij})")
        assert judge_equal(loss.expr, paper.expr, loss, {}).status.value == "PROVED"
