"""Symmetric cross-entropy: cross-entropy and reverse cross-entropy, in which log 0 is -A.

The reverse part of hard labels is A (1 - p_y), written here for soft labels as their mean.
"""

TITLE = "Symmetric cross-entropy"
LATEX = r"-\sum_i \sum_j t_{i,j} \log p_{i,j} + A \sum_i \sum_j (1 - t_{i,j}) p_{i,j}"
SOURCE = "Wang, Ma, Chen, Luo, Yi and Bailey (2019), ICCV, arXiv:1908.06112"
LETS = ("A>0",)
LINK = None
