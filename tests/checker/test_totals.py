"""x_j / sum_k x_k lies between 0 and 1 where no x_k is negative; other quotients may not."""

import pytest

from nmderive.checker import check
from nmderive.evidence import Status
from nmderive.losses.catalogue import find
from nmderive.verify import judge_one

from .build import add, exp, mul, neg, num, power, s, total

SHARE = r"\frac{e^{s_{i,j}}}{\sum_k e^{s_{i,k}}}"


@pytest.mark.parametrize("part", [
    SHARE, r"\frac{e^{g s_{i,j}}}{\sum_k e^{g s_{i,k}}}", r"\frac{w_j e^{s_{i,j}}}{\sum_k w_k e^{s_{i,k}}}",
    r"\frac{\sum_{k\neq j} e^{s_{i,k}}}{\sum_k e^{s_{i,k}}}", r"\frac{e^{s_{i,j}}}{\sum_a e^{s_{a,j}}}",
    r"\frac{e^{s_{i,j}}}{1+\sum_k e^{s_{i,k}}}", r"\frac{e^{s_{i,j}}}{w_j+\sum_k e^{s_{i,k}}+\sum_k s_{i,k}^2}",
])
def test_shares_of_a_total_are_at_most_one(part):
    loss = find(rf"\sum_{{i,j}}\log\left(2-{part}\right)", ["w_j>=0", "g"], None)
    assert judge_one(loss, "nonnegative", {}, 600).status is Status.PROVED


@pytest.mark.parametrize("part", [
    r"\frac{2e^{s_{i,j}}}{\sum_k e^{s_{i,k}}}", r"\frac{e^{2s_{i,j}}}{\sum_k e^{s_{i,k}}}",
    r"\frac{\sum_k e^{s_{i,j}}}{\sum_k e^{s_{i,k}}}", r"\frac{\sum_{k\neq j} e^{s_{i,j}}}{\sum_k e^{s_{i,k}}}",
    r"\frac{e^{s_{i,j}}}{\sum_{k\neq j} e^{s_{i,k}}}", r"\frac{s_{i,j}}{1+\sum_k s_{i,k}}",
    r"\frac{w_j e^{s_{i,j}}}{\sum_k w_k e^{s_{i,k}}}", r"\frac{e^{s_{i,j}}}{w_j+\sum_k e^{s_{i,k}}}",
    r"\frac{e^{s_{i,j}}}{\sum_k e^{s_{i,k}}-1/2}", r"\frac{2e^{s_{i,j}}}{1+\sum_k e^{s_{i,k}}}",
])
def test_other_quotients_are_not(part):
    loss = find(rf"\sum_{{i,j}}\log\left(2-{part}\right)", ["w_j"], None)
    assert judge_one(loss, "nonnegative", {}, 600).status is not Status.PROVED


def test_the_index_of_a_part_is_not_that_of_the_whole():
    """(sum_j e^(-s_ij)) / sum_k e^(s_ik - 2 s_ij) is no share: the first j is bound anew, the second is outside."""
    part = total("j", "m", exp(neg(s("i", "j"))))
    whole = total("k", "m", exp(add(s("i", "k"), mul(num("-2"), s("i", "j")))))
    body = add(1, neg(mul(part, power(whole, -1))))
    data = {"kind": "nonnegative", "loss": total("i", "n", total("j", "m", body)), "shape": ["n", "m"]}
    assert not check(data).accepted
    own = add(1, neg(mul(exp(s("i", "j")), power(total("k", "m", exp(s("i", "k"))), -1))))
    assert check({**data, "loss": total("i", "n", total("j", "m", own))}).accepted
