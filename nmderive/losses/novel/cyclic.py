r"""Cyclic loss.

With B_jk = sum_i t_ij exp((s_ik - s_ij)/2) it is the log of the sum over all shifts d = 1..m-1 of the classes of the
product of 1 + B_{j,j+d}, less m - 2: of the partial matchings those that move every class by the same number of places.
At t = softmax(s) B is symmetric, and turning d around exchanges j and k. The price: it depends on the order of the
classes from four classes on.
"""

TITLE = "Cyclic loss"
LATEX = (
    r"\log\left(\sum_{d=1}^{m-1} \prod_j \left(1 + \sum_i t_{i,j} e^{(s_{i,(j+d) \bmod m} - s_{i,j})/2}\right)"
    r" - (m - 2)\right)"
)
SOURCE = "nmderive, in answer to the open question of Su (2022), https://kexue.fm/archives/9158"
LINK = "softmax"
