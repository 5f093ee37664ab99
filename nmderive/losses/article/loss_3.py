"""Loss-3, built backwards from its optimum.

The loss-2 form with f = s - mean(s).
"""

TITLE = "Loss-3, built backwards from its optimum"
LATEX = r"\sum_j \log \left(1 + \sum_i t_{i,j}e^{- s_{i,j} + \bar{s}_i}\right)"
SOURCE = "Su (2022), https://kexue.fm/archives/9158, eq. (3)"
LINK = "softmax"
