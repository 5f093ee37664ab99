"""Two classes, and one sample (A16, R2): what the losses become."""

from nmderive.derivation import Derivation

d = Derivation("Two classes, and one sample with a hard label")
d.start(r"\log \left(1 + \sum_i t_{i,1} e^{s_{i,2}-s_{i,1}}\right)"
        r" + \log \left(1 + \sum_i t_{i,2} e^{s_{i,1}-s_{i,2}}\right)", "loss-1 at m = 2, written out")
d.step("it is loss-1", r"\sum_j \log \left(1 + \sum_{i,k\neq j} t_{i,j}e^{- s_{i,j} + s_{i,k}}\right)", sizes={"m": 2})
for name in ("loss-1", "loss-3"):
    d.has(name, "degenerates-m2", what="A16")
d.has("pairwise", "degenerates-m2")
d.has("loss-1", "degenerates-m2", what="R2, n binary tasks")
d.has("loss-1", "degenerates-n1", what="R2, one m-way task")
for name, status in (("quadratic", "PROVED"), ("loss-3", "REFUTED"), ("pairwise", "REFUTED")):
    d.has(name, "degenerates-n1", status)
d.finish()
