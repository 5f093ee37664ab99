"""Quadratic loss.

The inner sum is a chi-squared divergence plus a constant of the labels.
"""

TITLE = "Quadratic loss"
LATEX = r"\sum_j \log\left(1 + \sum_i t_{i,j} \sum_{k\neq l} t_{i,k}^2 e^{s_{i,l} - s_{i,k}}\right)"
SOURCE = "nmderive, in answer to the open question of Su (2022), https://kexue.fm/archives/9158"
LINK = "softmax"
