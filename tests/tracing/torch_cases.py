"""Functions of PyTorch's operations, by name; arguments are s, t of (n, m), y classes, v labels, w weights."""

import math

import torch

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
