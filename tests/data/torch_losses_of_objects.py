"""Losses as objects, closures, partial functions, compiled and scripted functions, and with gradients of their own."""

import functools
from dataclasses import dataclass

import torch
import torch.nn as nn
import torch.nn.functional as F


def _focal(logits, target, gamma, reduction="mean"):
    ce = F.cross_entropy(logits, target, reduction="none")
    return getattr((1 - (-ce).exp()) ** gamma * ce, reduction)()


focal_partial = functools.partial(_focal, gamma=1.5)


@dataclass
class Smoothing:
    """A dataclass that is called."""

    amount: float = 0.1

    def __call__(self, logits, target):
        return F.cross_entropy(logits, target, label_smoothing=self.amount)


smoothing = Smoothing(amount=0.2)


@dataclass(frozen=True)
class Settings:
    gamma: float = 2.0
    weight: float = 0.5


def with_settings(logits, target, cfg=Settings()):  # noqa: B008
    return _focal(logits, target, cfg.gamma) * cfg.weight


def _made(tau):
    def loss(logits, labels):
        return -(labels * (logits / tau).log_softmax(dim=-1)).sum()

    return loss


tempered = _made(2.0)


class Combined(nn.Module):
    """Modules of PyTorch inside of a module."""

    def __init__(self, weight=0.3):
        super().__init__()
        self.ce, self.kl, self.weight = nn.CrossEntropyLoss(), nn.KLDivLoss(reduction="batchmean"), weight

    def forward(self, logits, target):
        return self.ce(logits, target) + self.weight * self.uniform(logits)

    def uniform(self, logits):
        return -F.log_softmax(logits, dim=1).mean()


combined = Combined(weight=0.5)


class WeightedBuffers(nn.Module):
    def __init__(self, scale=1.0):
        super().__init__()
        self.register_buffer("scale", torch.tensor(scale))
        self.bias = nn.Parameter(torch.tensor(0.25), requires_grad=False)

    def forward(self, logits, labels):
        return F.binary_cross_entropy_with_logits(self.scale * logits + self.bias, labels)


class _Square(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, t):
        p = torch.softmax(x, dim=1)
        ctx.save_for_backward(p, t)
        return ((p - t) ** 2).sum()

    @staticmethod
    def backward(ctx, grad_output):
        p, t = ctx.saved_tensors
        g = 2 * (p - t)
        return grad_output * p * (g - (p * g).sum(1, keepdim=True)), None


def own_backward(logits, labels):
    return _Square.apply(logits, labels)


class _Wrong(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, t):
        ctx.save_for_backward(x, t)
        return (F.softplus(x) - t * x).sum()

    @staticmethod
    def backward(ctx, grad_output):
        x, t = ctx.saved_tensors
        return grad_output * (torch.sigmoid(x) - t) * t, None


def wrong_backward(logits, labels):
    return _Wrong.apply(logits, labels)


@torch.jit.script
def scripted(logits, target):
    return F.cross_entropy(logits, target) + 0.1 * logits.logsumexp(1).pow(2).mean()


class _Scriptable(nn.Module):
    def __init__(self, gamma: float = 2.0):
        super().__init__()
        self.gamma = gamma

    def forward(self, logits: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
        log_p = F.log_softmax(logits, dim=1).gather(1, target.unsqueeze(1)).squeeze(1)
        if self.gamma == 0.0:
            return -log_p.mean()
        return -((1 - log_p.exp()) ** self.gamma * log_p).mean()


scripted_module = torch.jit.script(_Scriptable(1.0))


@torch.compile
def compiled(logits, labels):
    return -(labels * F.log_softmax(logits, dim=-1)).sum(-1).mean()


compiled_module = torch.compile(_Scriptable(2.0))


def keyword_only(logits, /, target, *, gamma=2.0, reduction: str = "sum"):
    return _focal(logits, target, gamma, reduction)


class Static:
    @staticmethod
    def loss(logits, target):
        return F.cross_entropy(logits, target)

    @classmethod
    def doubled(cls, logits, target):
        return 2 * cls.loss(logits, target)


static, doubled = Static.loss, Static.doubled
lambda_loss = lambda logits, target: F.cross_entropy(logits, target)  # noqa: E731


def with_options(logits, target, weight=None, ignore_index=-100, size_average=None, **kwargs):
    return F.cross_entropy(logits, target, weight=weight, ignore_index=ignore_index)


def with_mask(logits, labels, mask=None):
    loss = F.binary_cross_entropy_with_logits(logits, labels, reduction="none")
    if mask is not None:
        loss = loss * mask
    return loss.mean()


@torch.no_grad()
def _weights(labels):
    return labels * 2 + 1


def with_decorated_helper(logits, labels):
    return (_weights(labels) * F.binary_cross_entropy_with_logits(logits, labels, reduction="none")).sum()


def _doubling(function):
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        return 2 * function(*args, **kwargs)

    return wrapper


@_doubling
def wrapped(logits, target, gamma=2.0):
    return _focal(logits, target, gamma)
