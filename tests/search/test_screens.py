"""Screens agree with proofs: numbers contradict no claim that is PROVED, and see what is plainly false."""

import pytest
from sympy import Integer, Symbol

import nmderive
from nmderive.evidence import Status
from nmderive.losses.catalogue import load, names
from nmderive.losses.reading import read
from nmderive.search.cost import cost, shown
from nmderive.search.screens import SCREENS, contradicted
from nmderive.search.unknowns import ANY, values

PAIR = "sum(j, k != j, log(1 + sum(i, t[i,j]^{a}*exp(c*(s[i,k] - s[i,j])))))"


@pytest.mark.slow
@pytest.mark.parametrize("name", names())
def test_no_claim_that_is_proved_is_contradicted(name, judged):
    found = contradicted(load(name), SCREENS)
    for claim in found:
        assert judged(load(name), claim).status is not Status.PROVED, (name, claim)


@pytest.mark.parametrize(("text", "wrong"), [
    ("sum(i, sum(j, t[i,j]*s[i,j]^2))", {"softmax-optimum", "shift-invariant"}),
    ("-sum(i, sum(j, t[i,j]*log(p[i,j])))", set()),
    ("-sum(i, sum(j, t[i,j]*p[i,j]))", {"convex", "nonnegative", "softmax-optimum"}),
    ("-sum(i, sum(j, t[i,j]^2*log(p[i,j])))", {"label-linear", "softmax-optimum"}),
    ("sum(i, sum(j, t[i,j]*exp(s[i,j+1] - s[i,j])))", {"permutation-invariant", "softmax-optimum"}),
])
def test_what_is_false_is_seen(text, wrong):
    assert set(contradicted(read(text), SCREENS)) == wrong


def test_a_loss_with_kinks_or_letters_is_left_to_the_judges():
    assert contradicted(read("sum(i, sum(j, t[i,j]*abs(s[i,j])))"), SCREENS) == ()
    assert contradicted(read("sum(i, sum(j, g*t[i,j]*s[i,j]))", ["g"]), SCREENS) == ()


@pytest.mark.parametrize(("power", "value"), [(1, "1/2"), (2, "1"), (3, "3/2")])
def test_the_scale_is_solved_for(power, value):
    loss = read(PAIR.format(a=power), ["c"])
    assert [str(v) for v in values(loss.expr, loss.parameters[0])] == [value]


def test_no_scale_and_every_scale_are_told_apart():
    loss = read("sum(j, log(1 + sum(k, k != j, sum(i, t[i,j]*exp(c*(s[i,k] - s[i,j]))))))", ["c"])
    assert values(loss.expr, loss.parameters[0]) == ()
    assert values(Integer(1), Symbol("c")) == ANY
    assert values(read("sum(i, sum(j, abs(c*s[i,j])))", ["c"]).expr, Symbol("c", real=True)) == ()


@pytest.mark.parametrize(("name", "text"), [
    ("cross-entropy", "n m"), ("pairwise", "n m^2"), ("cyclic", "n m^2"), ("loss-3", "n m"), ("loss-2", "-"),
])
def test_costs_are_the_leading_terms(name, text):
    assert shown(cost(nmderive.loss(name))) == text
