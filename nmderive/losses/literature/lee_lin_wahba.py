"""Multi-class hinge loss of Lee, Lin and Wahba.

The logits of the classes that are not the target are pushed to -1; the constraint that logits sum to zero is written
into the loss, as their mean is taken off.
"""

TITLE = "Multi-class hinge loss (Lee-Lin-Wahba)"
LATEX = r"\sum_i \sum_j (1 - t_{i,j}) \max\left(0, 1 + s_{i,j} - \bar{s}_i\right)"
SOURCE = "Lee, Lin and Wahba (2004), JASA 99; consistent: Liu (2007), Tewari and Bartlett (2007), JMLR 8"
LINK = None
