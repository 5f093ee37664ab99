"""Comment 2 (B14 to B18): class sets, cross terms, and where softmax cross-entropy comes out."""

from nmderive.derivation import Derivation

NEG = r"\sum_{j\in\Omega_{neg}} \sum_{i} (1-t_{i,j}) e^{s_{i,j}}"
POS = r"\sum_{j\in\Omega_{pos}} \sum_{i} (t_{i,j}) e^{-s_{i,j}}"
HARD_NEG, HARD_POS = r"\sum_{j\in\Omega_{neg}} e^{s_{j}}", r"\sum_{j\in\Omega_{pos}} e^{-s_{j}}"
CROSS = r"\log \left( 1 + {} + {} + \left( {} \right) \left( {} \right) \right)"
d = Derivation("Comment 2: products over negative and positive classes")
d.start(CROSS.format(NEG, POS, NEG, POS), "B14, (4.11)")
d.step("B14: it factors", rf"\log\left(1 + {NEG}\right) + \log\left(1 + {POS}\right)")
d.has("comment-4-11", "softmax-optimum", "REFUTED", what="B14")
one = [x.replace(r" \sum_{i}", "").replace("{i,j}", "{j}") for x in (NEG, POS)]
d.start(CROSS.format(*one, *one), "B15: the same at n = 1")
d.argued("with hard labels t_j = 1 on the positive classes and 1 - t_j = 1 on the negative ones, so the labels go")
d.start(CROSS.format(HARD_NEG, HARD_POS, HARD_NEG, HARD_POS), "B15, (4.12)")
d.step("B15: it still factors", rf"\log\left(1 + {HARD_NEG}\right) + \log\left(1 + {HARD_POS}\right)")
d.start(rf"\left({HARD_NEG} \right) \left( {HARD_POS} \right)", "B16, (4.12.1)")
d.step("B16, (4.12.3): all negative-positive differences",
       r"\sum_{j\in\Omega_{neg}} \sum_{k\in\Omega_{pos}} e^{s_{j}-s_{k}}")
d.start(r"\log \left( 1 + \sum_{j\in\Omega_{neg}} e^{s_{j}} + e^{-s_{t}} + \sum_{j\in\Omega_{neg}} e^{s_{j}-s_{t}} "
        r"\right)", "B17, (4.12.4): one positive class t")
d.argued("the negative classes are then all j other than t:")
d.start(r"\log \left( 1 + \sum_{j\neq t} e^{s_{j}} + e^{-s_{t}} + \sum_{j\neq t} e^{s_{j}-s_{t}} \right)", "B17")
d.differs("B17: it is not softmax cross-entropy", r"\log \sum_j e^{s_j - s_t}")
d.step("it factors, too", r"\log\left(1+\sum_{j\neq t} e^{s_{j}}\right) + \log\left(1+e^{-s_t}\right)")
d.start(r"\log \left( 1 + \left( " + NEG + r" \right) \left( " + POS + r" \right) \right)",
        "B18, (4.11.1): the cross term alone")
d.argued("at n = 1 with the hard label t:")
d.start(r"\log \left( 1 + \left(\sum_{j\neq t} e^{s_{j}}\right) e^{-s_{t}} \right)", "B18")
d.step("B18: this is softmax cross-entropy", r"\log \sum_j e^{s_j - s_t}")
d.finish()
