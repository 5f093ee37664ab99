"""The search for loss-1's optimum (A6, R3): softmax fails, two classes are easy, the rest is partial."""

from nmderive.derivation import Derivation

d = Derivation("The optimum of loss-1: the article's failed search")
d.has("loss-1", "softmax-optimum", "REFUTED", what="A6")
d.argued("so softmax(s) is not the solution; the search proposes other forms, and back-substitutes each exactly")
d.found("loss-1", "t", 5.0)
d.has("loss-1", "degenerates-m2", what="R3, two classes")
d.start(r"\log(1 + \sum_i t_i e^{-s_i}) + \log(1 + \sum_i (1-t_i) e^{s_i})", "the multi-label loss")
d.differentiate("its derivative by s_i")
d.put("at t = sigmoid(2 s)", r"t_i = \frac{1}{1+e^{-2s_i}}")
d.step("R3, two classes: it vanishes, so the relation is explicit", "0")
d.has("loss-1", "unique-optimum", what="R3, more classes")
d.argued("so for given labels there is one optimum; 13 and 14 say how explicit it can be made from three classes on")
d.finish()
