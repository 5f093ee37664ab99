"""From softmax cross-entropy to loss-1 (A1 to A4): rewrite, move the sum into the log, truncate."""

from nmderive.derivation import Derivation

d = Derivation("The analogy: from cross-entropy to loss-1")
d.start(r"-\sum_i\sum_j t_{i,j}\log \frac{e^{s_{i,j}}}{\sum_k e^{s_{i,k}}}", "softmax cross-entropy of n tasks")
d.step("A1: divide by the target's exponential, split off k = j",
       r"\sum_i\sum_j t_{i,j}\log \left(1 + \sum_{k\neq j} e^{s_{i,k} - s_{i,j}}\right)")
d.step("A2: the sum over i goes into the log as a product of powers",
       r"\sum_j \log \prod_i\left(1 + \sum_{k\neq j} e^{s_{i,k} - s_{i,j}}\right)^{t_{i,j}}", "the base is positive")
d.step("A3: the product is 1, its first order, and the rest",
       r"\sum_j \log \left(1 + \sum_i t_{i,j}\sum_{k\neq j} e^{s_{i,k} - s_{i,j}}+\cdots\right)",
       "orders 0 and 1 agree", order=1)
d.step("A4: drop the rest: this is loss-1",
       r"\sum_j \log \left(1 + \sum_{i,k\neq j} t_{i,j}e^{- s_{i,j} + s_{i,k}}\right)", "orders 0 and 1 agree", order=1)
d.has("loss-1", "convex")
d.has("loss-1", "unique-optimum")
d.finish()
