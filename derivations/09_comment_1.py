"""Comment 1 (B1 to B13, R1): cross-entropy at n = 1, the slip from (4.3) to (4.3.1), and what follows it."""

from nmderive.derivation import Derivation

NEG = r"\sum_{j\in\Omega_{neg}} \sum_{i} (1-t_{i,j}) e^{s_{i,j}}"
POS = r"\sum_{j\in\Omega_{pos}} \sum_{i} (t_{i,j}) e^{-s_{i,j}}"
d = Derivation("Comment 1: another form for n > 1")
d.start(r"-\log \frac{e^{s_t}}{\sum\limits_{i=1}^n e^{s_i}}", "softmax cross-entropy, target t")
d.step("B1: the log splits", r"- s_t + \log \sum\limits_{i=1}^n e^{s_i}")
for form in (r"-\log \frac{1}{\sum\limits_{i=1}^n e^{s_i-s_t}}", r"\log \sum\limits_{i=1}^n e^{s_i-s_t}",
             r"\log \left(1 + \sum\limits_{i=1,i\neq t}^n e^{s_i-s_t}\right)"):
    d.step("B3, (6): subtract s_t, split off i = t", form)
d.start(r"\sum_j \log \left(1 + t_{j}e^{- f(s_{j})}\right)", "B2, (4.1): the general form at n = 1")
d.argued("B2, (4.2): with the label one-hot at t all logs but one are log 1 = 0; log(1 + e^(-f(s_t))) is left")
d.start(r"\log \left(1 + \sum_{j, j \neq t} e^{ s_{j} - s_t}\right)", "(4.3)")
d.differs("B4 and R1: (4.3.1), with a label one-hot at t, is not the same: the factor e^(-s_t) is lost",
          r"\log \left(1 + \sum_{j} (1-t_j) e^{ s_{j}}\right)")
d.step("with that factor it is", r"\log \left(1 + \sum_{j} (1-t_j) e^{ s_{j} - s_t}\right)")
d.start(r"\sum_i \log \left(1 + \sum_{i,j} (1-t_{i,j}) e^{s_{i,j}}\right)", "B5, (4.4)")
d.step("B6, (4.5): two classes, numbered 0 and 1",
       r"\sum_i \log \left(1 + \sum_{i} \left( (1-t_{i,0}) e^{s_{i,0}} + (1-t_{i,1}) e^{s_{i,1}} \right)\right)",
       sizes={"m": 2})
for name, claim in (("comment-4-4", "B5 and R1"), ("comment-4-6", "B10 and R1")):
    d.has(name, "degenerates-n1", "REFUTED", what=claim)
    d.has(name, "softmax-optimum", "REFUTED", what=claim)
d.start(r"\log\left(1+\sum_i t_i e^{-s_i}\right)+\log\left(1+\sum_i(1-t_i)e^{s_i}\right)", "B7, (5): n binary tasks")
d.step("B8, (5.1): the logs merge",
       r"\log\left(\left(1+\sum_i t_i e^{-s_i}\right) \left(1+\sum_i(1-t_i)e^{s_i}\right)\right)")
d.step("B8, (5.2): the product expands",
       r"\log\left( 1 + \sum_i t_i e^{-s_i} + \sum_i(1-t_i)e^{s_i} + \sum_i t_i e^{-s_i}\sum_i(1-t_i)e^{s_i} \right)")
d.step("B9, (5.3): the product term is of second order",
       r"\log\left( 1 + \sum_i \left(t_i e^{-s_i} + (1-t_i)e^{s_i}\right) + ... \right)", "orders 0 and 1", order=1)
d.has("multi-label", "unique-optimum", what="B7")
d.start(r"\log\left( \prod_{j=1}^{m} \left(1+\sum_{i=1}^{n} (1-t_{i,j}) e^{s_{i,j}}\right) \right)", "B10, (4.6)")
d.step("B11, (4.7): its first order", r"\log \left( 1 + \sum_{j} \sum_{i} (1-t_{i,j}) e^{s_{i,j}} + ... \right)",
       "orders 0 and 1", order=1)
d.start(r"\log\left( \prod_{j\in\Omega_{neg}} \left(1+\sum_{i=1}^{n} (1-t_{i,j}) e^{s_{i,j}}\right) "
        r"\prod_{j\in\Omega_{pos}} \left(1+\sum_{i=1}^{n} (t_{i,j}) e^{-s_{i,j}}\right)\right)", "B12, (4.8)")
d.step("B13, (4.9) and (4.10): its first order", rf"\log \left( 1 + {NEG} + {POS} + ... \right)", "orders 0 and 1",
       order=1)
d.has("comment-4-8", "softmax-optimum", "REFUTED", what="B12")
d.finish()
