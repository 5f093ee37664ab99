"""Two classes, and one sample (A16, R2): what the losses become."""

from nmderive.derivation import Derivation

d = Derivation("Two classes, and one sample with a hard label")
for name in ("loss-1", "loss-3", "pairwise"):
    d.has(name, "degenerates-m2")
for name, status in (("loss-1", "PROVED"), ("quadratic", "PROVED"), ("loss-3", "REFUTED"), ("pairwise", "REFUTED")):
    d.has(name, "degenerates-n1", status)
d.finish()
