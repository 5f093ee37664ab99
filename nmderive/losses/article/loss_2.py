"""Loss-2, the general form with an undefined f.

f(s_ij) is the j-th output of an undefined function of the whole row of logits.
"""

TITLE = "Loss-2, the general form with an undefined f"
LATEX = r"\sum_j \log \left(1 + \sum_i t_{i,j}e^{- f(s_{i,j})}\right)"
SOURCE = "Su (2022), https://kexue.fm/archives/9158, eq. (2)"
LINK = None
