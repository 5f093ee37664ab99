"""NumPy losses in a file that imports PyTorch, too, and one that says nothing of the library of what it calls."""

import numpy as np
import torch
from torch_losses_of_classes import poly_1


def in_numpy(logits, onehot):
    z = logits - np.max(logits, axis=1, keepdims=True)
    return -np.mean(np.sum(onehot * (z - np.log(np.sum(np.exp(z), axis=1, keepdims=True))), axis=1))


def by_methods_of_numpy(logits, onehot):
    e = np.exp(logits)
    return ((e / e.sum(1)[:, None] - onehot) ** 2).sum() / len(logits)


def by_operators(logits, labels):
    return ((logits - labels) ** 2).sum()


def in_torch(logits, labels):
    return -(labels * torch.log_softmax(logits, 1)).sum() / np.log(2)


def wrapped(logits, target):
    return poly_1(logits, target)


class CallOnly(torch.nn.Module):
    def __call__(self, logits, labels):
        return -(labels * logits.log_softmax(dim=1)).sum()
