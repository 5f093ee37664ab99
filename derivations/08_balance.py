"""Balance (A17): a class counts like the log of its size, not like its size."""

from nmderive.derivation import Derivation

d = Derivation("Balance of large and small classes", ["r>0", "q_i>0"])
d.start(r"\sum_i r q_i", "a class's part of cross-entropy, its samples r times, q_i the cost of one")
d.step("it grows like r", r"r \sum_i q_i")
for name in ("loss-1", "loss-3", "pairwise", "quadratic"):
    d.has(name, "balance")
d.has("cross-entropy", "balance", "REFUTED")
d.finish()
