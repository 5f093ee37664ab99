"""What values a declared parameter may take: the declaration, the record, the sign of the symbol."""

from fractions import Fraction as F

import pytest

from nmderive.calculus.domains import Domain
from nmderive.equal import equal
from nmderive.errors import NmderiveError, ParseError
from nmderive.losses.catalogue import load
from nmderive.losses.reading import read
from nmderive.notation import Declarations

FORMS = [
    ("0<q<1", "q", Domain(F(0), F(1)), "positive"),
    ("q in (0,1]", "q", Domain(F(0), F(1), True, False), "positive"),
    (r"q \in [0, 1)", "q", Domain(F(0), F(1), False, True), "nonnegative"),
    ("k in {1,2,3}", "k", Domain(values=(F(1), F(2), F(3))), "positive"),
    (r"k \in \{0, 1/2\}", "k", Domain(values=(F(0), F(1, 2))), "nonnegative"),
    ("N_j integer>=1", "N", Domain(F(1), None, False, True, True), "positive"),
    ("k integer>0", "k", Domain(F(1), None, False, True, True), "positive"),
    ("-1<k integer<=2.5", "k", Domain(F(0), F(2), False, False, True), "nonnegative"),
    ("k integer", "k", Domain(integer=True), "real"),
    ("g<1", "g", Domain(None, F(1)), "real"),
    ("g<0", "g", Domain(None, F(0)), "real"),
    ("g>=2", "g", Domain(F(2), None, False), "positive"),
    ("0<=c<=1/2", "c", Domain(F(0), F(1, 2), False, False), "nonnegative"),
    ("1>=q>0", "q", Domain(F(0), F(1), True, False), "positive"),
    (r"0 \le c \leq 0.5", "c", Domain(F(0), F(1, 2), False, False), "nonnegative"),
    ("-1/2<g", "g", Domain(F(-1, 2)), "real"),
    (r"\tau>0", "tau", Domain(F(0)), "positive"),
    ("g: positive", "g", Domain(F(0)), "positive"),
    ("g in [2, inf)", "g", Domain(F(2), None, False), "positive"),
    ("w_j>=0", "w", Domain(F(0), None, False), "nonnegative"),
]


@pytest.mark.parametrize(("let", "name", "domain", "sign"), FORMS)
def test_forms(let, name, domain, sign):
    declared = Declarations.from_lets([let])
    assert declared.domains == ((name, domain),)
    (symbol,) = [a for _, a in declared.parameters + declared.arrays]
    assert domain.sign == sign and symbol.is_real is not False
    bare = getattr(symbol, "label", symbol)
    assert (bare.is_positive, bare.is_nonnegative) == {
        "positive": (True, True), "nonnegative": (None, True), "real": (None, None)}[sign]
    assert bare.is_integer is None, "integer symbols are indices"


@pytest.mark.parametrize("let", ["b", "w_j", "g: real"])
def test_a_letter_without_bounds_has_no_domain(let):
    assert Declarations.from_lets([let]).domains == ()


@pytest.mark.parametrize(
    "let", ["1<q<0", "q in (1,1)", "0<k integer<1", "k in {}", "g>>0", "1>0", "q in (0;1)", "0<q>1>", "n>0", "0<m<3",
            "q in (0,1", "g=>1", "0<q<x"])
def test_no_domain(let):
    with pytest.raises(ParseError) as caught:
        Declarations.from_lets([let])
    assert caught.value.hint


def test_bounds_of_one_letter_add_up():
    assert Declarations.from_lets(["q>0", "q<1"]).domains == (("q", Domain(F(0), F(1))),)
    assert Declarations.from_lets(["k in {1,2,3}", "k>=2"]).domains == (("k", Domain(values=(F(2), F(3)))),)
    with pytest.raises(ParseError):
        Declarations.from_lets(["q>1", "q<0"])


FORMULA = r"-\sum_i \sum_j w_j t_{i,j} (1-p_{i,j})^g \log p_{i,j}"


def test_the_loss_record_has_what_occurs():
    loss = read(FORMULA, ["0<g<=5", "w_j>0", "unused>0"])
    assert loss.domains == (("g", Domain(F(0), F(5), True, False)), ("w", Domain(F(0))))
    assert read(FORMULA, ["g", "w_j"]).domains == ()


def test_the_catalogue_has_the_published_domains():
    assert load("generalised-cross-entropy").domains == (("q", Domain(F(0), F(1))),)
    assert load("label-smoothing").domains == (("c", Domain(F(0), F(1))),)
    assert load("temperature-cross-entropy").domains == (("T", Domain(F(0))),)


def test_two_sides_of_an_equation_share_a_letter():
    dossier = equal("label-smoothing", r"-\sum_{ij} ((1-c)t_{ij} + c/m) \log p_{ij}", lets=["c>=0"])
    assert dossier.verdicts[0].status.value == "PROVED"
    with pytest.raises(NmderiveError, match="no number"):
        equal("label-smoothing", r"c\sum_{ij} t_{ij} s_{ij}", lets=["c>=1"])
