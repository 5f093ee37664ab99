"""Comment (4.11.2), with offset b and margin.

The comment calls the margin m, which here is the number of classes; it is c.
"""

TITLE = "Comment (4.11.2), with offset b and margin"
LATEX = (
    r"\log\left( \prod_{j\in\Omega_{neg}} \left(1+\sum_{i=1}^{n} (1-t_{i,j}) e^{s_{i,j}-b + "
    r"c}\right) \prod_{j\in\Omega_{pos}} \left(1+\sum_{i=1}^{n} (t_{i,j}) "
    r"e^{-s_{i,j}+b+c}\right)\right)"
)
SOURCE = "comment 3 on Su (2022), https://kexue.fm/archives/9158, (4.11.2)"
LETS = ("b", "c",)
LINK = None
