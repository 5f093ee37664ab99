"""Comment (4.12), one sample with hard labels.

The labels are the class sets themselves.
"""

TITLE = "Comment (4.12), one sample with hard labels"
LATEX = (
    r"\log \left( 1 + \sum_{j\in\Omega_{neg}} e^{s_{j}} + \sum_{j\in\Omega_{pos}} e^{-s_{j}} + "
    r"\left( \sum_{j\in\Omega_{neg}} e^{s_{j}} \right) \left( \sum_{j\in\Omega_{pos}} e^{-s_{j}} "
    r"\right) \right)"
)
SOURCE = "comment 2 on Su (2022), https://kexue.fm/archives/9158, (4.12)"
LINK = None
