"""Comment 3 (B19 to B23): offset b, margin m, and how large the margin has to be."""

from nmderive.derivation import Derivation
from nmderive.reproducing.numbers import label_term, margin_positive

NEG = r"\sum_{j\in\Omega_{neg}} \sum_{i} (1-t_{i,j}) e^{s_{i,j}-b+m}"
POS = r"\sum_{j\in\Omega_{pos}} \sum_{i} (t_{i,j}) e^{-s_{i,j}+b+m}"
d = Derivation("Comment 3: offset and margin", ["m: margin", "b"])
d.start(r"\sum_{j\in\Omega_{neg}} (1-t_j) e^{(s_{j}-b)+m} + t_{pos} e^{-(s_{t}-b)+m}", "(4.12.5.3)")
d.step("B19, (4.12.5.4): labels move into the exponent",
       r"\sum_{j\in\Omega_{neg}} e^{(s_{j}-b)+m + \ln(1-t_j)} + e^{-(s_{t}-b)+m + \ln(t_{pos})}", "0 < t < 1")
d.start(r"\left((s_{neg}-b)+m + \ln(1-t_{neg})\right) + \left(-(s_{pos}-b)+m + \ln(t_{pos})\right)",
        "the gap of one negative and one positive class")
d.step("B20: offsets cancel, margins add", r"s_{neg} - s_{pos} + 2m + \ln((1-t_{neg})t_{pos})", "0 < t < 1")
d.start(r"2m + \ln((1-t_{neg})t_{pos})", "B21: what margin and labels add")
for t_neg, t_pos, product in (("0.9", "0.1", "0.01"), ("0.5", "0.5", "0.25"), ("0.1", "0.9", "0.81")):
    part = label_term(t_neg, t_pos, product)
    d.judged(part.verdict, "PROVED", f"B21: {part.question}")
for margin, status in ((3, "REFUTED"), (5, "REFUTED"), (6, "REFUTED"), (7, "PROVED")):
    d.judged(margin_positive(margin, "0.999", "0.001").verdict, status, "B22")
d.start(r"\log\left( \prod_{j\in\Omega_{neg}} \left(1+\sum_{i=1}^{n} (1-t_{i,j}) e^{s_{i,j}-b + m}\right) "
        r"\prod_{j\in\Omega_{pos}} \left(1+\sum_{i=1}^{n} (t_{i,j}) e^{-s_{i,j}+b+m}\right)\right)", "B23, (4.11.2)")
WHOLE = rf"1 + {NEG} + {POS} + \left( {NEG} \right) \left( {POS} \right)"
d.differs("B23: without the dots it is not the same", rf"\log \left( {WHOLE} \right)")
d.step("B23: it is, to first order", rf"\log \left( {WHOLE} + ... \right)", "orders 0 and 1", order=1)
d.finish()
