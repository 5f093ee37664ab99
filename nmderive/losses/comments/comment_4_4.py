"""Comment (4.4).

The index i is bound twice: the inner sum runs over all rows, so the outer one multiplies by n.
"""

TITLE = "Comment (4.4)"
LATEX = r"\sum_i \log \left(1 + \sum_{i,j} (1-t_{i,j}) e^{s_{i,j}}\right)"
SOURCE = "comment 1 on Su (2022), https://kexue.fm/archives/9158, (4.4)"
LINK = None
