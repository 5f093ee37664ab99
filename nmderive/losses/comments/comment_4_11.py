"""Comment (4.11), first orders and their cross term.

It factors as log(1 + N) + log(1 + P).
"""

TITLE = "Comment (4.11), first orders and their cross term"
LATEX = (
    r"\log \left( 1 + \sum_{j\in\Omega_{neg}} \sum_{i} (1-t_{i,j}) e^{s_{i,j}} + "
    r"\sum_{j\in\Omega_{pos}} \sum_{i} (t_{i,j}) e^{-s_{i,j}} + \left( \sum_{j\in\Omega_{neg}} "
    r"\sum_{i} (1-t_{i,j}) e^{s_{i,j}} \right) \left( \sum_{j\in\Omega_{pos}} \sum_{i} (t_{i,j}) "
    r"e^{-s_{i,j}} \right) \right)"
)
SOURCE = "comment 2 on Su (2022), https://kexue.fm/archives/9158, (4.11)"
LINK = None
