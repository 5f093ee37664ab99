"""PyTorch losses by the ways of writing that a trace has to see through: guards, masks, loops, counts, old names."""

import torch
import torch.nn.functional as F
from torch.autograd import Variable


def guarded_mean(logits, target, ignored=1):
    rows = F.cross_entropy(logits, target, reduction="none")
    keep = target != ignored
    if keep.sum() == 0:
        return logits.sum() * 0.0
    return rows[keep].mean()


def guarded_by_any(logits, target):
    positive = target > 0
    if not positive.any():
        return logits.sum() * 0
    return F.softplus(-logits[positive, 0]).mean()


def guarded_by_count(logits, target):
    positive = (target == 0).float()
    count = positive.sum()
    if count < 1:
        count = count + 1
    return (positive * F.cross_entropy(logits, target, reduction="none")).sum() / count


def guarded_numbers(logits, target):
    loss = F.cross_entropy(logits, target)
    if torch.isnan(loss) or torch.isinf(loss).any():
        return torch.zeros_like(loss)
    return torch.nan_to_num(loss)


def several_samples(logits, target):
    if logits.shape[0] < 2:
        return logits.new_zeros(())
    return F.cross_entropy(logits - logits.mean(0), target)


def shape_checked(features, labels):
    labels = labels.contiguous().view(-1, 1)
    if labels.shape[0] != features.shape[0]:
        raise ValueError("one label a sample")
    same = torch.eq(labels, labels.T).float() * (1 - torch.eye(features.shape[0]))
    return -(same * (features @ features.T).log_softmax(1)).sum() / features.shape[0]


def by_positions(logits, target):
    where = torch.nonzero(target != 0, as_tuple=True)[0]
    left = F.log_softmax(logits[where], dim=1)
    return -left.gather(1, target[where].unsqueeze(1)).sum()


def filled_at_positions(logits, target):
    labels = torch.full_like(logits, 0.1)
    labels.scatter_(1, target.unsqueeze(1), 0.8)
    labels.index_fill_(0, torch.nonzero(target == 0).squeeze(), 0.0)
    return -(labels * logits.log_softmax(1)).sum()


def mask_and_column(logits, target):
    loss = 0
    for k in range(2):
        mask = target >= k
        loss = loss + F.binary_cross_entropy_with_logits(logits[mask, k], (target[mask] > k).float(), reduction="sum")
    return loss


def mask_and_class(logits, target):
    keep = target > 0
    return (torch.logsumexp(logits, 1)[keep] - logits[keep, target[keep]]).sum() / keep.sum()


def assigned_from_itself(logits, labels):
    scores = logits * 1
    scores[labels > 0.5] = -scores[labels > 0.5]
    return F.softplus(scores).mean()


def off_diagonal(sim):
    n = sim.size(0)
    eye = torch.eye(n).bool()
    joined = torch.cat([sim[eye].unsqueeze(1), sim[~eye].view(n, -1)], dim=1)
    return F.cross_entropy(joined, torch.zeros(n, dtype=torch.long))


def counted_items(logits, target):
    total, count = 0.0, 0
    for k in range(2):
        mask = target == k
        total = total + (F.softplus(-logits[:, k]) * mask).sum()
        count += mask.sum().item()
    return total / max(count, 1)


def shown_items(logits, labels):
    shown, total = [], 0
    for k in range(logits.shape[1]):
        part = F.binary_cross_entropy_with_logits(logits[:, k], labels[:, k])
        shown.append(1.0 - part.item() / 2)
        total += part
    return total


def dice_by_a_loop(logits, target, smooth=1.0):
    probs, total = torch.softmax(logits, dim=1), 0
    for c in range(logits.shape[1]):
        own = (target == c).float()
        total += 1 - (2 * (probs[:, c] * own).sum() + smooth) / (probs[:, c].sum() + own.sum() + smooth)
    return total / logits.shape[1]


def dice_without_background(logits, target, smooth=1.0):
    probs, parts = torch.softmax(logits, dim=1), []
    for c in range(1, logits.size(1)):
        own = (target == c).float()
        parts.append((2 * (probs[:, c] * own).sum() + smooth) / (probs[:, c].sum() + own.sum() + smooth))
    return 1 - torch.stack(parts).mean()


def mean_by_class(logits, target):
    rows, total, count = F.cross_entropy(logits, target, reduction="none"), 0.0, 0
    for c in range(logits.shape[1]):
        own = target == c
        if own.sum() == 0:
            continue
        total, count = total + rows[own].mean(), count + 1
    return total / count


def ratio_of_loops(logits, target):
    above, below = 0, 0
    for c in range(logits.shape[1]):
        own = target >= c
        above = above + F.softplus(-logits[own, c]).sum()
        below = below + own.sum()
    return above / below


def row_by_row(logits, labels):
    loss = 0
    for row, y in zip(logits, labels, strict=True):
        row = row - row.max()
        loss += row.exp().sum().log() - row[y]
    return loss / len(logits)


def nested_loops(logits, labels):
    total = (logits * labels).mean()
    for i in range(logits.shape[0]):
        for j in range(logits.shape[1]):
            total = total + labels[i, j] * logits[i, j] ** 2
    return total


def without_dim(input, target):
    return -F.log_softmax(input).gather(1, Variable(target).view(-1, 1)).view(-1).mean()


def interpolated(logits, target):
    logs = logits.log_softmax(-1)
    return torch.lerp(F.nll_loss(logs, target), -logs.mean(-1).mean(), 0.1)


def old_reduction(logits, target):
    return F.cross_entropy(logits, target, size_average=False) + F.nll_loss(
        logits.log_softmax(1), target, reduce=False).mean()


def empty_and_filled(logits, target):
    ignore = target.clone().eq(-100)
    target = target.clone()
    target[ignore] = 0
    labels = torch.empty_like(logits).fill_(0.05).scatter_(1, target.unsqueeze(1), 0.9)
    loss = -(labels * logits.log_softmax(1)).sum(1)
    loss[ignore] = 0
    return loss.sum() / ignore.eq(0).sum()


def views_of_positions(z1, z2, tau=0.5):
    n = z1.shape[0]
    z = F.normalize(torch.cat([z1, z2], dim=0), dim=1)
    sim = (z @ z.t() / tau).masked_fill(torch.eye(2 * n).bool(), -1e9)
    positive = torch.cat([torch.arange(n, 2 * n), torch.arange(n)])
    return F.cross_entropy(sim, positive) + F.cross_entropy(sim, (torch.arange(2 * n) + n) % (2 * n))


def views_of_diagonals(z1, z2):
    n = z1.size(0)
    sim = torch.cat((z1, z2)) @ torch.cat((z1, z2)).T
    positive = torch.cat([torch.diag(sim, n), torch.diag(sim, -n)])
    rows = -sim[torch.arange(2 * n), torch.cat([torch.arange(n) + n, torch.arange(n)])]
    return (torch.logsumexp(sim, dim=1) - positive).mean() + rows.mean() / 2


def views_of_masks(z1, z2, tau=0.5):
    n = z1.shape[0]
    z = torch.cat([z1, z2])
    powers, other = torch.exp(z @ z.T / tau), 1 - torch.eye(2 * n)
    same = torch.eye(n).repeat(2, 2) - torch.eye(2 * n)
    return -torch.log((powers * same).sum(1) / (powers * other).sum(1)).mean()


def views_of_labels(z1, z2, labels):
    z, own = torch.cat([z1, z2]), torch.cat([labels, labels])
    other = 1 - torch.eye(z.shape[0])
    sim = z @ z.T
    sim = sim - sim.max(dim=1, keepdim=True).values.detach()
    same = (own.view(-1, 1) == own.view(1, -1)).float() * other
    logs = sim - torch.log((torch.exp(sim) * other).sum(1, keepdim=True))
    return -((same * logs).sum(1) / same.sum(1)).mean()


def filled_by_a_loop(logits, labels):
    parts = torch.zeros(logits.shape[1])
    for c in range(logits.shape[1]):
        parts[c] = F.binary_cross_entropy_with_logits(logits[:, c], labels[:, c])
    return parts.mean()
