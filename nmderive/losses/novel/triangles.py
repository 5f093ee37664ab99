r"""Triangles loss: the mutual loss, and a logarithm of its own for every three classes.

With B_jk = sum_i t_ij exp((s_ik - s_ij)/2), three different classes j, k, h in a circle give log(1 + B_jk B_kh B_hj).
Such a term is not there for two classes, and zero for one sample with a hard label; it is symmetric where B is, and the
sum over all of them does not depend on the order of the classes. So all that holds of the mutual loss stays, and every
class has logarithms in which no larger class hides it. It costs one matrix product and m^3 operations.
"""

TITLE = "Triangles loss"
LATEX = (
    r"\log\left(1 + \sum_{j\neq k} B_{j,k} + \frac{1}{2}\sum_{j\neq k} B_{j,k}B_{k,j}\right)"
    r" + \sum_{j\neq k}\sum_{h\neq j,k} \log\left(1 + B_{j,k}B_{k,h}B_{h,j}\right),"
    r"\quad B_{j,k} = \sum_i t_{i,j} e^{(s_{i,k} - s_{i,j})/2}"
)
SOURCE = "nmderive, found by its search, in answer to the open question of Su (2022), https://kexue.fm/archives/9158"
LINK = "softmax"
