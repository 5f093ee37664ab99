"""Balance (A17), and the article's two wishes together (A18): who has what."""

from nmderive.derivation import Derivation

d = Derivation("Balance of large and small classes", ["r>0", "q_i>0"])
d.start(r"\sum_i r q_i", "a class's part of cross-entropy, its samples r times, q_i the cost of one")
d.step("it grows like r", r"r \sum_i q_i")
for name in ("loss-1", "loss-3", "pairwise", "quadratic"):
    d.has(name, "balance", what="A17")
d.has("cross-entropy", "balance", "REFUTED", what="A17")
d.has("loss-1", "softmax-optimum", "REFUTED", what="A18, loss-1 lacks the closed form softmax(s)")
d.has("loss-3", "softmax-optimum", what="A18, loss-3 has it")
d.has("loss-3", "hard-label-argmax", "REFUTED", what="A18, but is not right for hard labels")
for name in ("pairwise", "quadratic"):
    d.has(name, "softmax-optimum", what="A18, past the article")
    d.has(name, "hard-label-argmax", what="A18, past the article")
d.finish()
