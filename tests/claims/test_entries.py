"""Sums of functions of one logit each, shares and ratios of logarithms: what is known of them, and what is not said."""

import pytest

from nmderive.losses.catalogue import find
from nmderive.verify import judge_one

POISSON = r"\sum_i\sum_j (e^{s_{i,j}}-t_{i,j}s_{i,j})"
SQUARES = r"\sum_i\sum_j (\sigma(s_{i,j})-t_{i,j})^2"
SIGNS = r"\sum_i\sum_j \log(1+e^{(1-2t_{i,j})s_{i,j}})"
TAYLOR = r"\sum_i\sum_j t_{i,j}\left(1-p_{i,j}+\frac{(1-p_{i,j})^2}{2}\right)"
BOTH = r"-\sum_i\sum_j t_{i,j}\log p_{i,j}-\sum_i\sum_j(1-t_{i,j})\log(1-p_{i,j})"
NORMALISED = r"\sum_i\frac{\sum_j t_{i,j}\log p_{i,j}}{\sum_k\log p_{i,k}}"
HINGES = r"\sum_i\sum_j t_{i,j}\operatorname{ReLU}\left(1-\min_{k\neq j}(s_{i,j}-s_{i,k})\right)"

KNOWN = [
    (POISSON, "hard-label-argmax", "PROVED"), (POISSON, "calibrated", "PROVED"),
    (POISSON, "order-preserving", "PROVED"),
    (POISSON, "nonnegative", "PROVED"), (POISSON, "bounded-below", "PROVED"), (POISSON, "strongly-convex", "REFUTED"),
    (SQUARES, "hard-label-argmax", "PROVED"), (SQUARES, "order-preserving", "PROVED"),
    (SIGNS, "hard-label-argmax", "PROVED"), (TAYLOR, "calibrated", "PROVED"),
    (BOTH, "unique-optimum", "PROVED"), (BOTH, "order-preserving", "PROVED"), (BOTH, "hard-label-argmax", "PROVED"),
    (NORMALISED, "nonnegative", "PROVED"), (NORMALISED, "bounded", "PROVED"), (NORMALISED, "decoupled", "PROVED"),
    (NORMALISED, "hard-label-argmax", "REFUTED"), (HINGES, "hard-label-argmax", "PROVED"),
]
#: What is false, and may stay open, but is never proved.
FALSE = [
    (r"\sum_i\sum_j (\max(0,s_{i,j})-t_{i,j}s_{i,j})", "hard-label-argmax"),  # every s = 0 is a minimum
    (r"\sum_i\sum_j (e^{s_{i,j}}-(1-t_{i,j})s_{i,j})", "hard-label-argmax"),  # the labels turned round
    (r"\sum_i\sum_j (e^{s_{i,j}}-w_jt_{i,j}s_{i,j})", "order-preserving"),  # each class has a number of its own
    (r"\sum_i\sum_j (e^{s_{i,j}}-3t_{i,j}s_{i,j})", "nonnegative"),  # below the line beyond e
    (r"\sum_i\sum_j (b e^{s_{i,j}}-t_{i,j}s_{i,j})", "bounded-below"),  # b may be negative
    (r"\sum_i\sum_j (1-t_{i,j})\left(1-p_{i,j}\right)^2", "calibrated"),  # prefers the others
    (r"\sum_i\sum_j \frac{t_{i,j}}{j}(1-p_{i,j})^2", "calibrated"),  # classes are told apart
    (NORMALISED, "calibrated"), (NORMALISED, "order-preserving"), (TAYLOR, "order-preserving"),
    (r"\sum_i\log\prod_j p_{i,j}", "nonnegative"), (r"\sum_i\sum_j\log(1-p_{i,j})", "nonnegative"),
]


@pytest.mark.parametrize(("latex", "claim", "status"), KNOWN)
def test_what_is_known_is_decided(latex, claim, status):
    assert judge_one(find(latex, (), None), claim, {}, 600).status.name == status


@pytest.mark.slow
@pytest.mark.parametrize(("latex", "claim"), FALSE)
def test_what_is_false_is_not_proved(latex, claim):
    lets = [let for letter, let in (("w_j", "w_j>0"), ("b e", "b")) if letter in latex]
    assert judge_one(find(latex, lets, None), claim, {}, 600).status.name != "PROVED"
