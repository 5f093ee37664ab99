"""The general form loss-2 and the condition on f (A7 to A10)."""

import nmderive
from nmderive.derivation import Derivation

GENERAL = r"\sum_j \log \left(1 + \sum_i t_{i,j}e^{- f(s_{i,j})}\right), \quad f(s_{i,j})="
d = Derivation("The general form, and when softmax(f) is its optimum")
d.start(GENERAL + r"s_{i,j}-\bar{s}_i", "loss-2 with f = s minus the row mean")
d.step("this is loss-3", r"\sum_j \log \left(1 + \sum_i t_{i,j}e^{- s_{i,j} + \bar{s}_i}\right)")
d.start(GENERAL + r"-\log \sum_{k\neq j} e^{s_{i,k}-s_{i,j}}", "loss-2 with f = -log of loss-1's inner sum")
d.step("this is loss-1", r"\sum_j \log \left(1 + \sum_{i,k\neq j} t_{i,j}e^{- s_{i,j} + s_{i,k}}\right)")
d.start(nmderive.loss("loss-2").derive().shown("latex").split("=", 1)[1], "dl/ds_ij of loss-2, f undefined")
d.start(r"\sum_j \frac{- \frac{e^{f(s_{i,j})}}{Z_i} e^{- f(s_{i,j})}\frac{\partial f(s_{i,j})}{\partial s_{i,k}}}"
        r"{1 + \sum\limits_i \frac{e^{f(s_{i,j})}}{Z_i} e^{- f(s_{i,j})}}", "dl/ds_ik with t_ij = e^f(s_ij)/Z_i")
d.step("e^f e^-f = 1",
       r"\sum_j \frac{- (1/Z_i)\frac{\partial f(s_{i,j})}{\partial s_{i,k}}}{1 + \sum\limits_i 1/Z_i}")
d.step("the factor does not depend on j",
       r"\frac{- (1/Z_i)\frac{\partial \left(\sum\limits_j f(s_{i,j})\right)}{\partial s_{i,k}}}"
       r"{1 + \sum\limits_i 1/Z_i}")
d.argued("the factor is negative, so this vanishes exactly where the sum of f over the classes does not change")
d.found("loss-2", "t")
d.finish()
