"""Sums over ordered pairs of classes, written as sums over all pairs: same values, same verdicts, shown equal."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numeric_oracle import value_at
from sympy import StrictGreaterThan, StrictLessThan

import nmderive
from nmderive.checker import check
from nmderive.claims import claim_names
from nmderive.evidence import Status
from nmderive.proving.pair_form import in_whole_pairs

PARTS = ["t[i,j]*exp(s[i,k] - s[i,j])", "log(1 + sum(i, t[i,j]*exp(s[i,k])))", "(t[i,j] - t[i,k])**2*exp(s[i,j])",
         "s[i,j]*s[i,k]", "t[i,j]*log(1 + exp(s[i,k]))", "exp(s[i,j] + s[i,k])"]


def turned(text):
    return text.replace(",j]", ",?]").replace(",k]", ",j]").replace(",?]", ",k]")


@st.composite
def ordered(draw):
    """A sum over ordered pairs: some parts with their mirror image, some without."""
    found = []
    for part in draw(st.lists(st.sampled_from(PARTS), min_size=1, max_size=2)):
        weight = draw(st.sampled_from(["", "2*", "-3*"]))
        body = weight + part + (" + " + weight + turned(part) if draw(st.booleans()) else "")
        frame = draw(st.sampled_from(["sum(j, sum(k, j < k, {}))", "sum(j, sum(k, k < j, {}))", "sum(j < k, {})"]))
        found.append("sum(i, " + frame.format(f"({body})") + ")")
    text = " + ".join(found)
    return f"log(1 + ({text})**2)" if draw(st.booleans()) else text


@pytest.mark.slow
@settings(max_examples=15, deadline=None)
@given(ordered())
def test_values_stay(text):
    loss = nmderive.loss(text)
    found = in_whole_pairs(loss)
    if found is not None:
        whole, certificate, _ = found
        assert check(certificate.as_json()).accepted
        for n, m in ((1, 3), (2, 4)):
            a, b = value_at(loss.expr, n, m), value_at(whole.expr, n, m)
            assert abs(a - b) <= 1e-30 * (1 + abs(a))


WHOLE = [
    ("sum(j < k, log(1 + sum(i, t[i,j]*exp((s[i,k]-s[i,j])/2))) + log(1 + sum(i, t[i,k]*exp((s[i,j]-s[i,k])/2))))",
     "pairwise"),
    ("sum(j < k, log(1 + sum(i, t[i,j]*exp((s[i,k]-s[i,j])/2)))) + "
     "sum(k < j, log(1 + sum(i, t[i,j]*exp((s[i,k]-s[i,j])/2))))", "pairwise"),
    ("sum(i, sum(j < k, t[i,j]*log(1 + exp(s[i,k]-s[i,j])) + t[i,k]*log(1 + exp(s[i,j]-s[i,k]))))",
     "sum(i, sum(j, sum(k, k != j, t[i,j]*log(1 + exp(s[i,k]-s[i,j])))))"),
    ("sum(i, sum(j < k, (t[i,j]-t[i,k])**2*exp(s[i,j]+s[i,k])))",
     "sum(i, sum(j, sum(k, k != j, 1/2*(t[i,j]-t[i,k])**2*exp(s[i,j]+s[i,k]))))"),
]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("ordered_text", "whole_text"), [WHOLE[3], *(pytest.param(*pair, marks=pytest.mark.slow) for pair in WHOLE[:3])]
)
def test_verdicts_are_those_of_the_whole_sum(ordered_text, whole_text, judged):
    written, whole = nmderive.loss(ordered_text), nmderive.loss(whole_text)
    found = in_whole_pairs(written)
    assert found is not None and not found[0].expr.has(StrictLessThan, StrictGreaterThan)
    for own in claim_names():
        verdict = judged(written, own)
        assert verdict.status is judged(whole, own).status, own
        assert all(check(c.as_json()).accepted for c in verdict.certificates)
        if verdict.status in (Status.PROVED, Status.REFUTED):
            assert verdict.certificates[-1].kind == "identity"


def test_a_sum_without_its_mirror_image_is_left_alone():
    assert in_whole_pairs(nmderive.loss("sum(i, sum(j < k, t[i,j]*exp(s[i,k])))")) is None
