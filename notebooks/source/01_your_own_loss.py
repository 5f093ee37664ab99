# %% [markdown]
# # A loss of your own
#
# Paste a loss as you wrote it. The letters: s logits, t labels, i over samples, j, k, h, l over classes.
# Here is one to play with: every pair of classes has a logarithm, and g says how steep its exponentials are. What does
# it teach, and for which g? Put your own in its place.

# %%
import numpy as np

import nmderive

loss = nmderive.loss(r"\sum_{j,k\neq j} \log\left(1 + \sum_i t_{i,j} e^{g(s_{i,k}-s_{i,j})}\right)", lets=["g>0"])
loss

# %% [markdown]
# ## Its gradient
#
# For all n and m, as a paper would print it. `print(gradient.shown("latex"))` gives the text to paste.

# %%
gradient = loss.derive()
gradient

# %%
print(gradient.shown("latex"))

# %% [markdown]
# ## What it teaches
#
# Every property gets a verdict. Open a line to see the proof's certificate or the counterexample.

# %%
loss.verify()

# %% [markdown]
# ## Its optimum
#
# The search puts forms for the labels into dl/ds = 0 and says which of them hold. It is limited to two seconds a
# strategy here. It finds the link for every g at once: softmax(2 g s), so softmax(s) at g = 1/2.

# %%
loss.solve("t", seconds=2)

# %% [markdown]
# ## Numbers
#
# The same loss as fast NumPy code, stable at any logits. The gradient agrees with a finite difference.

# %%
code = loss.numpy()
random = np.random.default_rng(0)
s, t = random.normal(size=(4, 3)), random.dirichlet([1, 1, 1], size=4)
value, by_logits = code.value_and_grad(s, t, g=0.8)
step = np.zeros_like(s)
step[1, 2] = 1e-6
difference = (code.value(s + step, t, g=0.8) - code.value(s - step, t, g=0.8)) / 2e-6
print(value, by_logits[1, 2], difference)

# %% [markdown]
# The optimal logits for given labels, found by SciPy and polished by Newton steps:

# %%
root = loss.stationary(t, g=0.8)
root

# %%
p = np.exp(root.s) / np.exp(root.s).sum(axis=1, keepdims=True)
print("largest |softmax(s) - t| at the optimum:", abs(p - t).max())

# %% [markdown]
# ## A slider
#
# How far the optimum is from softmax as g moves: press a stop, or walk with the arrow keys. The picture moves without a
# kernel, too. The distance vanishes at g = 1/2 and nowhere else, which the numbers below say again.

# %%
loss.plot("optimum")

# %%
def distance(g):
    best = loss.stationary(t, g=g)
    p = np.exp(best.s) / np.exp(best.s).sum(axis=1, keepdims=True)
    return abs(p - t).max()


for g in (0.25, 0.5, 0.75, 1.0, 1.5, 2.0):
    print(f"g = {g:4.2f}: largest |softmax(s) - t| = {distance(g):.2e}")

# %% [markdown]
# ## Beside the others

# %%
nmderive.compare([loss, "cross-entropy", "loss-1", "pairwise"],
                 claims=["balance", "softmax-optimum", "hard-label-argmax", "convex"])
