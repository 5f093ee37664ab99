"""The choice of f, and loss-3 (A11, A12)."""

from nmderive.derivation import Derivation

d = Derivation("Loss-3: softmax is its optimum")
d.start(r"\sum_j (s_{i,j}-\bar{s}_i)", "the sum of f over the classes")
d.step("the mean cancels", "0")
d.start(r"\frac{e^{s_{i,j}-\bar{s}_i}}{\sum_k e^{s_{i,k}-\bar{s}_i}}", "softmax of f")
d.step("the mean does not change the normalisation", r"\frac{e^{s_{i,j}}}{\sum_k e^{s_{i,k}}}")
d.has("loss-3", "softmax-optimum")
d.has("loss-3", "convex")
d.has("loss-3", "unique-optimum")
d.finish()
