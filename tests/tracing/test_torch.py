"""PyTorch: operations and losses of torch.nn.functional mean what the library computes, value and gradient."""

import functools
import inspect
import math

import numpy as np
import pytest

import nmderive
from nmderive.tracing.context import Refused, TracingFault
from nmderive.tracing.read import library_of, read_function

from .values import SIZES, numbers, traced, value

torch = pytest.importorskip("torch", reason="PyTorch is not installed: pip install 'nmderive[torch]'")
F = torch.nn.functional

CASES = {
    "arithmetic": lambda s, t: (s * 2 - t / 3 + 1 - (-s)).add(s, alpha=2).sub(t) / (1 + t) ** 2 - 2 / (t + 1),
    "powers": lambda t: t**0.5 + t.pow(-1) + torch.sqrt(t) + t.square() + t.reciprocal() + 2**t + t.rsqrt(),
    "exp log": lambda t: torch.exp(t) + t.log() + t.log1p() + torch.expm1(t) + t.exp2() + t.log2() + t.log10(),
    "activations": lambda s, t: s.tanh() + s.sigmoid() + F.logsigmoid(s) + F.softplus(s) + F.softplus(s, beta=2)
    + torch.logit(t) + F.silu(s) + torch.special.expit(s) + torch.special.xlogy(t, t) + torch.logaddexp(s, t),
    "softmax": lambda s: F.softmax(s, dim=1) + s.log_softmax(-1) + torch.softmax(s, 0),
    "logsumexp": lambda s: torch.logsumexp(s, dim=1, keepdim=True) + s.logsumexp(0),
    "sums": lambda s: s.sum() + s.sum(1, keepdim=True) + s.mean(dim=0) + torch.sum(s, dim=(0, 1)) + s.mean(),
    "prod var": lambda t: t.prod(dim=1) + t.var(dim=1, unbiased=False) + t.std(1, correction=0) + t.prod(1),
    "norm": lambda s: s.norm(dim=1) + torch.linalg.vector_norm(s, dim=1) + s.norm() + F.normalize(s, dim=1).sum(1),
    "cosine": lambda s, t: F.cosine_similarity(s, t, dim=1) + F.cosine_similarity(s[:, None], t[None], dim=-1).sum(1),
    "shapes": lambda s: s.t() @ s + s.T @ s + s.transpose(0, 1).mm(s) + s.permute(1, 0).matmul(s) + s.mT @ s,
    "unsqueeze": lambda s: (s.unsqueeze(1) * s.unsqueeze(0)).sum(-1) + s.sum(1).view(-1, 1) + s.sum(1, True).squeeze(1),
    "expand": lambda s, w: w.expand(s.shape[0], -1) + w.expand_as(s) + w.unsqueeze(0).expand(s.size(0), s.size(1)),
    "einsum": lambda s, t: torch.einsum("ij,kj->ik", s, t) + torch.diagonal(s @ t.T) + torch.diag(s @ s.T),
    "eye": lambda s: (s @ s.t()) * torch.eye(s.shape[0]) + torch.ones(s.shape[0], s.shape[0]) * 2,
    "mask": lambda s: (s @ s.T).masked_fill(torch.eye(s.size(0), dtype=torch.bool), 0.0),
    "gather": lambda s, y: s.gather(1, y.unsqueeze(1)).squeeze(1) + s[torch.arange(s.shape[0]), y],
    "gather by view": lambda s, y: torch.gather(s, 1, y.view(-1, 1)) * 2,
    "one_hot": lambda s, y: F.one_hot(y, num_classes=s.shape[1]).float() * s,
    "scatter": lambda s, y: torch.zeros_like(s).scatter_(1, y.unsqueeze(1), 1.0) * s + torch.full_like(s, 0.5),
    "same class": lambda y: (y.unsqueeze(0) == y.unsqueeze(1)).double() - torch.eq(y[:, None], y).float() * 3,
    "logic": lambda s, y: (~(y[:, None] == torch.arange(s.shape[1]))) * s + ((y[:, None] == 0) & (y == 0)).sum(),
    "orders": lambda s: torch.triu(s @ s.T, diagonal=1) + torch.tril(s @ s.T) * 2,
    "sizes": lambda s: s / s.shape[0] + s.size(1) ** 2 + 1 / s.numel() - (s.size(0) - 1) * s + s.dim()
    + 2 * s.shape[1] / 3,
    "in place": lambda s: (s * 2).add_(1).mul_(3),
    "stack": lambda s, t: torch.stack([s, t]).sum(0),
    "casts": lambda s, y: s.to(torch.float64).contiguous().clone() + y.view(-1, 1).eq(0).to(s.dtype),
    "cross_entropy": lambda s, y: F.cross_entropy(s, y) + F.cross_entropy(s, y, reduction="none") * 2,
    "cross_entropy smooth": lambda s, y: F.cross_entropy(s, y, label_smoothing=0.1, reduction="sum"),
    "cross_entropy weight": lambda s, y, w: F.cross_entropy(s, y, weight=w) + F.cross_entropy(
        s, y, weight=w, reduction="none", label_smoothing=0.25) + F.cross_entropy(s, y, w, label_smoothing=0.5),
    "cross_entropy soft": lambda s, v: F.cross_entropy(s, v)
    + F.cross_entropy(s, v, label_smoothing=0.2, reduction="sum"),
    "cross_entropy soft weight": lambda s, v, w: F.cross_entropy(s, v, w) + F.cross_entropy(s, v, w, reduction="none"),
    "nll_loss": lambda s, y, w: F.nll_loss(s, y) + F.nll_loss(s, y, w) + F.nll_loss(s, y, w, reduction="none"),
    "bce": lambda s, v: F.binary_cross_entropy(s.sigmoid(), v) + F.binary_cross_entropy(v, v, reduction="sum"),
    "bce_with_logits": lambda s, v, w: F.binary_cross_entropy_with_logits(s, v)
    + F.binary_cross_entropy_with_logits(s, v, pos_weight=w, reduction="none")
    + F.binary_cross_entropy_with_logits(s, v, weight=w, reduction="sum"),
    "ignored": lambda s, y, w: F.cross_entropy(s, y, ignore_index=1, reduction="none") + F.nll_loss(
        s, y, w, ignore_index=0, reduction="sum") + F.cross_entropy(s, y, ignore_index=1, label_smoothing=0.1,
                                                                    reduction="sum"),
    "poisson": lambda s, v: F.poisson_nll_loss(s, v) + F.poisson_nll_loss(v, v, log_input=False, reduction="none"),
    "kl_div": lambda s, v: F.kl_div(s, v) + F.kl_div(s, v, reduction="batchmean") + F.kl_div(s, v, reduction="sum")
    + F.kl_div(s, v.log(), reduction="none", log_target=True),
    "kinks": lambda s, v: F.relu(s - v) + s.clamp(min=1e-8) * (s - v).abs() + torch.max(s, v) + torch.minimum(s, v)
    + torch.clamp(s, -1, 1) + s.sign() * s,
    "hinges": lambda s, y: F.multi_margin_loss(s, y) + F.multi_margin_loss(s, y, p=2, margin=0.5, reduction="none"),
    "hinges weight": lambda s, y, w: F.multi_margin_loss(s, y, weight=w) * 2,
    "l1": lambda s, v: F.l1_loss(s, v) + F.smooth_l1_loss(s, v, beta=0.5) + F.huber_loss(s, v, delta=0.7)
    + F.margin_ranking_loss(s, v, v, margin=0.2),
    "comparisons": lambda s, v: torch.where(s > v, s, 2 * v) + (s <= 0).float() * 3 + s.ge(0).to(torch.float64)
    + (v != s),
    "maxima": lambda s: s.max(dim=1).values + s.amin(0).sum() + s.max() - s.min()
    + torch.amax(s, dim=(0, 1)) + s.min(1)[0],
    "maximum of the others": lambda s, y: s.masked_fill(F.one_hot(y, s.shape[1]).bool(), float("-inf")).amax(1)
    + (s + 1 - F.one_hot(y, s.size(1))).max(1)[0] + (s - 1e9 * F.one_hot(y, s.size(1))).amax(1),
    "minus infinity": lambda s: (s @ s.T).masked_fill(torch.eye(len(s), dtype=torch.bool), -torch.inf).logsumexp(1),
    "flat": lambda s, v: (s.view(-1) * v.flatten()).sum() + s.reshape(-1).reshape(s.shape[0], -1),
    "picked": lambda s, v: s[s > 0].pow(2).mean() + torch.masked_select(s, v > 0.3).exp().sum(),
    "picked by class": lambda s, y: s[F.one_hot(y, s.shape[1]).bool()] + s[:, 0][y != 0].sum(),
    "assigned": lambda s, y: _assigned(s, y),
    "cumsum": lambda s: s.cumsum(1) + torch.cumsum(s, dim=0),
    "len": lambda s: s / len(s) + math.log(s.shape[1]),
    "norms": lambda s: s.norm(1) + s.norm(p=3, dim=1) + torch.linalg.vector_norm(s, 1, dim=1),
    "range": lambda s, y: s[range(s.size(0)), y] + torch.diag_embed(s.sum(1)).sum(0),
    "repeat": lambda s, w: w.repeat(s.shape[0], 1) + s.type(torch.float64) + s.sum(1, True).repeat(1, s.size(1)),
    "multilabel soft": lambda s, v, w: F.multilabel_soft_margin_loss(s, v) + F.multilabel_soft_margin_loss(
        s, v, weight=w, reduction="none"),
    "joined": lambda s: torch.cat([s, torch.zeros_like(s[:, :1])], dim=-1).logsumexp(dim=-1) + F.pad(s, (0, 1)).sum(1)
    + F.log_softmax(torch.cat((s, s), 1), dim=1)[:, 0] + torch.hstack([s, s]).softmax(1).square().mean(-1),
    "joined at classes": lambda s, y: torch.cat([s, s[:, -1:]], 1).log_softmax(1).gather(1, y[:, None]).squeeze(1),
    "circle": lambda s: s.roll(1, 1) * torch.roll(s, shifts=-2, dims=-1) + s.flip(1) + torch.fliplr(s) * 2
    + s.flip(-1).logcumsumexp(dim=1).flip(-1),
    "largest": lambda s: s.topk(1, dim=1).values.squeeze(1) + torch.topk(s, k=1, dim=1, largest=False)[0][:, 0],
    "filled with infinity": lambda s, y: torch.where(F.one_hot(y, s.shape[1]).bool(), torch.full_like(s, -torch.inf), s)
    .amax(dim=1),
    "sizes in clamps": lambda s: torch.clamp(s, 1 / s.shape[1], 1 - 1 / s.shape[0]) + s.clamp(min=-1 / s.size(1)),
    "picked rows": lambda s, y: F.cross_entropy(s[y != 0], y[y != 0], reduction="sum") + F.log_softmax(
        s[y != 0], dim=1).gather(1, y[y != 0].unsqueeze(1)).sum() + (F.one_hot(y[y > 0], s.shape[1]) * s[y > 0]).sum(),
    "counts": lambda s, y: s * torch.bincount(y, minlength=s.shape[1]),
    "mse": lambda s, v: F.mse_loss(s.softmax(1), v) + F.mse_loss(s, v, reduction="none") + F.soft_margin_loss(s, v),
}


def _assigned(s, y):
    x = s * 2
    x[torch.arange(len(s)), y] = 0
    x[torch.arange(len(s)), y] -= 1
    x[0] = 1
    return x + (s @ s.T).fill_diagonal_(2).sum()


@pytest.mark.parametrize("name", CASES)
@pytest.mark.filterwarnings("ignore:reduction:UserWarning")
def test_an_operation_means_what_torch_computes(name):
    from nmderive.tracing.frontends.torch_session import _in_double, trace

    function = CASES[name]
    names = list(inspect.signature(function).parameters)
    found = traced(trace, function, names, __file__)
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
    first = logits.softmax(1) if "input: probabilities" in lets else logits
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
    assert library_of(function) == "torch"
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
    "comparison": (lambda s, t: (s if (s > 0).all() else t).sum(), "all is not in the table"),
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


def by_a_loop(s, t):
    return sum(((s[:, k] * t[:, k]).sum() for k in range(s.shape[1])), torch.zeros(()))


def view_and_alias(s, t):
    x = s * 1
    column = x[:, 0]
    x += 1
    return (column.sum() * t).sum()


@pytest.mark.parametrize("function", [stopped, by_a_loop, view_and_alias, swallowed])
def test_what_a_trace_cannot_see_is_a_fault_and_no_reading(function):
    with pytest.raises((TracingFault, Refused)):
        read_function(function)
