"""Pairwise: balance, softmax as its only optimum, decoupled, right for hard labels."""

from nmderive.derivation import Derivation

d = Derivation("The pairwise loss")
d.start(r"\sum_{j, k \neq j} \log\left(1 + \sum_i t_{i,j} e^{\frac{1}{2}(s_{i,k}-s_{i,j})}\right)", "pairwise")
d.step("it is the catalogue's", "pairwise")
P = r"\frac{e^{s_{i,j}}}{\sum_l e^{s_{i,l}}}"
d.start(rf"{P} e^{{\frac{{1}}{{2}}(s_{{i,k}}-s_{{i,j}})}}", "t_ij e^((s_ik - s_ij)/2) at t = softmax(s)")
d.step("it is symmetric in j and k",
       r"\frac{e^{\frac{1}{2} s_{i,j}} e^{\frac{1}{2} s_{i,k}}}{\sum_l e^{s_{i,l}}}")
for claim in ("softmax-optimum", "convex", "unique-optimum", "decoupled", "hard-label-argmax", "balance",
              "degenerates-m2"):
    d.has("pairwise", claim)
d.has("pairwise", "degenerates-n1", "REFUTED")
d.finish()
