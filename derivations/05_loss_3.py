"""The choice of f, and loss-3 (A11, A12)."""

from nmderive.derivation import Derivation

d = Derivation("Loss-3: softmax is its optimum")
d.start(r"\sum_j f(s_{i,j})", "the sum of f over the classes")
d.put("A11: the article's f", r"f(s_{i,j})=s_{i,j}-\bar{s}_i")
d.step("A11: the mean cancels", "0")
d.start(r"\frac{e^{s_{i,j}-\bar{s}_i}}{\sum_k e^{s_{i,k}-\bar{s}_i}}", "softmax of f")
d.step("A12: the mean does not change the normalisation", r"\frac{e^{s_{i,j}}}{\sum_k e^{s_{i,k}}}")
d.start(r"\sum_j \log \left(1 + \sum_i t_{i,j}e^{- s_{i,j} + \bar{s}_i}\right)", "A12: loss-3")
d.differentiate("dl/ds_ij")
d.put("at t = softmax(s)", r"t_{i,j} = \frac{e^{s_{i,j}}}{\sum_k e^{s_{i,k}}}")
d.step("A12: it vanishes", "0")
d.has("loss-3", "convex")
d.has("loss-3", "unique-optimum", what="A12")
d.finish()
