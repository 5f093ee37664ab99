"""Loss-1, the analogy loss of the article.

The article searched for its optimum for days. At m = 2 it is t = softmax(2 s); at m >= 3 softmax is not
stationary, and the optimum is a matrix scaling.
"""

TITLE = "Loss-1, the analogy loss of the article"
LATEX = r"\sum_j \log \left(1 + \sum_{i,k\neq j} t_{i,j}e^{- s_{i,j} + s_{i,k}}\right)"
SOURCE = "Su (2022), https://kexue.fm/archives/9158, eq. (1)"
LINK = None
