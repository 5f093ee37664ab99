"""Cross-entropy at temperature T.

The optimum is t = softmax(s / T).
"""

TITLE = "Cross-entropy at temperature T"
LATEX = r"-\sum_i \sum_j t_{i,j} \log \frac{e^{s_{i,j}/T}}{\sum_k e^{s_{i,k}/T}}"
SOURCE = "Hinton, Vinyals, Dean (2015), arXiv:1503.02531; Guo et al. (2017), arXiv:1706.04599"
LETS = ("T>0",)
LINK = "t = softmax((1/T) s)"
