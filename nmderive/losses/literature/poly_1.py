"""Poly-1 cross-entropy.

Stationarity asks t_j proportional to p_j / (1 + c p_j), which is not softmax.
"""

TITLE = "Poly-1 cross-entropy"
LATEX = r"\sum_i \left(-\sum_j t_{i,j} \log p_{i,j} + c \left(1 - \sum_j t_{i,j} p_{i,j}\right)\right)"
SOURCE = "Leng, Tan, Liu, Cubuk, Shi, Cheng, Anguelov (2022), arXiv:2204.12511"
LETS = ("c>0",)
LINK = None
