r"""Cyclic loss with squared labels.

With weights t_ij^2 and exponents s_ik - s_ij the optimum is t = softmax(s), and one sample with a hard label has
softmax cross-entropy itself.
"""

TITLE = "Cyclic loss with squared labels"
LATEX = (
    r"\log\left(\sum_{d=1}^{m-1} \prod_j \left(1 + \sum_i t_{i,j}^2 e^{s_{i,(j+d) \bmod m} - s_{i,j}}\right)"
    r" - (m - 2)\right)"
)
SOURCE = "nmderive, in answer to the open question of Su (2022), https://kexue.fm/archives/9158"
LINK = "softmax"
