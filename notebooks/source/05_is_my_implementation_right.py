# %% [markdown]
# # Is my implementation right?
#
# A file of losses as a training run calls them, in NumPy here; PyTorch and JAX are read so, too. Put your own in
# its place. It is written to a folder of its own, since nmderive reads code from files that you name.

# %%
import os
import tempfile
from pathlib import Path

import nmderive

os.chdir(tempfile.mkdtemp())
_ = Path("losses.py").write_text('''
import numpy as np
from scipy.special import log_softmax, softmax


def focal(logits, target, gamma=2.0):
    log_p = log_softmax(logits, axis=1)[np.arange(len(logits)), target]
    return (-(1 - np.exp(log_p)) ** gamma * log_p).mean()


def focal_on_p(logits, target, gamma=2.0):
    p = softmax(logits, axis=1)
    p = softmax(p, axis=1)[np.arange(len(logits)), target]
    return (-(1 - p) ** gamma * np.log(p)).mean()


def bce(z, t):
    p = 1 / (1 + np.exp(-z))
    return -(t * np.log(p) + (1 - t) * np.log(1 - p)).mean()


def bce_stable(z, t):
    return (np.maximum(z, 0) - z * t + np.log1p(np.exp(-np.abs(z)))).mean()


def smoothed(logits, target, c=0.1):
    m = logits.shape[1]
    q = np.full_like(logits, c / (m - 1))
    q[np.arange(len(logits)), target] = 1 - c
    return -(q * log_softmax(logits, axis=1)).sum(axis=1).mean()


def hinge(scores, target):
    own = np.eye(scores.shape[1])[target] == 1
    others = np.where(own, -np.inf, scores).max(axis=1)
    return np.maximum(0, 1 + others - scores[np.arange(len(scores)), target]).mean()


def info_nce(similarity, temperature=0.5):
    k = similarity / temperature
    k = k - k.max(axis=1, keepdims=True)
    return -(np.diag(k) - np.log(np.exp(k).sum(axis=1))).mean()
''')

# %% [markdown]
# ## Does the code compute the paper's formula?
#
# For all n, m and every gamma above zero. What was read into names and shapes is printed with the answer.

# %%
nmderive.equal("losses.py:focal", r"\text{FL}(p_t) = -(1-p_t)^\gamma \log p_t", lets=["gamma>0"])

# %% [markdown]
# Softmax taken twice is a common slip. The answer is a point where the two differ, as fractions to put in by hand.

# %%
nmderive.equal("losses.py:focal_on_p", "losses.py:focal")

# %% [markdown]
# ## Is a rewriting the same function?
#
# The stable binary cross-entropy has a maximum and an absolute value, the naive one none.

# %%
nmderive.equal("losses.py:bce", "losses.py:bce_stable")

# %% [markdown]
# Label smoothing by c/(m-1) on the other classes is not smoothing by c/m on all of them.

# %%
nmderive.equal("losses.py:smoothed", r"-\sum_j \left(\frac{9}{10} t_j + \frac{1}{10 m}\right) \log p_j")

# %% [markdown]
# Maxima that are part of a loss are maxima over an index: here the hinge loss of Crammer and Singer.

# %%
nmderive.equal("losses.py:hinge", r"\sum_j t_j \max\left(0, 1 + \max_{k \neq j} s_k - s_j\right)")

# %% [markdown]
# A function of a square matrix has its positives on the diagonal: n = m and labels [i = j].

# %%
nmderive.equal("losses.py:info_nce",
               r"-\frac{1}{N}\sum_{i=1}^N \log\frac{e^{s_{ii}/\tau}}{\sum_{j=1}^N e^{s_{ij}/\tau}}",
               lets=["tau=0.5"])

# %% [markdown]
# ## From code to paper, and what the loss teaches
#
# In a test, `@nmderive.claims("convex")` over a function makes the same an assertion.

# %%
loss = nmderive.loss("losses.py:hinge")
loss.derive()

# %%
loss.verify("convex", "nonnegative")
