"""Loss-3 is alone in the general form: l = sum_j log(1 + sum_i t_ij g_j(s_i)) with softmax optimal forces it."""

from nmderive.derivation import Derivation, no_go_steps

d = Derivation("The no-go theorem: inside the general form there is only loss-3")
d.argued("let g_j > 0 be smooth, not constant, and permuted with the classes; p = softmax(s)")
d.proof(no_go_steps())
d.has("loss-3", "softmax-optimum")
d.has("loss-3", "hard-label-argmax", "REFUTED")
d.argued("so loss-3's failure on hard labels cannot be repaired inside the general form")
d.finish()
