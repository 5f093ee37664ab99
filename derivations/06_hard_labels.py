"""Hard labels (A13 to A15): loss-3 may put another class on top, loss-1 may not."""

from nmderive.derivation import Derivation
from nmderive.reproducing.numbers import near_hard_labels

d = Derivation("Hard labels")
d.has("loss-3", "hard-label-argmax", "REFUTED", what="A13")
d.start(r"\log(1+e^{-s_1+\bar{s}})", "loss-3 at n = 1 with the target in class 1")
d.argued("along s = r (1, 2, -3) the mean is 0, so this is log(1 + e^-r), which tends to 0, while s_2 > s_1")
d.has("loss-3", "hard-label-argmax", "PROVED", {"m": 2}, "A13, two classes")
near = near_hard_labels().verdict
d.argued("A14: near hard labels (1 - 2e, e, e) is that ray a cheap place, too? its cost above the optimum, enclosed:")
d.judged(near, "CERTIFIED")
for finding in near.findings:
    d.argued(finding)
d.has("loss-1", "hard-label-argmax", what="A15")
d.has("pairwise", "hard-label-argmax")
d.has("quadratic", "hard-label-argmax")
d.finish()
