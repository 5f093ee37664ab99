# %% [markdown]
# # The article in ten minutes
#
# Su Jianlin (2022, https://kexue.fm/archives/9158) asked: is there a loss for n classification tasks at once that
# counts a class like the logarithm of its size, and whose optimum is still softmax? This is his road, each step
# checked. `nmderive reproduce` works through all claims; this is the short version.

# %%
import nmderive
from nmderive.derivation import Derivation

# %% [markdown]
# ## From cross-entropy to loss-1
#
# Move the sum over the samples into the logarithm, then keep the first order. A step that does not hold would stop
# the derivation.

# %%
d = Derivation("From cross-entropy to loss-1")
d.start(r"-\sum_i\sum_j t_{i,j}\log \frac{e^{s_{i,j}}}{\sum_k e^{s_{i,k}}}", "softmax cross-entropy")
d.step("divide by the target's exponential",
       r"\sum_i\sum_j t_{i,j}\log \left(1 + \sum_{k\neq j} e^{s_{i,k} - s_{i,j}}\right)")
d.step("the sum over i goes into the log as a product of powers",
       r"\sum_j \log \prod_i\left(1 + \sum_{k\neq j} e^{s_{i,k} - s_{i,j}}\right)^{t_{i,j}}")
d.step("keep the first order in the exponentials: this is loss-1",
       r"\sum_j \log \left(1 + \sum_{i,k\neq j} t_{i,j}e^{- s_{i,j} + s_{i,k}}\right)", order=1)
d

# %% [markdown]
# ## Where the author stopped: loss-1's optimum
#
# Softmax is not it. The counterexample is exact.

# %%
loss_1 = nmderive.loss("loss-1")
loss_1.verify("softmax-optimum").verdicts[0]

# %% [markdown]
# The search says how far one can go: two classes are easy, the rest has as many unknowns as it says.

# %%
loss_1.solve("t", seconds=4)

# %% [markdown]
# ## Loss-3: softmax is the optimum
#
# The article's way out: subtract the row's mean. At t = softmax(s) the gradient vanishes, for all n and m.

# %%
d = Derivation("Loss-3")
d.start(r"\sum_j \log \left(1 + \sum_i t_{i,j}e^{- s_{i,j} + \bar{s}_i}\right)", "loss-3")
d.differentiate("its derivative by s_ij")
d.put("labels t = softmax(s)", r"t_{i,j} = \frac{e^{s_{i,j}}}{\sum_k e^{s_{i,k}}}")
d.step("it vanishes", "0")
d

# %% [markdown]
# ## Its flaw: hard labels
#
# Along one ray loss-3 goes to its infimum with the wrong class on top.

# %%
nmderive.loss("loss-3").verify("hard-label-argmax").verdicts[0]

# %% [markdown]
# ## A comment's slip
#
# The first reader's form (4.3.1) loses a factor. The tool finds a point where the sides differ.

# %%
nmderive.equal(r"\log \left(1 + \sum_{j, j \neq t} e^{ s_{j} - s_t}\right)",
               r"\log \left(1 + \sum_{j} (1-t_j) e^{ s_{j}}\right)")

# %% [markdown]
# ## Past the article
#
# Loss-3 cannot be repaired inside the article's general form. Two losses outside it have all that was asked for.
# Open "why" for the proofs.

# %%
nmderive.compare(["cross-entropy", "loss-1", "loss-3", "pairwise", "quadratic"],
                 claims=["balance", "softmax-optimum", "decoupled", "hard-label-argmax", "convex"])

# %%
nmderive.loss("pairwise")

# %%
nmderive.loss("quadratic")
