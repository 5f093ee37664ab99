"""Spherical score of the softmax.

Strictly proper.
"""

TITLE = "Spherical score of the softmax"
LATEX = r"-\sum_i \frac{\sum_j t_{i,j} p_{i,j}}{\sqrt{\sum_j p_{i,j}^2}}"
SOURCE = "Roby (1965); Gneiting and Raftery (2007), section 4.1"
LINK = "softmax"
