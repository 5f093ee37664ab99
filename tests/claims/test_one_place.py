"""One optimum by strong convexity, by a formula, and in the order of labels that rise with their logit."""

import pytest

import nmderive
from nmderive.evidence import Status

CE = r"-\sum_i\sum_j t_{ij}\log p_{ij}"
RIDGE = rf"{CE}+a\sum_i\sum_j s_{{ij}}^2"
BESIDE_SHIFTS = rf"{CE}+a\sum_i\sum_j\left(s_{{ij}}-\frac1m\sum_k s_{{ik}}\right)^2"
BY_CLASS = rf"{CE}+\sum_i\sum_j w_js_{{ij}}^2"
TOWARDS_ONE = rf"{CE}+a\sum_i\sum_j s_{{ij}}^2+\sum_i s_{{i1}}"
EXPONENTIAL = r"\sum_i\sum_j (t_{ij}e^{-s_{ij}}+s_{ij})"
KINKED = rf"{RIDGE}+3\sum_i\sum_j |s_{{ij}}|"
TOP = rf"{RIDGE}+3\sum_i\max_k s_{{ik}}"
FALLING = r"\sum_i\sum_j (s_{ij}+t_{ij})^2"
DOUBLE_WELL = r"\sum_i (3(\sigma(s_i)-t_i)^4-2(\sigma(s_i)-t_i)^3+\frac38(\sigma(s_i)-t_i)^2)"


def status(source, claim):
    lets = [let for let, letter in (("a>0", "a"), ("w_j>0", "w_j")) if letter in source.replace(r"\frac", "")]
    return nmderive.loss(source, lets=lets).verify(claim).verdicts[0].status


@pytest.mark.parametrize("claim", ["unique-optimum", "link", "calibrated", "order-preserving", "hard-label-argmax"])
@pytest.mark.parametrize("source", [RIDGE, pytest.param(BESIDE_SHIFTS, marks=pytest.mark.slow)])
def test_a_ridge_keeps_all_of_cross_entropys(source, claim):
    assert status(source, claim) is Status.PROVED


@pytest.mark.slow
@pytest.mark.parametrize("claim", ["calibrated", "order-preserving", "hard-label-argmax"])
@pytest.mark.parametrize("source", [BY_CLASS, TOWARDS_ONE, FALLING, KINKED, TOP])
def test_no_order_is_proved_of_what_treats_classes_apart_turns_labels_round_or_ties_logits_at_kinks(source, claim):
    assert status(source, claim) is not Status.PROVED


def test_an_optimum_that_a_formula_gives_exists():
    assert status(EXPONENTIAL, "unique-optimum") is Status.PROVED
    assert status(EXPONENTIAL, "link") is Status.PROVED


def test_two_stationary_points_are_two_minima_only_where_the_loss_is_convex():
    assert status(DOUBLE_WELL, "link") is not Status.REFUTED
    assert status(DOUBLE_WELL, "unique-optimum") is Status.REFUTED
    assert status(r"\sum_i \max(0, |s_i-t_i|-1)", "link") is Status.REFUTED
