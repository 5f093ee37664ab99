"""Comment (4.11.1), the cross term alone.

At n = 1 with one positive class it is softmax cross-entropy.
"""

TITLE = "Comment (4.11.1), the cross term alone"
LATEX = (
    r"\log \left( 1 + \left( \sum_{j\in\Omega_{neg}} \sum_{i} (1-t_{i,j}) e^{s_{i,j}} \right) "
    r"\left( \sum_{j\in\Omega_{pos}} \sum_{i} (t_{i,j}) e^{-s_{i,j}} \right) \right)"
)
SOURCE = "comment 2 on Su (2022), https://kexue.fm/archives/9158, (4.11.1)"
LINK = None
