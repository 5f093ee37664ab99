"""Nonnegative by Jensen's inequality: what is taken out is one, and what is left is not negative."""

import copy

import pytest

import nmderive
from nmderive.checker import check
from nmderive.evidence import Status
from nmderive.losses.reading import read
from nmderive.proving.bounds import judge_nonnegative
from nmderive.proving.jensen import gaps

TEXTS = (
    "sum(i, log(sum(j, t[i,j]*p[i,j])) - sum(j, t[i,j]*log(p[i,j])))",
    "sum(i, log(sum(j, t[i,j]*exp(s[i,j]))) - sum(j, t[i,j]*s[i,j]))",
    "sum(i, log(sum(j, exp(s[i,j]))/m) - sum(j, s[i,j])/m) + sum(i, sum(j, (s[i,j] - t[i,j])**2))",
    "sum(j, log(sum(i, 1 + exp(s[i,j]))/n) - sum(i, log(1 + exp(s[i,j])))/n)",
)


def certificate(text):
    verdict = judge_nonnegative(read(text), "nonnegative", "", {})
    assert verdict.status is Status.PROVED, text
    return next(c.as_json() for c in verdict.certificates if "jensen" in c.data)


@pytest.mark.parametrize("text", TEXTS)
def test_means_under_logarithms_are_above_means_of_logarithms(text):
    assert check(certificate(text)).accepted
    turned = f"-({text})"
    assert read(turned) and judge_nonnegative(read(turned), "nonnegative", "", {}).status is not Status.PROVED


@pytest.mark.parametrize(("key", "value"), [
    ("factor", ["num", "-1"]), ("weight", ["num", "1"]), ("weight", ["mul", [["num", "2"], ["at", "t", ["i", "j"]]]]),
    ("value", ["at", "s", ["i", "j"]]), ("value", ["num", "0"]), ("over", ["j", "m", [["ne", "j", 1]]]),
    ("over", ["i", "m", []]), ("outer", []), ("outer", [["i", "k", []]]), ("outer", "i"), ("over", ["j", "m"]),
])
def test_what_is_no_mean_is_refused(key, value):
    base = certificate(TEXTS[0])
    changed = copy.deepcopy(base)
    changed["jensen"][0][key] = value
    result = check(changed)
    assert not result.accepted and result.reason


def test_what_is_left_must_not_be_negative():
    base = certificate(TEXTS[0])
    for loss in (["add", [base["loss"], ["num", "-1"]]], ["mul", [["num", "1/2"], base["loss"]]]):
        assert not check({**base, "loss": loss}).accepted
    assert not check({**base, "jensen": [*base["jensen"], *base["jensen"]]}).accepted
    assert not check({**base, "jensen": {}}).accepted and not check({**base, "jensen": [{}]}).accepted


def test_only_sums_beside_logarithms_are_proposed():
    assert list(gaps(["at", "s", [1, 1]])) == [] and list(gaps(["log", ["at", "t", [1, 1]]])) == []


@pytest.mark.parametrize(("claim", "status"), [
    ("convex", "PROVED"), ("nonnegative", "PROVED"), ("shift-invariant", "PROVED"),
])
def test_a_class_set_may_have_any_name(claim, status):
    dossier = nmderive.loss(r"-\sum_{j\in P}\log p_j").verify(claim)
    assert dossier.verdicts[0].status.value == status and "P is a subset of 1..m" in dossier.verdicts[0].conditions
