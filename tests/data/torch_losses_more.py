"""Further losses as training code writes them with PyTorch: idioms of shapes, masks, modules and preferences."""

import torch
import torch.nn as nn
import torch.nn.functional as F
from torch import Tensor


def without_ignored(logits, labels):
    mask = labels != 0
    return F.cross_entropy(logits, labels, reduction="none")[mask].mean()


def masked_rows(logits, labels):
    keep = labels != 0
    return F.cross_entropy(logits[keep], labels[keep])


def focal_by_where(inputs: Tensor, targets: Tensor, alpha: float = 0.25, gamma: float = 2.0):
    p = torch.sigmoid(inputs)
    pt = torch.where(targets == 1, p, 1 - p)
    at = torch.where(targets == 1, torch.full_like(p, alpha), torch.full_like(p, 1 - alpha))
    return (-at * (1 - pt) ** gamma * torch.log(pt + torch.finfo(p.dtype).eps)).mean()


class Layers(nn.Module):
    def __init__(self):
        super().__init__()
        self.log_softmax, self.softmax, self.nll = nn.LogSoftmax(dim=-1), nn.Softmax(dim=1), nn.NLLLoss()

    def forward(self, x, y):
        return self.nll(self.log_softmax(x), y) + 0.1 * (self.softmax(x) ** 2).sum(dim=-1).mean(dim=[0])


def of_any_rank(input, target, gamma=2.0):
    if input.dim() > 2:
        input = input.view(input.size(0), input.size(1), -1).transpose(1, 2).contiguous().view(-1, input.size(1))
    assert input.shape[0] == target.shape[0]
    logpt = F.log_softmax(input, dim=-1)
    logpt = logpt[range(input.shape[0]), target.view(-1)]
    return (-((1 - logpt.exp()) ** gamma) * logpt).mean()


def margin_in_place(logits, labels, m=0.35, s=16.0):
    logits = logits.clone()
    logits[torch.arange(logits.size(0)), labels] -= m
    logits.mul_(s)
    return F.cross_entropy(logits, labels)


def soft_f1(logits, targets, eps=1e-7):
    p = logits.sigmoid()
    tp = (targets * p).sum(dim=0)
    fp, fn = ((1 - targets) * p).sum(dim=0), (targets * (1 - p)).sum(dim=0)
    return 1 - (2 * tp / (2 * tp + fn + fp + eps)).mean()


def log_sum_exp_pairwise(scores, targets):
    gaps = scores.unsqueeze(1) - scores.unsqueeze(2)
    pairs = targets.unsqueeze(2) * (1 - targets.unsqueeze(1))
    return torch.log(1 + (pairs * gaps.exp()).sum(dim=(1, 2))).mean()


def ordinal_levels(logits, labels, importance=1.0):
    value = F.logsigmoid(logits) * labels + (F.logsigmoid(logits) - logits) * (1 - labels)
    return torch.mean(-torch.sum(value * importance, dim=1))


def bootstrapped(pred, target, beta=0.95):
    soft = beta * F.one_hot(target, pred.size(1)) + (1 - beta) * pred.softmax(dim=1)
    return -(soft * pred.log_softmax(dim=1)).sum(dim=1).mean()


def bootstrapped_detached(pred, target, beta=0.95):
    with torch.no_grad():
        soft = pred.softmax(dim=1)
    return -((beta * F.one_hot(target, pred.size(1)) + (1 - beta) * soft) * pred.log_softmax(dim=1)).sum(1).mean()


def sigmoid_pairs(logits, bias=-2.0):
    n = logits.shape[0]
    signs = 2 * torch.eye(n) - torch.ones(n, n)
    return -F.logsigmoid(signs * (logits + bias)).sum() / n


def preference(policy_chosen_logps, policy_rejected_logps, reference_chosen_logps, reference_rejected_logps, beta=0.1):
    policy = policy_chosen_logps - policy_rejected_logps
    reference = reference_chosen_logps - reference_rejected_logps
    return -F.logsigmoid(beta * (policy - reference)).mean()


def reward_pairs(chosen_rewards, rejected_rewards, margin=0.0):
    return -F.logsigmoid(chosen_rewards - rejected_rewards - margin).mean()


def squared_to_signs(output, target):
    target = target.clone()
    target[target == 0] = -1
    return ((output - target) ** 2).mean()


def focal_of_logs(logits, labels, gamma=2.0):
    log_p = torch.log_softmax(logits, dim=1)
    one_hot = torch.zeros_like(logits).scatter(1, labels[:, None], 1.0)
    weights = torch.einsum("nc,nc->n", one_hot, (1 - log_p.exp()).pow(gamma))
    return torch.dot(weights, -torch.einsum("nc,nc->n", one_hot, log_p)) / logits.size(0)


def entropy_of_distribution(logits, target):
    return F.cross_entropy(logits, target) - 0.01 * torch.distributions.Categorical(logits=logits).entropy().mean()


def hard_examples(logits, target, k=2):
    return F.cross_entropy(logits, target, reduction="none").topk(k).values.mean()


def evidential(logits, target):
    alpha = F.softplus(logits) + 1
    y = F.one_hot(target, logits.size(1))
    return (y * (torch.digamma(alpha.sum(1, keepdim=True)) - torch.digamma(alpha))).sum(1).mean()


def returns_two(logits, target):
    loss = F.cross_entropy(logits, target)
    return loss, loss * 2


def fixed_weights(logits, target):
    return F.cross_entropy(logits, target, weight=torch.tensor([1.0, 2.0, 0.5]))


def counted_weights(logits, target):
    return F.cross_entropy(logits, target, weight=1.0 / torch.bincount(target, minlength=logits.size(1)))


def centred(logits, target):
    logits = logits - logits.mean(dim=-1, keepdim=True)
    norm = logits.norm(dim=-1, keepdim=True).clamp_min(1e-12)
    return F.cross_entropy(4.0 * logits / norm, target)


def unit_norm(logits, target, t=0.04):
    norms = torch.norm(logits, p=2, dim=-1, keepdim=True) + 1e-7
    return F.cross_entropy(torch.div(logits, norms) / t * 0.1, target)


def of_one_logit(output, target):
    output = output.squeeze(-1)
    return (output.clamp(min=0) - output * target + (1 + (-output.abs()).exp()).log()).mean()


def max_of_wrong(logits, y, kappa=0.0):
    one_hot = F.one_hot(y, logits.shape[1])
    real = torch.sum(one_hot * logits, dim=1)
    other = torch.max((1 - one_hot) * logits - one_hot * 10000, dim=1)[0]
    return torch.clamp(real - other, min=-kappa).mean()


def two_largest(logits, y):
    top = logits.sort(dim=1, descending=True).values
    return F.relu(1 - (top[:, 0] - top[:, 1])).mean()


def averaged_with_uniform(logits, labels, alpha=0.1):
    n, c = logits.shape
    uniform = torch.ones(n, c, device=logits.device) / c
    return F.kl_div(F.log_softmax(logits, dim=1), (1 - alpha) * labels + alpha * uniform, reduction="batchmean")


def of_pairs_picked(logits, targets):
    keep = targets > 0
    picked = F.log_softmax(logits[keep], dim=-1).gather(1, targets[keep].unsqueeze(1))
    return -picked.sum() / keep.sum()
