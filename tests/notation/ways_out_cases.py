# ruff: noqa: E501 - formulas stay on their lines, as sources print them
r"""Losses that were refused without a way out: (family, kind of data, LaTeX, declarations, NumPy reference of (s, t)).

Those of ``ASKED`` are asked back without their declarations, and the hint names these.
"""

import numpy as np

from .invented import number, numbers, sm

eta = number("eta")


def true(s, t):
    """Return the probability of each sample's target class."""
    return np.sum(t * sm(s), -1)


CASES = [
    # a factor before a nonlinear function of a sum over samples
    ("factor", "hard", r"\mathcal{L} = \frac{1}{\eta}\log\left(\frac{1}{N}\sum_{i=1}^N\exp\left(-\eta\log p_{i,y_i}\right)\right)", (), lambda s, t: np.log(np.mean(true(s, t) ** -eta)) / eta),
    ("factor", "hard", r"2\sqrt{\sum_{i=1}^N p_{i,y_i}}", (), lambda s, t: 2 * np.sqrt(np.sum(true(s, t)))),
    ("factor", "hard", r"\eta\log\left(\sum_i p_{i,y_i}\right)", (), lambda s, t: eta * np.log(np.sum(true(s, t)))),
    ("factor", "hard", r"\frac{1}{2}\left(\sum_i p_{i,y_i}\right)^2", (), lambda s, t: np.sum(true(s, t)) ** 2 / 2),
    ("factor", "hard", r"\frac{\sqrt{\sum_i p_{i,y_i}}}{1-\sum_i\log p_{i,y_i}}", (), lambda s, t: np.sqrt(np.sum(true(s, t))) / (1 - np.sum(np.log(true(s, t))))),
    ("factor", "hard", r"\sum_{k=1}^K w_k\log\sum_{i=1}^N p_{i,k}\,p_{i,y_i}", (), lambda s, t: np.sum(numbers("w", 4) * np.log(true(s, t) @ sm(s)))),
]

#: (family, kind, LaTeX, declarations that the hint offers, reference)
ASKED: list = []
