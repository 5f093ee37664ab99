"""Multi-class hinge loss of Weston and Watkins.

The margins to all other classes add up. It is not consistent: two classes may share the largest logit at a minimum.
"""

TITLE = "Multi-class hinge loss (Weston-Watkins)"
LATEX = r"\sum_i \sum_j t_{i,j} \sum_{k \neq j} \max\left(0, 1 + s_{i,k} - s_{i,j}\right)"
SOURCE = "Weston and Watkins (1999), ESANN; not consistent: Liu (2007), Tewari and Bartlett (2007), JMLR 8"
LINK = None
