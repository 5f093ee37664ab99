"""One-vs-all logistic loss.

Each class is a binary task of its own; the optimum is t = sigmoid(s).
"""

TITLE = "One-vs-all logistic loss"
LATEX = (
    r"-\sum_i \sum_j \left(t_{i,j} \log \sigma(s_{i,j}) + (1 - t_{i,j}) \log (1 - "
    r"\sigma(s_{i,j}))\right)"
)
SOURCE = "Rifkin and Klautau (2004), JMLR 5"
LINK = "t = sigmoid(s)"
