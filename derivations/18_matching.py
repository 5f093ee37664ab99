"""Matching: a sum over partial matchings of the classes, with softmax as its optimum for every n and m."""

from nmderive.derivation import Derivation, matching_steps

B = r"\sum_i t_{i,%s} e^{\frac{1}{2}(s_{i,%s} - s_{i,%s})}"
d = Derivation("The matching loss")
d.argued("B_jk = sum_i t_ij e^((s_ik - s_ij)/2); the loss is log F, F the sum over all sets of pairs (j, k), j != k, "
         "in which no class stands twice on the left or twice on the right, of the product of the B_jk; m = 2:")
d.start(rf"\log\left(1 + {B % (1, 2, 1)} + {B % (2, 1, 2)} + \left({B % (1, 2, 1)}\right)\left({B % (2, 1, 2)}\right)"
        r"\right)", "the four matchings of two classes")
d.step("F factors, so with two classes it is pairwise", r"\sum_{j, k \neq j} \log\left(1 + \sum_i t_{i,j} "
       r"e^{\frac{1}{2}(s_{i,k}-s_{i,j})}\right)", sizes={"m": 2})
d.has("matching-2", "degenerates-m2", sizes={"m": 2})
d.argued("for all m, softmax is stationary by the symmetry of the kernel B:")
d.proof(matching_steps())
d.has("matching-3", "convex", sizes={"m": 3})
d.has("matching-3", "hard-label-argmax", sizes={"m": 3})
d.has("matching-3", "degenerates-n1", sizes={"m": 3})
d.argued("that the last three hold for every m is not checked here")
d.finish()
