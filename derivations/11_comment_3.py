"""Comment 3 (B19 to B23): offset b, margin m, and how large the margin has to be."""

from nmderive.derivation import Derivation
from nmderive.reproducing.numbers import margin_positive

d = Derivation("Comment 3: offset and margin", ["m: margin", "b"])
d.start(r"\left((s_{neg}-b)+m + \ln(1-t_{neg})\right) + \left(-(s_{pos}-b)+m + \ln(t_{pos})\right)",
        "the gap of one negative and one positive class")
d.step("offsets cancel, margins add", r"s_{neg} - s_{pos} + 2m + \ln((1-t_{neg})t_{pos})", "0 < t < 1")
d.start(r"\sum_{j\in\Omega_{neg}} (1-t_j) e^{(s_{j}-b)+m} + t_{pos} e^{-(s_{t}-b)+m}", "(4.12.5.3)")
d.step("labels move into the exponent",
       r"\sum_{j\in\Omega_{neg}} e^{(s_{j}-b)+m + \ln(1-t_j)} + e^{-(s_{t}-b)+m + \ln(t_{pos})}", "0 < t < 1")
for margin, status in ((3, "REFUTED"), (5, "REFUTED"), (6, "REFUTED"), (7, "PROVED")):
    d.judged(margin_positive(margin, "0.999", "0.001").verdict, status)
d.finish()
