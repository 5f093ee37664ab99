"""Binary cross-entropy as libraries compute it, without overflow.

The kinks of the maximum and of the absolute value cancel: it is the usual one.
"""

TITLE = "Binary cross-entropy, stable"
LATEX = r"\sum_i \left(\max(s_i, 0) - s_i t_i + \log\left(1 + e^{-|s_i|}\right)\right)"
SOURCE = "TensorFlow, documentation of tf.nn.sigmoid_cross_entropy_with_logits"
LINK = "t = sigmoid(s)"
