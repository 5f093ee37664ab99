"""Comment (4.5), classes 0 and 1.

Comment (4.4) at m = 2.
"""

TITLE = "Comment (4.5), classes 0 and 1"
LATEX = (
    r"\sum_i \log \left(1 + \sum_{i} \left( (1-t_{i,0}) e^{s_{i,0}} + (1-t_{i,1}) e^{s_{i,1}} "
    r"\right)\right)"
)
SOURCE = "comment 1 on Su (2022), https://kexue.fm/archives/9158, (4.5)"
LINK = None
