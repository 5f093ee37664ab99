r"""Multi-class hinge loss of Lee, Lin and Wahba.

The logits are constrained to sum to zero over the classes, which s_{i,k} - \bar{s}_i do; consistent under it.
"""

TITLE = "Multi-class hinge loss (Lee-Lin-Wahba)"
LATEX = r"\sum_i \sum_j t_{i,j} \sum_{k \neq j} \max\left(0, 1 + s_{i,k} - \bar{s}_i\right)"
SOURCE = "Lee, Lin and Wahba (2004), JASA 99; consistent: Tewari and Bartlett (2007), JMLR 8"
LINK = None
