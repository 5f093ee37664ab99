"""Renyi divergence.

Zero exactly at p = t.
"""

TITLE = "Renyi divergence"
LATEX = r"\frac{1}{q - 1} \sum_i \log \sum_j t_{i,j}^{q} p_{i,j}^{1 - q}"
SOURCE = "Renyi (1961); van Erven and Harremoes (2014), arXiv:1206.2459"
LETS = ("0<q<1",)
LINK = "softmax"
