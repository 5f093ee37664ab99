"""Losses of classification as training code writes them with PyTorch; each is read and compared with its values."""

import math

import torch
import torch.nn as nn
import torch.nn.functional as F


def focal_from_cross_entropy(inputs, targets, gamma=2.0, alpha=0.25):
    ce = F.cross_entropy(inputs, targets, reduction="none")
    pt = torch.exp(-ce)
    return (alpha * (1 - pt) ** gamma * ce).mean()


class FocalOfGatheredLogs(nn.Module):
    def __init__(self, gamma=2, size_average=True):
        super().__init__()
        self.gamma, self.size_average = gamma, size_average

    def forward(self, input, target):
        target = target.view(-1, 1)
        logpt = F.log_softmax(input, dim=1)
        logpt = logpt.gather(1, target)
        logpt = logpt.view(-1)
        pt = logpt.exp()
        loss = -1 * (1 - pt) ** self.gamma * logpt
        return loss.mean() if self.size_average else loss.sum()


class FocalOfOneHot(nn.Module):
    def __init__(self, gamma: float = 2.0, eps: float = 1e-8):
        super().__init__()
        self.gamma, self.eps = gamma, eps

    def forward(self, logits: torch.Tensor, labels: torch.LongTensor) -> torch.Tensor:
        probs = torch.softmax(logits, dim=-1) + self.eps
        one_hot = F.one_hot(labels, num_classes=logits.size(-1)).type_as(logits)
        weight = torch.pow(1.0 - probs, self.gamma)
        return torch.mean(torch.sum(-one_hot * weight * torch.log(probs), dim=1))


def focal_binary(pred, target, *, gamma=2.0, alpha=0.75):
    pred_sigmoid = pred.sigmoid()
    target = target.type_as(pred)
    pt = (1 - pred_sigmoid) * target + pred_sigmoid * (1 - target)
    focal_weight = (alpha * target + (1 - alpha) * (1 - target)) * pt.pow(gamma)
    return (F.binary_cross_entropy_with_logits(pred, target, reduction="none") * focal_weight).mean()


def focal_of_log_sigmoids(logits, targets, gamma: int = 2):
    log_p, log_q = F.logsigmoid(logits), F.logsigmoid(-logits)
    pos = targets * torch.exp(gamma * log_q) * log_p
    neg = (1 - targets) * torch.exp(gamma * log_p) * log_q
    return -(pos + neg).sum(dim=1).mean(dim=0)


def focal_with_scattered_labels(logit, target, gamma=2, smooth=1e-5):
    num_class = logit.shape[1]
    probability = F.softmax(logit, dim=1)
    one_hot_key = torch.zeros(target.size(0), num_class, dtype=torch.float64)
    one_hot_key = one_hot_key.scatter_(1, target.unsqueeze(1), 1)
    one_hot_key = torch.clamp(one_hot_key, smooth / (num_class - 1), 1.0 - smooth)
    pt = (one_hot_key * probability).sum(1) + smooth
    return (-torch.pow(1 - pt, gamma) * pt.log()).mean()


def dice(pred, target, smooth=1.0):
    p = torch.sigmoid(pred).view(-1)
    t = target.view(-1)
    intersection = (p * t).sum()
    return 1 - (2.0 * intersection + smooth) / (p.sum() + t.sum() + smooth)


def dice_by_class(logits, target, eps=1e-6):
    probs = logits.softmax(dim=1)
    onehot = F.one_hot(target, logits.shape[1]).float()
    inter = (probs * onehot).sum(dim=0)
    union = probs.sum(dim=0) + onehot.sum(dim=0)
    return (1.0 - (2.0 * inter + eps) / (union + eps)).mean()


def tversky(y_pred, y_true, alpha=0.3, beta=0.7, smooth=1):
    p = torch.sigmoid(y_pred)
    tp = (p * y_true).sum()
    fp = (p * (1 - y_true)).sum()
    fn = ((1 - p) * y_true).sum()
    return 1 - (tp + smooth) / (tp + alpha * fp + beta * fn + smooth)


def focal_tversky(inputs, targets, alpha=0.5, beta=0.5, gamma=0.75):
    inputs = torch.sigmoid(inputs).reshape(-1)
    targets = targets.reshape(-1)
    tp = torch.sum(inputs * targets)
    fp = torch.sum((1 - targets) * inputs)
    fn = torch.sum(targets * (1 - inputs))
    index = (tp + 1) / (tp + alpha * fp + beta * fn + 1)
    return (1 - index) ** gamma


def jaccard(output, target, eps=1e-7):
    output = output.softmax(1)
    inter = torch.sum(output * target, dim=(0, 1))
    total = torch.sum(output + target, dim=(0, 1))
    return 1 - inter / (total - inter).clamp_min(eps)


class SmoothedByMean(nn.Module):
    def __init__(self, smoothing=0.1):
        super().__init__()
        self.smoothing, self.confidence = smoothing, 1.0 - smoothing

    def forward(self, x: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
        logprobs = F.log_softmax(x, dim=-1)
        nll_loss = -logprobs.gather(dim=-1, index=target.unsqueeze(1))
        nll_loss = nll_loss.squeeze(1)
        smooth_loss = -logprobs.mean(dim=-1)
        return (self.confidence * nll_loss + self.smoothing * smooth_loss).mean()


def smoothed_by_scatter(pred, target, smoothing=0.1):
    n_class = pred.size(1)
    with torch.no_grad():
        true_dist = torch.zeros_like(pred)
        true_dist.fill_(smoothing / (n_class - 1))
        true_dist.scatter_(1, target.data.unsqueeze(1), 1 - smoothing)
    return torch.mean(torch.sum(-true_dist * pred.log_softmax(dim=-1), dim=-1))


def smoothed_by_one_hot(logits, labels, eps=0.1):
    k = logits.shape[-1]
    q = F.one_hot(labels, k) * (1 - eps) + eps / k
    return F.kl_div(F.log_softmax(logits, -1), q, reduction="none").sum(-1).mean()


def smoothed_cross_entropy(preds, target, epsilon: float = 0.1):
    n = preds.size(-1)
    log_preds = F.log_softmax(preds, dim=-1)
    loss = (-log_preds.sum(dim=-1)).mean()
    nll = F.nll_loss(log_preds, target)
    return (1 - epsilon) * nll + epsilon * (loss / n)


def poly_1(logits, labels, epsilon=1.0):
    labels_onehot = F.one_hot(labels, num_classes=logits.shape[1]).to(dtype=logits.dtype)
    pt = torch.sum(labels_onehot * F.softmax(logits, dim=-1), dim=-1)
    ce = F.cross_entropy(logits, labels, reduction="none")
    return (ce + epsilon * (1 - pt)).mean()


class Asymmetric(nn.Module):
    def __init__(self, gamma_neg=4, gamma_pos=1, clip=0.05, eps=1e-8):
        super().__init__()
        self.gamma_neg, self.gamma_pos, self.clip, self.eps = gamma_neg, gamma_pos, clip, eps

    def forward(self, x, y):
        xs_pos = torch.sigmoid(x)
        xs_neg = 1 - xs_pos
        if self.clip is not None and self.clip > 0:
            xs_neg = (xs_neg + self.clip).clamp(max=1)
        los_pos = y * torch.log(xs_pos.clamp(min=self.eps))
        los_neg = (1 - y) * torch.log(xs_neg.clamp(min=self.eps))
        loss = los_pos + los_neg
        if self.gamma_neg > 0 or self.gamma_pos > 0:
            pt = xs_pos * y + xs_neg * (1 - y)
            loss *= torch.pow(1 - pt, self.gamma_pos * y + self.gamma_neg * (1 - y))
        return -loss.sum()


def balanced_softmax(logits, labels, sample_per_class):
    spc = sample_per_class.type_as(logits)
    spc = spc.unsqueeze(0).expand(logits.shape[0], -1)
    logits = logits + spc.log()
    return F.cross_entropy(input=logits, target=labels, reduction="mean")


def logit_adjusted(logits, target, prior, tau=1.0):
    return F.cross_entropy(logits + tau * torch.log(prior + 1e-12), target)


class LabelDistributionAware(nn.Module):
    def __init__(self, s=30.0):
        super().__init__()
        self.s = s

    def forward(self, x, target, m_list):
        index = torch.zeros_like(x, dtype=torch.uint8)
        index.scatter_(1, target.data.view(-1, 1), 1)
        index_float = index.type(torch.FloatTensor)
        batch_m = torch.matmul(m_list[None, :], index_float.transpose(0, 1))
        batch_m = batch_m.view((-1, 1))
        x_m = x - batch_m
        output = torch.where(index.bool(), x_m, x)
        return F.cross_entropy(self.s * output, target)


def seesaw(logits, labels, counts, p=0.8):
    onehot = F.one_hot(labels, logits.shape[1])
    ratio = counts[None, :] / counts[:, None]
    mitigation = ratio.clamp(max=1).pow(p)[labels]
    return F.cross_entropy(logits + mitigation.log() * (1 - onehot), labels)


def symmetric_cross_entropy(pred, labels, alpha=0.1, beta=1.0):
    ce = F.cross_entropy(pred, labels)
    pred = torch.clamp(F.softmax(pred, dim=1), min=1e-7, max=1.0)
    label_one_hot = torch.clamp(F.one_hot(labels, pred.shape[1]).float(), min=1e-4, max=1.0)
    rce = -1 * torch.sum(pred * torch.log(label_one_hot), dim=1)
    return alpha * ce + beta * rce.mean()


def generalised_cross_entropy(pred, labels, q=0.7):
    pred = F.softmax(pred, dim=1)
    pred = torch.clamp(pred, min=1e-7, max=1.0)
    label_one_hot = F.one_hot(labels, pred.size(1)).float()
    return ((1.0 - torch.pow(torch.sum(label_one_hot * pred, dim=1), q)) / q).mean()


def normalised_cross_entropy(pred, labels):
    pred = F.log_softmax(pred, dim=1)
    label_one_hot = F.one_hot(labels, pred.shape[1]).float()
    return (-1 * torch.sum(label_one_hot * pred, dim=1) / (-pred.sum(dim=1))).mean()


def mean_absolute(pred, labels):
    pred = F.softmax(pred, dim=1)
    label_one_hot = F.one_hot(labels, pred.shape[1]).float()
    return (1.0 - torch.sum(label_one_hot * pred, dim=1)).mean()


def mean_absolute_of_probabilities(logits, target):
    return (logits.softmax(-1) - F.one_hot(target, logits.size(-1))).abs().sum(-1).mean()


class TaylorCrossEntropy(nn.Module):
    def __init__(self, n=2):
        super().__init__()
        self.n = n

    def forward(self, logits, labels):
        x = F.softmax(logits, dim=1)
        fn = torch.ones_like(x)
        denor = 1.0
        for i in range(1, self.n + 1):
            denor *= i
            fn = fn + x.pow(i) / denor
        out = fn / fn.sum(dim=1, keepdims=True)
        return F.nll_loss(out.log(), labels)


def huberised_cross_entropy(logits, y, tau: float = 10.0):
    p = F.softmax(logits, dim=1)[torch.arange(logits.shape[0]), y]
    linear = -tau * p + math.log(tau) + 1
    return torch.where(p <= 1 / tau, linear, -torch.log(p)).mean()


def weighted_bce(output, target, pos_weight=3.0):
    return F.binary_cross_entropy_with_logits(output, target, pos_weight=torch.tensor(pos_weight))


def bce_of_class_weights(logits, targets, w):
    loss = -(targets * F.logsigmoid(logits) + (1 - targets) * F.logsigmoid(-logits))
    return (loss * w).sum(dim=1).mean() / logits.shape[1]


def confidence_penalty(logits, labels, beta=0.1):
    logp = F.log_softmax(logits, dim=-1)
    entropy = -(logp.exp() * logp).sum(-1)
    return F.nll_loss(logp, labels) - beta * entropy.mean()


def with_z_loss(logits, labels, z_loss: float = 1e-4):
    lse = torch.logsumexp(logits, dim=-1)
    picked = logits.gather(-1, labels[:, None])[:, 0]
    return (lse - picked + z_loss * lse.square()).mean()
