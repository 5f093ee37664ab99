"""Comment 2 (B14 to B18): class sets, cross terms, and where softmax cross-entropy comes out."""

from nmderive.derivation import Derivation

NEG = r"\sum_{j\in\Omega_{neg}} \sum_{i} (1-t_{i,j}) e^{s_{i,j}}"
POS = r"\sum_{j\in\Omega_{pos}} \sum_{i} t_{i,j} e^{-s_{i,j}}"
d = Derivation("Comment 2: products over negative and positive classes")
d.start(rf"\log\left(1 + {NEG} + {POS} + \left({NEG}\right)\left({POS}\right)\right)", "(4.11)")
d.step("it factors", rf"\log\left(1 + {NEG}\right) + \log\left(1 + {POS}\right)")
d.start(r"\left(\sum_{j\in\Omega_{neg}} e^{s_{j}} \right) \left( \sum_{j\in\Omega_{pos}} e^{-s_{j}} \right)",
        "(4.12.1)")
d.step("(4.12.3): all negative-positive differences",
       r"\sum_{j\in\Omega_{neg}} \sum_{k\in\Omega_{pos}} e^{s_{j}-s_{k}}")
d.start(r"\log \left( 1 + \sum_{j\neq t} e^{s_{j}} + e^{-s_{t}} + \sum_{j\neq t} e^{s_{j}-s_{t}} \right)",
        "(4.12.4): one sample, one positive class t, hard label")
d.differs("it is not softmax cross-entropy", r"\log \sum_j e^{s_j - s_t}")
d.step("it factors, too", r"\log\left(1+\sum_{j\neq t} e^{s_{j}}\right) + \log\left(1+e^{-s_t}\right)")
d.start(r"\log \left( 1 + \left(\sum_{j\neq t} e^{s_{j}}\right) e^{-s_{t}} \right)", "(4.11.1): the cross term alone")
d.step("this is softmax cross-entropy", r"\log \sum_j e^{s_j - s_t}")
d.has("comment-4-11", "softmax-optimum", "REFUTED")
d.finish()
