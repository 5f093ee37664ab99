"""Reverse Kullback-Leibler divergence.

Zero exactly at p = t.
"""

TITLE = "Reverse Kullback-Leibler divergence"
LATEX = r"\sum_i \sum_j p_{i,j} \log \frac{p_{i,j}}{t_{i,j}}"
SOURCE = "Kullback and Leibler (1951); Bishop (2006), section 10.1.2"
LINK = "softmax"
