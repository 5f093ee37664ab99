r"""Mutual loss: the seven rows of the article's wish, and the same for every order of the classes.

With B_jk = sum_i t_ij exp((s_ik - s_ij)/2) it is log(1 + sum over pairs j < k of (1 + B_jk)(1 + B_kj) - 1): of the
partial matchings of the classes those that concern one pair, in one direction or in both. At t = softmax(s) B is
symmetric, so its derivatives by B_jk and B_kj are equal. One sample with a hard label has one row of B only, so that no
product is left: cross-entropy of s/2. For two classes it is (1 + B_12)(1 + B_21) under the logarithm, the multi-label
loss. It costs one matrix product and m^2 operations. Its price: classes beyond the largest two share what these leave.
"""

TITLE = "Mutual loss"
LATEX = (
    r"\log\left(1 + \sum_{j\neq k} B_{j,k} + \frac{1}{2}\sum_{j\neq k} B_{j,k}B_{k,j}\right),"
    r"\quad B_{j,k} = \sum_i t_{i,j} e^{(s_{i,k} - s_{i,j})/2}"
)
SOURCE = "nmderive, found by its search, in answer to the open question of Su (2022), https://kexue.fm/archives/9158"
LINK = "softmax"
