"""Findings and witnesses on a page: formulas of the text form are set, numbers too, all else stays as it is."""

import re
from xml.etree import ElementTree

import pytest

from nmderive.pages.html import prose, witness
from nmderive.pages.typeset import formulas_in, matrix, number


def plain(mathml):
    return "".join(ElementTree.fromstring(mathml).itertext()).replace("\u2061", "")


@pytest.mark.parametrize("text, before, formula, after", [
    ("l grows by at most sum(j, 1) log r, and", "l grows by at most ", "sum(j, 1)", " log r, and"),
    ("l = m*log(1 + sum(i, t[i,1]))", "l = ", "m*log(1 + sum(i, t[i,1]))", ""),
    ("l = -sum(i, j, t[i,j]*log(t[i,j])) there", "l = ", "-sum(i, j, t[i,j]*log(t[i,j]))", " there"),
    ("n/q - sum(i, j, t[i,j]**q), q being free", "", "n/q - sum(i, j, t[i,j]**q)", ", q being free"),
    ("at most 3 + 3*sum(j, h != j, 1) log r", "at most ", "3 + 3*sum(j, h != j, 1)", " log r"),
])
def test_a_formula_in_a_sentence_is_set(text, before, formula, after):
    (first, shown), (rest, last) = formulas_in(text)
    assert (first, rest, last) == (before, after, "")
    assert "sum(" not in plain(shown) and ("∑" in plain(shown)) == ("sum(" in formula)


@pytest.mark.parametrize("text", [
    "labels in [0, 1]", "attacked at n=1, m=2; n=1, m=3",
    "sum(j, is not closed", "sum(", "x[", "the two-class form (see above) - or not", "sum(nonsense here)", "",
    "-", "a[b]]",
    "sum_j s_ij^2 and s[i", "[[]]", "[[1, 2]", "[1 +/- x]", "[[1, -]]",
])
def test_what_is_no_formula_stays(text):
    assert "".join(before + formula for before, formula in formulas_in(text)) == text


def test_rows_and_enclosures_in_a_sentence_are_set():
    found = list(formulas_in("where e^s = [[1, 2], [3/4, 5]] gives dl/ds = [-0.5 +/- 3e-22] at (1, 1)"))
    assert [before for before, _ in found] == ["where e^s = ", " gives dl/ds = ", " at (1, 1)"]
    assert found[0][1].count("<mtd>") == 4 and plain(found[1][1]) == "−0.5±3⋅10−22"


def test_numbers_of_a_witness_are_set():
    assert plain(number("6*log(2) + -3*log(5) + 1*log(7)")) == "6log2−3log5+log7"
    assert plain(number("-1*log(13)")) == "−log13" and plain(number("2/3 + -1*log(3)")) == "23−log3"
    assert "mfrac" in number("-8/13*log(2)") and plain(number("-5")) == "−5"
    assert plain(number("[-0.50014 +/- 3.49e-21]")) == "−0.50014±3.49⋅10−21"
    assert number("about 3") == "" and number("<b>") == ""
    assert matrix([["1", "1/2"], ["3", "4"]]).count("<mtr>") == 2 and matrix(["1", "2"]).count("<mtr>") == 1
    assert matrix([["<b>"]]) == "" and matrix([]) == ""


def test_a_witness_on_a_page_has_no_raw_formula_and_nothing_unescaped():
    shown = witness({"sizes": {"n": 1, "m": 2}, "exp_s": [["1", "2"]], "t": [["5/13", "8/13"]], "exact": True,
                     "quantity": "sum(j, s[1,j]) <there>", "value": "3*log(2) + -2*log(3)", "free": {"q": "<i>"}})
    text = re.sub(r"<math.*?</math>", "", shown)
    assert "*" not in text and "sum(" not in text and "<there>" not in text and "&lt;i&gt;" in text
    assert shown.count("<math") == 4 and "e<sup>s</sup>" in shown
    assert prose("a < b") == "a &lt; b"
