"""The gradient of loss-1 (A5): the tool's own, and the one that the article prints."""

from nmderive.derivation import Derivation

d = Derivation("The gradient of loss-1")
d.start(r"\sum_j \log \left(1 + \sum_{i,k\neq j} t_{i,j}e^{- s_{i,j} + s_{i,k}}\right)", "loss-1")
d.differentiate("dl/ds_ij as the tool derives it")
d.step("A5: the article's own expression",
       r"\frac{- t_{i,j}e^{- s_{i,j}}\sum\limits_{k\neq j} e^{s_{i,k}}}"
       r"{1 + \sum\limits_{i,k\neq j} t_{i,j}e^{- s_{i,j} + s_{i,k}}}"
       r" + \sum_{h\neq j} \frac{t_{i,h}e^{- s_{i,h}}e^{s_{i,j}}}"
       r"{1 + \sum\limits_{i,k\neq h} t_{i,h}e^{- s_{i,h} + s_{i,k}}}")
d.finish()
