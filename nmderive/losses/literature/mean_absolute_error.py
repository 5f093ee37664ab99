"""Mean absolute error of the probabilities, which tolerates wrong labels.

With hard labels it is the sum of |t - p| over the classes, and linear in the labels else.
"""

TITLE = "Mean absolute error"
LATEX = r"\sum_i \sum_j t_{i,j} (2 - 2 p_{i,j})"
SOURCE = "Ghosh, Kumar and Sastry (2017), AAAI; symmetric: the sum over all targets is a constant"
LINK = None
