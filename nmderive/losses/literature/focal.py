"""Focal loss.

Classification-calibrated but not strictly proper: its optimum is not softmax.
"""

TITLE = "Focal loss"
LATEX = r"-\sum_i \sum_j t_{i,j} (1-p_{i,j})^{g} \log p_{i,j}"
SOURCE = (
    "Lin, Goyal, Girshick, He, Dollar (2017), arXiv:1708.02002; not proper: Charoenphakdee et "
    "al. (2021), arXiv:2011.09172"
)
LETS = ("g>0",)
LINK = None
