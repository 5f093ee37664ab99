"""Cross-entropy with label smoothing.

The optimum is softmax of the smoothed labels t' = (1 - c) t + c/m, an affine link.
"""

TITLE = "Cross-entropy with label smoothing"
LATEX = r"-\sum_i \sum_j \left((1-c) t_{i,j} + \frac{c}{m}\right) \log p_{i,j}"
SOURCE = "Szegedy, Vanhoucke, Ioffe, Shlens, Wojna (2016), arXiv:1512.00567"
LETS = ("0<c<1",)
LINK = None
