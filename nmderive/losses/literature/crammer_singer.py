"""Multi-class hinge loss of Crammer and Singer.

The margin to the best other class counts. Where no class has more than half of the labels, all logits equal is a
minimum of the risk: it is not consistent.
"""

TITLE = "Multi-class hinge loss (Crammer-Singer)"
LATEX = r"\sum_i \sum_j t_{i,j} \max\left(0, 1 + \max_{k \neq j} s_{i,k} - s_{i,j}\right)"
SOURCE = "Crammer and Singer (2001), JMLR 2; not consistent: Liu (2007), Tewari and Bartlett (2007), JMLR 8"
LINK = None
