"""Maxima in one spelling: what does not depend on the index, or does not fall, stands outside; the value stays."""

import pytest

from nmderive.calculus.normal_form import Frame, is_zero, normal_form
from nmderive.checker import check
from nmderive.equal import equal
from nmderive.losses.catalogue import find
from nmderive.structure.extremal import extremal

SAME = {
    "a number": (r"\max_j(2 s_j) = 2\max_j s_j", ()), "a parameter": (r"\max_j(c s_j) = c\max_j s_j", ("c>0",)),
    "a minimum": (r"\min_j(c s_j) = -c\max_j(-s_j)", ("c>0",)),
    "a positive part": (r"\max_j\max(0, s_j - 1) = \max(0, \max_j s_j - 1)", ()),
    "of a minimum": (r"\min_j\max(0, s_j) = \max(0, \min_j s_j)", ()),
    "hinges": (r"\sum_j t_j\max_{k\neq j}\max(0, 1+s_k-s_j) = \sum_j t_j\max(0, 1+\max_{k\neq j}s_k-s_j)", ()),
    "of a multiple": (r"\max_{k\neq 1}[c s_k]_+ = c[\max_{k\neq 1}s_k]_+", ("c>0",)),
    "in turn": (r"\max_{k\neq 1}\max(0, c s_k) = c\max(0, \max_{k\neq 1}s_k)", ("c>0",)),
}
OTHER = {
    "a number of open sign": (r"\max_j(b s_j) = b\max_j s_j", ("b",)), "a sign": (r"\max_j(-s_j) = -\max_j s_j", ()),
    "an absolute value": (r"\max_j|s_j| = |\max_j s_j|", ()),
    "of the minimum": (r"\max_j\max(0, s_j) = \max(0, \min_j s_j)", ()),
    "a factor of the index": (r"\max_j(t_j s_j) = t_1\max_j s_j", ()),
}


def status(latex, lets):
    verdict, = equal(latex, lets=lets).verdicts
    assert all(check(c.as_json()).accepted for c in verdict.certificates)
    return verdict.status.name


@pytest.mark.parametrize("name", SAME)
def test_equal_spellings_are_proved_equal(name):
    assert status(*SAME[name]) == "PROVED"


@pytest.mark.parametrize("name", OTHER)
def test_others_are_not(name):
    assert status(*OTHER[name]) == "REFUTED"


@pytest.mark.parametrize("latex", [
    r"\sum_i\max_j(2 s_{i,j} - 2 t_{i,j})", r"\sum_i\min_j(3 + s_{i,1} - s_{i,j})",
    r"\sum_i\max_j(s_{i,j} + \max_k(t_{i,k}))",
])
def test_the_spelling_is_equal_where_the_normal_form_tells(latex):
    plain = find(latex, (), None).expr
    assert extremal(plain) != plain
    assert is_zero(normal_form(extremal(plain) - plain, Frame({}, {}))) or "2 s" in latex
