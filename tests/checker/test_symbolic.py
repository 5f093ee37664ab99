"""Identities, gradients and stationarity: what must be accepted, and what must not."""


import pytest

from nmderive.checker import Result, check

from .build import FOCAL, MULTI, stationary
from .certificates import ALL, FALSE
from .numeric import is_true


@pytest.mark.parametrize("name", ALL)
def test_true_certificates_are_accepted(name):
    result = check(ALL[name])
    assert result.accepted and result.statement and not result.reason, result.reason
    assert result.statement.startswith("for ")


@pytest.mark.parametrize("name", [k for k in ALL if "undefined" not in k and "derivatives" not in k])
def test_true_certificates_are_numerically_true(name):
    assert is_true(ALL[name], 1) is True


@pytest.mark.parametrize("name", FALSE)
def test_false_or_meaningless_certificates_are_refused(name):
    result = check(FALSE[name])
    assert not result.accepted and result.reason and not result.statement


def test_focal_loss_is_not_stationary_at_softmax():
    assert not check(stationary(FOCAL, parameters={"g": "positive"})).accepted


def test_multi_label_needs_its_own_link():
    assert not check(stationary(MULTI, ["num", "1/2"], ["n"])).accepted


def test_statement_names_the_sizes():
    assert check(ALL["literal"]).statement.startswith("for all n, m with m >= 2")
    assert "m = 2" in check(ALL["loss-1, m = 2"]).statement
    assert "0 < q < 1" in check(ALL["generalised cross-entropy"]).statement


def test_simplex_is_not_used_for_stationarity():
    from .build import over_entries, s, sub, t, total

    loss = over_entries(["mul", [s("i", "j"), sub(total("k", "m", t("i", "k")), 1)]])
    assert not check(stationary(loss, ["num", "1"], simplex=True)).accepted
