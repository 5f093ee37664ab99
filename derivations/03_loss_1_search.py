"""The search for loss-1's optimum (A6, R3): softmax fails, two classes are easy, the rest is partial."""

from nmderive.derivation import Derivation

d = Derivation("The optimum of loss-1: the article's failed search")
d.has("loss-1", "softmax-optimum", "REFUTED")
d.argued("so softmax(s) is not the solution; the search proposes other forms, and back-substitutes each exactly")
d.found("loss-1", "t", 1.0)
d.has("loss-1", "unique-optimum")
d.argued("so for given labels there is one optimum; 13 and 14 say how explicit it can be made")
d.finish()
