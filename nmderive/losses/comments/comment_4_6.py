"""Comment (4.6).

An alternative to (4.4).
"""

TITLE = "Comment (4.6)"
LATEX = r"\log\left( \prod_{j=1}^{m} \left(1+\sum_{i=1}^{n} (1-t_{i,j}) e^{s_{i,j}}\right) \right)"
SOURCE = "comment 1 on Su (2022), https://kexue.fm/archives/9158, (4.6)"
LINK = None
