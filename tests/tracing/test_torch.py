"""PyTorch: operations and losses of torch.nn.functional mean what the library computes, value and gradient."""

import functools
import inspect

import numpy as np
import pytest

import nmderive
from nmderive.tracing.context import Refused, TracingFault
from nmderive.tracing.libraries import libraries_of
from nmderive.tracing.read import read_function

from .values import SIZES, numbers, traced, value

torch = pytest.importorskip("torch", reason="PyTorch is not installed: pip install 'nmderive[torch]'")
from . import torch_cases  # noqa: E402  # where PyTorch is

CASES = torch_cases.CASES
F = torch.nn.functional

@pytest.mark.parametrize("name", CASES)
@pytest.mark.filterwarnings("ignore:reduction:UserWarning")
def test_an_operation_means_what_torch_computes(name):
    from nmderive.tracing.frontends.torch_session import _in_double, trace

    function = CASES[name]
    names = list(inspect.signature(function).parameters)
    found = traced(trace, function, names, torch_cases.__file__)
    for n, m in SIZES:
        given = numbers(n, m)
        given["v"] = given["t"]
        with _in_double():
            real = function(**{k: torch.as_tensor(given[k]) for k in names}).detach().double().numpy()
        ours = value(found, n, m, given, classes="y" in names)
        assert ours.shape == real.shape
        np.testing.assert_allclose(ours, real, rtol=1e-10, atol=1e-12)


W = np.array([0.5, 2.0, 1.25])
#: (function, what is declared, whether the labels are classes, further arrays)
LOSSES = [
    ("cross_entropy", {}, [], True, {}), ("cross_entropy", {"label_smoothing": 0.1}, [], True, {}),
    ("cross_entropy", {"reduction": "sum"}, ["target: labels"], False, {}),
    ("cross_entropy", {}, ["weight_j>0"], True, {"weight": W}),
    ("cross_entropy", {}, ["weight_j>0", "target: labels"], False, {"weight": W}),
    ("cross_entropy", {"label_smoothing": 0.2}, ["weight_j>0"], True, {"weight": W}),
    ("cross_entropy", {"ignore_index": 1}, [], True, {}),
    ("cross_entropy", {"ignore_index": 2, "label_smoothing": 0.1}, ["weight_j>0"], True, {"weight": W}),
    ("multilabel_soft_margin_loss", {}, [], False, {}), ("poisson_nll_loss", {}, [], False, {}),
    ("nll_loss", {}, [], True, {}), ("nll_loss", {}, ["weight_j>0"], True, {"weight": W}),
    ("binary_cross_entropy_with_logits", {}, [], False, {}),
    ("binary_cross_entropy_with_logits", {}, ["pos_weight_j>0"], False, {"pos_weight": W}),
    ("binary_cross_entropy", {}, ["input: probabilities"], False, {}),
    ("kl_div", {"reduction": "batchmean"}, [], False, {}), ("kl_div", {"reduction": "mean"}, [], False, {}),
    ("mse_loss", {}, [], False, {}), ("soft_margin_loss", {}, [], False, {}),
]


@pytest.mark.parametrize("name, given, lets, classes, more", LOSSES)
@pytest.mark.filterwarnings("ignore:reduction:UserWarning")
def test_a_loss_of_the_library_is_read(name, given, lets, classes, more):
    function = getattr(F, name)
    loss = nmderive.loss(functools.partial(function, **given), lets=lets)
    random = np.random.default_rng(4)
    s, y, t = random.normal(size=(5, 3)), random.integers(3, size=5), random.dirichlet(np.ones(3), size=5)
    value, gradient = loss.numpy().value_and_grad(s, np.eye(3)[y] if classes else t, **more)
    logits = torch.tensor(s, requires_grad=True)
    first = logits.sigmoid() if "input: probabilities" in lets else logits
    real = function(first, torch.tensor(y if classes else t), **given, **{k: torch.tensor(v) for k, v in more.items()})
    real.backward()
    assert value == pytest.approx(float(real), rel=1e-10)
    np.testing.assert_allclose(gradient, logits.grad.numpy(), rtol=1e-10, atol=1e-12)


def focal(inputs, targets, alpha=0.25, gamma=2.0):
    p = torch.sigmoid(inputs)
    ce = F.binary_cross_entropy_with_logits(inputs, targets, reduction="none")
    p_t = p * targets + (1 - p) * (1 - targets)
    loss = ce * ((1 - p_t) ** gamma)
    if alpha >= 0:
        loss = (alpha * targets + (1 - alpha) * (1 - targets)) * loss
    return loss.mean()


def focal_gathered(logits, target, gamma: float = 2.0):
    log_p = F.log_softmax(logits, dim=-1).gather(1, target.unsqueeze(1)).squeeze(1)
    return -((1 - log_p.exp()) ** gamma * log_p).mean()


class FocalLoss(torch.nn.Module):
    def __init__(self, gamma=2.0, reduction="mean"):
        super().__init__()
        self.gamma, self.reduction = gamma, reduction

    def forward(self, input, target):
        ce = F.cross_entropy(input, target, reduction="none")
        loss = (1 - torch.exp(-ce)) ** self.gamma * ce
        return loss.mean() if self.reduction == "mean" else loss.sum()


def smoothed(pred, target, smoothing=0.1):
    log_p = pred.log_softmax(dim=-1)
    with torch.no_grad():
        dist = torch.zeros_like(pred)
        dist.fill_(smoothing / (pred.size(-1) - 1))
        dist.scatter_(1, target.data.unsqueeze(1), 1.0 - smoothing)
    return torch.mean(torch.sum(-dist * log_p, dim=-1))


def stable(s, y):
    z = s - s.max(dim=1, keepdim=True).values.detach()
    return (z.exp().sum(1).log() - z[torch.arange(s.shape[0]), y]).sum() / s.shape[0]


def contrastive(s, y, temperature=0.5):
    same = (y[:, None] == y[None, :]).float() * (1 - torch.eye(s.size(0)))
    k = s @ s.t() / temperature
    k = k - torch.max(k, dim=1, keepdim=True)[0].detach()
    log_p = k - torch.log((torch.exp(k) * (1 - torch.eye(s.size(0)))).sum(1, keepdim=True))
    return -(same * log_p).sum() / s.size(0)


@pytest.mark.parametrize("function", [focal, focal_gathered, FocalLoss().forward, smoothed, stable, contrastive])
def test_a_loss_as_users_write_it_is_read(function):
    assert libraries_of(function)[0] == "torch"
    loss = nmderive.loss(function)
    s = np.random.default_rng(1).normal(size=(4, 3))
    y = np.array([0, 2, 1, 2])
    labels = np.eye(3)[y]
    target = torch.tensor(labels) if function is focal else torch.tensor(y)
    logits = torch.tensor(s, requires_grad=True)
    torch.set_default_dtype(torch.float64)
    real = function(logits, target)
    real.backward()
    torch.set_default_dtype(torch.float32)
    value, gradient = loss.numpy().value_and_grad(s, labels)
    tolerance = 1e-6 if function is contrastive else 1e-10  # .float() rounds
    assert value == pytest.approx(float(real), rel=tolerance)
    np.testing.assert_allclose(gradient, logits.grad.numpy(), rtol=tolerance, atol=tolerance)


def test_the_focal_loss_of_a_module_is_the_papers():
    from nmderive.proving.equality import judge_equal

    loss = nmderive.loss(FocalLoss(gamma=2))
    paper = nmderive.loss(r"-\frac{1}{n}\sum_i \sum_j t_{i,j} (1-p_{i,j})^2 \log p_{i,j}")
    assert judge_equal(loss.expr, paper.expr, loss, {}).status.value == "PROVED"


def spoils_its_gradient(s, y):
    x = F.relu(s + 1)
    x[torch.arange(len(s)), y] = 0
    return x.sum()


REFUSED = {
    "item": (lambda s, t: s.sum().item() * t.sum(), r"item\(\)"),
    "branch": (lambda s, t: (s if bool(s.sum() * 2) else t).sum(), "a branch"),
    "comparison": (lambda s, t: (s if (s > 0).all() else t).sum(), "a branch"),
    "mask's length": (lambda s, t: (s * t).sum() / len(s[s > 0]), "the number of entries that a mask picks"),
    "detach": (lambda s, t: (s.detach() * t).sum(), "detach"),
    "argmax": (lambda s, t: (s.argmax(1) * 1.0).sum(), "argmax is not smooth"),
    "positions of maxima": (lambda s, t: (s.max(1)[1] * 1.0).sum(), "positions of maxima"),
    "size": (lambda s, t: (s if s.shape[0] > 2 else t).sum(), "a branch on whether n"),
    "cdist": (lambda s, t: torch.cdist(s, t).sum(), "cdist is not in the table"),
    "one_hot of unknown size": (lambda s, y: (F.one_hot(y) * s).sum(), "one_hot without num_classes"),
    "two largest": (lambda s, t: s.topk(2, dim=1).values.sum() + t.sum(), "topk of more than one entry"),
    "multilabel hinge": (lambda s, y: F.multilabel_margin_loss(s, y), "not in the table"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_refusal_names_the_line_and_the_operation(name):
    function, says = REFUSED[name]
    with pytest.raises(Refused, match=says) as error:
        read_function(function)
    assert f"test_torch.py, line {function.__code__.co_firstlineno}: " in str(error.value)


def test_a_function_that_autograd_cannot_follow_is_refused():
    with pytest.raises(Refused, match="cannot be differentiated: RuntimeError"):
        read_function(spoils_its_gradient)


@pytest.mark.filterwarnings("ignore:reduction:UserWarning")
def test_factors_that_surprise_are_said():
    def notes(name, lets=(), **given):
        return " ".join(nmderive.loss(functools.partial(getattr(F, name), **given), lets=list(lets)).read_as)

    assert "divides by n m" in notes("kl_div", reduction="mean")
    assert "sum of the samples' weights" in notes("cross_entropy", ["weight_j>0"])
    assert "mean by n" in notes("cross_entropy", ["weight_j>0", "target: labels"])
    assert "one-hot" in notes("cross_entropy")


def swallowed(s, y):
    try:
        return F.elu(s).sum()
    except Exception:
        return (s * F.one_hot(y, s.shape[1])).sum()


def stopped(s, t):
    with torch.no_grad():
        weight = s.softmax(1)
    return -(weight * t * s.log_softmax(1)).sum()


def view_and_alias(s, t):
    x = s * 1
    column = x[:, 0]
    x += 1
    return (column.sum() * t).sum()


@pytest.mark.parametrize("function", [stopped, view_and_alias, swallowed])
def test_what_a_trace_cannot_see_is_a_fault_and_no_reading(function):
    with pytest.raises((TracingFault, Refused)):
        read_function(function)
