"""Generalised cross-entropy.

For soft labels the optimum is p proportional to t^(1/(1-q)), so t = softmax((1-q) s). The source has 0 < q <= 1; at
q = 1 it is the mean absolute error up to a factor, which has no such optimum, so q < 1 here.
"""

TITLE = "Generalised cross-entropy"
LATEX = r"\sum_i \sum_j t_{i,j} \frac{1 - p_{i,j}^{q}}{q}"
SOURCE = "Zhang and Sabuncu (2018), arXiv:1805.07836"
LETS = ("0<q<1",)
LINK = "t = softmax((1 - q) s)"
