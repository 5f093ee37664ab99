"""Softmax cross-entropy.

The logarithmic score with its canonical link; strictly proper.
"""

TITLE = "Softmax cross-entropy"
LATEX = r"-\sum_i \sum_j t_{i,j} \log \frac{e^{s_{i,j}}}{\sum_k e^{s_{i,k}}}"
SOURCE = "Bridle (1990), Neurocomputing; Goodfellow, Bengio, Courville (2016), section 6.2.2"
LINK = "softmax"
