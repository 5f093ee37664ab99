"""The multi-label loss with soft labels (n binary tasks).

One logit a task; the known optimum is t = sigmoid(2 s).
"""

TITLE = "The multi-label loss with soft labels (n binary tasks)"
LATEX = r"\log\left(1+\sum_i t_i e^{-s_i}\right)+\log\left(1+\sum_i(1-t_i)e^{s_i}\right)"
SOURCE = "Su (2022), https://kexue.fm/archives/9064; comment 1, (5)"
LINK = "t = sigmoid(2 s)"
