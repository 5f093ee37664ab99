"""Quadratic: the pull of each row is its own chi-squared distance, so its optimum is softmax, row by row."""

from nmderive.derivation import Derivation

d = Derivation("The quadratic loss")
d.start(r"\sum_{k, l \neq k} t_{i,k}^2 e^{s_{i,l} - s_{i,k}}", "a row's q_i")
d.step("add and take away l = k", r"\sum_k \sum_l t_{i,k}^2 e^{s_{i,l} - s_{i,k}} - \sum_k t_{i,k}^2")
d.step("the first sum is sum_k t_k^2 / p_k, which is smallest where p = t",
       r"\sum_k t_{i,k}^2 \frac{\sum_l e^{s_{i,l}}}{e^{s_{i,k}}} - \sum_k t_{i,k}^2")
for claim in ("softmax-optimum", "convex", "unique-optimum", "decoupled", "hard-label-argmax", "balance",
              "degenerates-n1"):
    d.has("quadratic", claim)
d.has("quadratic", "degenerates-m2", "REFUTED")
d.finish()
