"""Comment 1 (B1 to B13): cross-entropy at n = 1, the slip from (4.3) to (4.3.1), and what follows it."""

from nmderive.derivation import Derivation

d = Derivation("Comment 1: another form for n > 1")
d.start(r"-\log \frac{e^{s_t}}{\sum_j e^{s_j}}", "softmax cross-entropy, target t")
d.step("(6): subtract s_t, split off j = t", r"\log \left(1 + \sum_{j, j \neq t} e^{ s_{j} - s_t}\right)")
d.differs("(4.3.1), with a label one-hot at t, is not the same: the factor e^-s_t is lost",
          r"\log \left(1 + \sum_{j} (1-t_j) e^{ s_{j}}\right)")
d.step("with that factor it is", r"\log \left(1 + \sum_{j} (1-t_j) e^{ s_{j} - s_t}\right)")
for name in ("comment-4-4", "comment-4-6"):
    d.has(name, "degenerates-n1", "REFUTED")
    d.has(name, "softmax-optimum", "REFUTED")
d.start(r"\log\left(1+\sum_i t_i e^{-s_i}\right)+\log\left(1+\sum_i(1-t_i)e^{s_i}\right)", "(5): the multi-label loss")
d.step("(5.2): the logs merge, the product expands",
       r"\log\left( 1 + \sum_i t_i e^{-s_i} + \sum_i(1-t_i)e^{s_i} + \sum_i t_i e^{-s_i}\sum_i(1-t_i)e^{s_i} \right)")
d.step("(5.3): the product term is of second order",
       r"\log\left( 1 + \sum_i \left(t_i e^{-s_i} + (1-t_i)e^{s_i}\right) \right)", "orders 0 and 1 agree", order=1)
d.start(r"\log\left( \prod_{j} \left(1+\sum_{i} (1-t_{i,j}) e^{s_{i,j}}\right) \right)", "(4.6)")
d.step("(4.7): its first order", r"\log \left( 1 + \sum_{j} \sum_{i} (1-t_{i,j}) e^{s_{i,j}} \right)", "orders 0 and 1",
       order=1)
d.finish()
