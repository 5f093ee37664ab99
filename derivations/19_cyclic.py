"""Cyclic: all rows of the table at polynomial cost, by products over the classes shifted in a circle."""

import nmderive
from nmderive.derivation import Derivation

B = r"\sum_i t_{i,%s} e^{\frac{1}{2}(s_{i,%s} - s_{i,%s})}"
SHIFTED, BACK = B % ("j", "j+d", "j"), B % ("j+d", "j", "j+d")
d = Derivation("The cyclic loss")
d.argued("B_jk = sum_i t_ij e^((s_ik - s_ij)/2), classes counted modulo m; of the matchings those that move every "
         "class by the same number of places d:")
d.start(rf"\log\left(\sum_{{d=1}}^{{m-1}} \prod_j \left(1 + {SHIFTED}\right) - (m-2)\right)", "the cyclic loss")
d.step("it is the catalogue's", "cyclic")
d.step("the constant takes the ones of the products away, but for one",
       rf"\log\left(1 + \sum_{{d=1}}^{{m-1}} \left(\prod_j \left(1 + {SHIFTED}\right) - 1\right)\right)")
d.start(rf"\sum_{{d=1}}^{{m-1}} \prod_j \left(1 + {BACK}\right)", "the same with B_{j+d,j}, the transpose of B")
d.step("count j from j + d on, and d backwards: B and its transpose give the same loss",
       rf"\sum_{{d=1}}^{{m-1}} \prod_j \left(1 + {SHIFTED}\right)")
d.argued("at t = softmax(s) B is symmetric, so that the pulls of the pairs (j, k) and (k, j) cancel:")
for claim in ("softmax-optimum", "convex", "unique-optimum", "decoupled", "hard-label-argmax", "balance",
              "degenerates-m2", "degenerates-n1"):
    d.has("cyclic", claim)
d.argued("the price, from four classes on:")
for m in (2, 3):
    d.has("cyclic", "permutation-invariant", sizes={"m": m})
d.has("cyclic", "permutation-invariant", "REFUTED")
d.argued("the shifts may be any m - 1 permutations without fixed points, closed under inversion, of which exactly one "
         "takes j to k, for each j and k: inversion exchanges B and its transpose. With four classes the double "
         "transpositions are such, the Klein four-group in place of the cyclic group:")
PAIRS = (((1, 2), (3, 4)), ((1, 3), (2, 4)), ((1, 4), (2, 3)))
FACTORS = (rf"(1+B_{{{j},{k}}})(1+B_{{{k},{j}}})" for pair in PAIRS for j, k in pair)
KLEIN = (rf"\log\left({' + '.join(a + b for a, b in zip(FACTORS, FACTORS, strict=True))} - 2\right),"
         r"\quad B_{j,k} = \sum_i t_{i,j} e^{(s_{i,k}-s_{i,j})/2}")
d.start(KLEIN, "the loss of the Klein four-group")
klein = nmderive.loss(KLEIN)
for claim in ("softmax-optimum", "convex", "shift-invariant", "permutation-invariant"):
    d.judged(klein.verify(claim, sizes={"m": 4}).verdicts[0], "PROVED", "Klein")
d.argued("exchanging two classes permutes the three double transpositions, so that here the order does not matter")
d.finish()
