"""Loss-2 at n = 1 with f = s - mean.

The comment leaves f undefined; here it is the article's choice, s minus the row mean.
"""

TITLE = "Loss-2 at n = 1 with f = s - mean"
LATEX = r"\sum_j \log \left(1 + t_{j}e^{- s_{j} + \bar{s}}\right)"
SOURCE = "comment 1 on Su (2022), https://kexue.fm/archives/9158, (4.1)"
LINK = "softmax"
