"""The coupling of the tasks (C1): loss-1's optimum for one row depends on the others, loss-3's does not."""

from nmderive.derivation import Derivation

d = Derivation("Are the optima of different tasks coupled?")
d.has("loss-1", "decoupled", "REFUTED", what="C1")
for name in ("loss-3", "pairwise", "quadratic"):
    d.has(name, "decoupled", what="C1" if name == "loss-3" else "")
d.finish()
