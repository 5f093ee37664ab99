"""x_j / sum_k x_k lies between 0 and 1 where no x_k is negative; other quotients may not."""

import pytest

from nmderive.evidence import Status
from nmderive.losses.catalogue import find
from nmderive.verify import judge_one

SHARE = r"\frac{e^{s_{i,j}}}{\sum_k e^{s_{i,k}}}"


@pytest.mark.parametrize("part", [
    SHARE, r"\frac{e^{g s_{i,j}}}{\sum_k e^{g s_{i,k}}}", r"\frac{w_j e^{s_{i,j}}}{\sum_k w_k e^{s_{i,k}}}",
    r"\frac{\sum_{k\neq j} e^{s_{i,k}}}{\sum_k e^{s_{i,k}}}", r"\frac{e^{s_{i,j}}}{\sum_a e^{s_{a,j}}}",
])
def test_shares_of_a_total_are_at_most_one(part):
    loss = find(rf"\sum_{{i,j}}\log\left(2-{part}\right)", ["w_j>=0", "g"], None)
    assert judge_one(loss, "nonnegative", {}, 600).status is Status.PROVED


@pytest.mark.parametrize("part", [
    r"\frac{2e^{s_{i,j}}}{\sum_k e^{s_{i,k}}}", r"\frac{e^{2s_{i,j}}}{\sum_k e^{s_{i,k}}}",
    r"\frac{\sum_k e^{s_{i,j}}}{\sum_k e^{s_{i,k}}}", r"\frac{\sum_{k\neq j} e^{s_{i,j}}}{\sum_k e^{s_{i,k}}}",
    r"\frac{e^{s_{i,j}}}{\sum_{k\neq j} e^{s_{i,k}}}", r"\frac{s_{i,j}}{1+\sum_k s_{i,k}}",
    r"\frac{w_j e^{s_{i,j}}}{\sum_k w_k e^{s_{i,k}}}",
])
def test_other_quotients_are_not(part):
    loss = find(rf"\sum_{{i,j}}\log\left(2-{part}\right)", ["w_j"], None)
    assert judge_one(loss, "nonnegative", {}, 600).status is not Status.PROVED
