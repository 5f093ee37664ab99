"""The general form and the condition on f (A7 to A10)."""

from nmderive.derivation import Derivation

LOSS = r"\sum_j \log \left(1 + \sum_i t_{i,j}e^{- f(s_{i,j})}\right)"
d = Derivation("The general form, and when softmax(f) is its optimum")
d.start(LOSS, "A7: loss-2, f any function of a row of logits")
d.put("f = s minus the row mean", r"f(s_{i,j})=s_{i,j}-\bar{s}_i")
d.step("A7: this is loss-3", r"\sum_j \log \left(1 + \sum_i t_{i,j}e^{- s_{i,j} + \bar{s}_i}\right)")
d.start(LOSS, "loss-2 again")
d.put("f = -log of loss-1's inner sum", r"f(s_{i,j})=-\log \sum_{k\neq j} e^{s_{i,k}-s_{i,j}}")
d.step("A7: this is loss-1", r"\sum_j \log \left(1 + \sum_{i,k\neq j} t_{i,j}e^{- s_{i,j} + s_{i,k}}\right)")
d.start(LOSS, "loss-2 again")
d.differentiate("dl/ds_ik as the tool derives it", "s_{i,k}")
d.step("A8: the article's own expression",
       r"\sum_j \frac{- t_{i,j}e^{- f(s_{i,j})}\frac{\partial f(s_{i,j})}{\partial s_{i,k}}}"
       r"{1 + \sum\limits_i t_{i,j}e^{- f(s_{i,j})}}")
d.put("at t = softmax(f), Z_i = sum_j e^(f(s_ij))", r"t_{i,j} = \frac{e^{f(s_{i,j})}}{Z_i}")
d.step("A9: e^f e^-f = 1",
       r"\sum_j \frac{- (1/Z_i)\frac{\partial f(s_{i,j})}{\partial s_{i,k}}}{1 + \sum\limits_i 1/Z_i}")
d.step("A9: the factor does not depend on j",
       r"\frac{- (1/Z_i)\frac{\partial \left(\sum\limits_j f(s_{i,j})\right)}{\partial s_{i,k}}}"
       r"{1 + \sum\limits_i 1/Z_i}")
d.argued("A10: the factor is negative, so this vanishes exactly where the sum of f over the classes does not change")
d.found("loss-2", "t")
d.put("A10: take f = g minus its mean over the classes, g any function; the sum of f is then 0",
      r"f(s_{i,j}) = g(s_{i,j}) - \frac{1}{m}\sum_l g(s_{i,l})")
d.step("A10: the gradient vanishes", "0")
d.finish()
