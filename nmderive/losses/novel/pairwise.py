"""Pairwise loss.

At t = softmax(s) the arguments of the logs are symmetric in j and k.
"""

TITLE = "Pairwise loss"
LATEX = r"\sum_{j\neq k} \log\left(1 + \sum_i t_{i,j} e^{(s_{i,k} - s_{i,j})/2}\right)"
SOURCE = "nmderive, in answer to the open question of Su (2022), https://kexue.fm/archives/9158"
LINK = "softmax"
