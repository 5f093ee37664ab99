r"""Cyclic loss at the scale of cross-entropy.

With exponents s_ik - s_ij one sample with a hard label has softmax cross-entropy itself, two classes have the
multi-label loss of s_i1 - s_i2, and the optimum is at twice the logits, as for the multi-label loss.
"""

TITLE = "Cyclic loss at the scale of cross-entropy"
LATEX = (
    r"\log\left(\sum_{d=1}^{m-1} \prod_j \left(1 + \sum_i t_{i,j} e^{s_{i,(j+d) \bmod m} - s_{i,j}}\right)"
    r" - (m - 2)\right)"
)
SOURCE = "nmderive, in answer to the open question of Su (2022), https://kexue.fm/archives/9158"
LINK = "t = softmax(2 s)"
