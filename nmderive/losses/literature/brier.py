"""Brier score of the softmax.

Strictly proper, not convex in the logits.
"""

TITLE = "Brier score of the softmax"
LATEX = r"\sum_i \sum_j (p_{i,j} - t_{i,j})^2"
SOURCE = "Brier (1950); Gneiting and Raftery (2007), section 4.1"
LINK = "softmax"
