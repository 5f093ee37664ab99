"""Comment (4.8), several positive classes.

Omega_pos and Omega_neg partition the classes.
"""

TITLE = "Comment (4.8), several positive classes"
LATEX = (
    r"\log\left( \prod_{j\in\Omega_{neg}} \left(1+\sum_{i=1}^{n} (1-t_{i,j}) e^{s_{i,j}}\right) "
    r"\prod_{j\in\Omega_{pos}} \left(1+\sum_{i=1}^{n} (t_{i,j}) e^{-s_{i,j}}\right)\right)"
)
SOURCE = "comment 1 on Su (2022), https://kexue.fm/archives/9158, (4.8)"
LINK = None
