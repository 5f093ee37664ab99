"""Forms for print: by softmax probabilities, with reduced fractions; the value stays, whatever the loss."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numeric_oracle import evaluate, numbers
from sympy import Indexed, exp

import nmderive
from nmderive.calculus.fractions import reduced_fractions
from nmderive.calculus.in_probabilities import P, in_probabilities
from nmderive.calculus.sums import IndexSum
from nmderive.calculus.symbols import M, S, index

PARTS = [
    "softmax(s[i,j])", "softmax(s[i,j])**2", "log(softmax(s[i,j]))*t[i,j]", "(1 - softmax(s[i,j]))**2",
    "sum(k, softmax(s[i,k])*t[i,k])", "1/(1 + exp(s[i,j]))", "t[i,j]*log(1 + exp(-s[i,j]))", "s[i,j]**2",
    "exp(s[i,j]/2)/sum(k, exp(s[i,k]))", "t[i,j]/(2 - softmax(s[i,j]))", "exp(-s[i,j])/(1 + exp(-s[i,j]))**2",
]


@st.composite
def losses(draw):
    parts = draw(st.lists(st.sampled_from(PARTS), min_size=1, max_size=3))
    return nmderive.loss(f"sum(i, sum(j, {draw(st.sampled_from([' + ', '*'])).join(parts)} + 0*s[i,j]))")


def value(expr, place):
    s, t = numbers(2, 3, 1)
    probabilities = IndexSum(exp(S[index("a"), index("b")]), index("b"), M)
    rows = {a: evaluate(probabilities, {"n": 2, "m": 3}, s, t, {}, env={index("a"): a}) for a in (1, 2)}
    table = {(a, b): evaluate(exp(S[a, b]), {"n": 2, "m": 3}, s, t, {}) / rows[a] for a, b in s}
    env = dict(zip((index("i"), index("j")), place, strict=True))
    return evaluate(expr, {"n": 2, "m": 3}, s, t, {"p": table}, env=env)


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(losses())
def test_the_value_stays(loss):
    forms = [f for f in (in_probabilities(loss.gradient), *reduced_fractions(loss.gradient)) if f is not None]
    for place in ((1, 2), (2, 3)):
        known = value(loss.gradient, place)
        assert all(abs(value(f, place) - known) < 1e-25 * (1 + abs(known)) for f in forms)


@pytest.mark.parametrize(("text", "printed"), [
    ("sum(i, sum(j, (t[i,j]-softmax(s[i,j]))**2))", "p_ij = e^s_ij / (∑_k e^s_ik)"),
    ("sum(i, sum(j, t[i,j]*log(1 + exp(-s[i,j])) + (1-t[i,j])*log(1 + exp(s[i,j]))))", "e^s_ij / (1 + e^s_ij) − t_ij"),
    ("sum(j, log(1 + sum(i, (1-t[i,j])*exp(s[i,j]))))", "(1 − t_ij) e^s_ij / (1 + ∑_(a=1..n) (1 − t_aj) e^s_aj)"),
])
def test_gradients_print_as_papers_do(text, printed):
    assert nmderive.loss(text).derive().shown("unicode").endswith(printed)


def test_a_p_of_the_users_own_stays():
    loss = nmderive.loss("p*sum(i, sum(j, softmax(s[i,j])**2))", lets=["p>0"])
    assert in_probabilities(loss.gradient) is None


def test_without_a_normaliser_there_is_no_p():
    assert in_probabilities(nmderive.loss("loss-1").gradient) is None
    found = in_probabilities(nmderive.loss("focal").gradient)
    assert found.has(P) and not any(isinstance(e, Indexed) and e.base == S for e in found.atoms(Indexed))
