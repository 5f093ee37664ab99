"""Mean absolute error between labels and probabilities.

With hard labels it is 2 (1 - p_y), whose sum over the labels does not depend on the logits: robust to label noise.
"""

TITLE = "Mean absolute error"
LATEX = r"\sum_i \sum_j \left|t_{i,j} - p_{i,j}\right|"
SOURCE = "Ghosh, Kumar and Sastry (2017), AAAI, arXiv:1712.09482"
LINK = None
