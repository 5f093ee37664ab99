"""Losses of pairs, margins, ranks, teachers and mixtures, as training code writes them with PyTorch."""

import torch
import torch.nn.functional as F


def supervised_contrastive(sim, labels, temperature=0.07):
    labels = labels.contiguous().view(-1, 1)
    mask = torch.eq(labels, labels.T).float()
    logits = sim / temperature
    logits_max, _ = torch.max(logits, dim=1, keepdim=True)
    logits = logits - logits_max.detach()
    logits_mask = 1 - torch.eye(sim.shape[0])
    mask = mask * logits_mask
    exp_logits = torch.exp(logits) * logits_mask
    log_prob = logits - torch.log(exp_logits.sum(1, keepdim=True))
    mean_log_prob_pos = (mask * log_prob).sum(1) / mask.sum(1)
    return -mean_log_prob_pos.mean()


def supervised_contrastive_of_features(features, labels, temperature=0.5):
    sim = features @ features.T / temperature
    mask = (labels[:, None] == labels[None, :]).to(sim.dtype).fill_diagonal_(0)
    others = ~torch.eye(len(sim), dtype=torch.bool)
    log_prob = sim - sim.masked_fill(~others, -torch.inf).logsumexp(dim=1, keepdim=True)
    return -(mask * log_prob).sum() / mask.sum()


def circle(sp, sn, m=0.25, gamma=2.0):
    ap = torch.clamp_min(-sp + 1 + m, min=0.0)
    an = torch.clamp_min(sn + m, min=0.0)
    logit_p = -ap * (sp - (1 - m)) * gamma
    logit_n = an * (sn - m) * gamma
    return F.softplus(torch.logsumexp(logit_n, dim=0) + torch.logsumexp(logit_p, dim=0))


def circle_of_labels(sim, y, m=0.25, gamma=4.0):
    pos = F.one_hot(y, sim.shape[1]).bool()
    ap, an = F.relu(1 + m - sim), F.relu(sim + m)
    logit_p = (-gamma * ap * (sim - 1 + m)).masked_fill(~pos, float("-inf"))
    logit_n = (gamma * an * (sim - m)).masked_fill(pos, float("-inf"))
    return F.softplus(torch.logsumexp(logit_p, 1) + torch.logsumexp(logit_n, 1)).mean()


def multi_label_categorical(y_pred, y_true):
    y_pred = (1 - 2 * y_true) * y_pred
    y_pred_neg = y_pred - y_true * 1e12
    y_pred_pos = y_pred - (1 - y_true) * 1e12
    zeros = torch.zeros_like(y_pred[..., :1])
    y_pred_neg = torch.cat([y_pred_neg, zeros], dim=-1)
    y_pred_pos = torch.cat([y_pred_pos, zeros], dim=-1)
    neg_loss = torch.logsumexp(y_pred_neg, dim=-1)
    pos_loss = torch.logsumexp(y_pred_pos, dim=-1)
    return (neg_loss + pos_loss).mean()


def with_a_threshold_class(logits, labels):
    none = torch.zeros(logits.size(0), 1)
    extended = torch.cat((none, logits), dim=1)
    return (extended.logsumexp(dim=1) - logits.gather(1, labels.view(-1, 1)).squeeze(1)).mean()


def with_a_background_class(logits, labels):
    padded = F.pad(logits, (0, 1), value=0.5)
    log_p = F.log_softmax(padded, dim=1)
    return -log_p.gather(1, labels[:, None]).mean() - 0.1 * log_p.mean()


def last_class_apart(logits, y):
    return F.cross_entropy(logits, y) + 0.1 * (logits[:, -1] - logits[..., :1].squeeze(1)).square().mean()


def cosine_margin(cosine, label, s=30.0, m=0.40):
    one_hot = torch.zeros(cosine.size())
    one_hot.scatter_(1, label.view(-1, 1).long(), 1)
    output = (one_hot * (cosine - m)) + ((1.0 - one_hot) * cosine)
    output *= s
    return F.cross_entropy(output, label)


def angular_margin(cosine, label, s=8.0, m=0.50):
    import math

    sine = torch.sqrt(torch.clamp(1.0 - torch.pow(torch.tanh(cosine), 2), 1e-12, 1))
    phi = torch.tanh(cosine) * math.cos(m) - sine * math.sin(m)
    one_hot = F.one_hot(label, cosine.shape[1]).to(cosine)
    return F.cross_entropy(s * (one_hot * phi + (1.0 - one_hot) * torch.tanh(cosine)), label)


def additive_margin(scores, labels, s=30, m=0.4):
    delt = torch.zeros_like(scores).scatter_(1, labels.view(-1, 1), m)
    costh_m_s = s * (scores - delt)
    return F.cross_entropy(costh_m_s, labels)


def others_masked(logits, labels):
    own = F.one_hot(labels, logits.size(1)).bool()
    target_logit = logits[own]
    others = torch.where(own, torch.full_like(logits, -float("inf")), logits).max(dim=1).values
    return F.relu(1 - target_logit + others).mean()


def negatives_only(logits, y):
    mask = F.one_hot(y, num_classes=logits.shape[1]).to(torch.bool)
    denominator = torch.logsumexp(logits.masked_fill(mask, -torch.inf), dim=1)
    return (denominator - logits[torch.arange(logits.shape[0]), y]).mean()


def harmonised(pred, target, bins=10):
    g = torch.abs(pred.sigmoid().detach() - target)
    weights = 1 / (1 + torch.floor(g * bins))
    return F.binary_cross_entropy_with_logits(pred, target, weights, reduction="sum")


def lovasz_hinge(logits, labels):
    signs = 2.0 * labels - 1.0
    errors = 1.0 - logits * signs
    errors_sorted, perm = torch.sort(errors, dim=0, descending=True)
    return F.relu(errors_sorted).sum()


def knowledge_distillation(student_logits, teacher_logits, temperature=4.0):
    soft_targets = F.softmax(teacher_logits / temperature, dim=-1)
    soft_prob = F.log_softmax(student_logits / temperature, dim=-1)
    return F.kl_div(soft_prob, soft_targets, reduction="batchmean") * (temperature**2)


def distillation_with_labels(logits, labels, teacher_logits, T=2.0, alpha=0.9):
    kd = F.kl_div(F.log_softmax(logits / T, dim=1), F.softmax(teacher_logits / T, dim=1), reduction="batchmean")
    return kd * (alpha * T * T) + F.cross_entropy(logits, labels) * (1.0 - alpha)


def distillation_of_probabilities(logits, labels, teacher_probs, weight: float = 0.5):
    soft = -(teacher_probs * logits.log_softmax(1)).sum(1).mean()
    return weight * soft + (1 - weight) * F.cross_entropy(logits, labels)


def logits_matched(student, teacher):
    return F.mse_loss(student, teacher)


def jensen_shannon(logits, target):
    p, q = F.softmax(logits, dim=1), target
    m = 0.5 * (p + q)
    return 0.5 * (F.kl_div(m.log(), p, reduction="batchmean") + F.kl_div(m.log(), q, reduction="batchmean"))


def jensen_shannon_of_two(p_logits, q_logits):
    p, q = p_logits.softmax(1), q_logits.softmax(1)
    m = (p + q) / 2
    return ((p * (p / m).log()).sum(1) + (q * (q / m).log()).sum(1)).mean() / 2


def mixup(pred, y_a, y_b, lam=0.3):
    return lam * F.cross_entropy(pred, y_a) + (1 - lam) * F.cross_entropy(pred, y_b)


def mixup_soft(logits, targets_a, targets_b, lam: float = 0.3):
    y = lam * F.one_hot(targets_a, logits.size(1)) + (1 - lam) * F.one_hot(targets_b, logits.size(1))
    return -(y * logits.log_softmax(-1)).sum(-1).mean()


def bayesian_personalised(pos_scores, neg_scores):
    return -F.logsigmoid(pos_scores - neg_scores).mean()


def rank_pairs(positive_scores, negative_scores, margin=1.0):
    return F.relu(margin - positive_scores + negative_scores).pow(2).sum()


def rank_net(scores, relevance):
    diff = scores[:, :, None] - scores[:, None, :]
    better = (relevance[:, :, None] > relevance[:, None, :]).float()
    return (better * F.softplus(-diff)).sum((1, 2)).mean()


def list_net(y_pred, y_true, eps=1e-10):
    preds_smax = F.softmax(y_pred, dim=1)
    true_smax = F.softmax(y_true, dim=1)
    return torch.mean(-torch.sum(true_smax * torch.log(preds_smax + eps), dim=1))


def list_mle(scores, labels):
    order = labels.argsort(dim=-1, descending=True)
    ordered = scores.gather(1, order)
    return (torch.logcumsumexp(ordered.flip(1), 1).flip(1) - ordered).sum(1).mean()


def list_mle_in_order(scores):
    return (scores.flip(1).logcumsumexp(dim=1).flip(1) - scores).sum(dim=1).mean()


def clip_both(similarity, temperature=0.07):
    logits_per_image = similarity / temperature
    labels = torch.arange(similarity.shape[0])
    return (F.cross_entropy(logits_per_image, labels) + F.cross_entropy(logits_per_image.t(), labels)) / 2


def info_nce(sim, temperature=0.1):
    sim = sim / temperature
    return F.cross_entropy(sim, torch.arange(len(sim)))


def nt_xent(sim, temperature=0.5):
    n = sim.shape[0]
    off = ~torch.eye(n, dtype=torch.bool)
    k = sim / temperature
    return (torch.logsumexp(k.masked_fill(~off, -1e9), dim=1) - torch.diagonal(k)).mean()


def nt_xent_of_views(z_i, z_j, tau=0.5):
    z = torch.cat([z_i, z_j], dim=0)
    sim = z @ z.t() / tau
    sim.fill_diagonal_(float("-inf"))
    n = z_i.size(0)
    return F.cross_entropy(sim, torch.cat([torch.arange(n, 2 * n), torch.arange(n)]))


def hinge(output, target):
    return torch.clamp(1 - output * (2 * target - 1), min=0).mean()


def squared_hinge(scores, y):
    correct = scores.gather(1, y.unsqueeze(1))
    margins = (scores - correct + 1).clamp(min=0)
    margins = margins.scatter(1, y.unsqueeze(1), 0)
    return margins.pow(2).sum(1).mean()


def hinge_of_the_hardest(scores, y):
    hardest = torch.topk(scores - 1e4 * F.one_hot(y, scores.size(1)), k=1, dim=1).values.squeeze(1)
    return (1 + hardest - scores.gather(1, y[:, None]).squeeze(1)).relu().sum()


def neighbours(logits, t):
    p = logits.softmax(1)
    smooth = ((p - torch.roll(p, shifts=1, dims=1)) ** 2).sum(1)
    return (-(t * p.log()).sum(1) + 0.1 * smooth).mean()
