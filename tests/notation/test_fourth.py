"""Kinds of formulas that a fourth reading of other people's losses found: read right and said, or refused clearly."""

import pytest

from nmderive.errors import NmderiveError
from nmderive.losses.reading import read

from .fourth_cases import CASES, QUESTIONS, SAID
from .test_invented import outcome


def check_reading(case):
    """Check that a formula is read to its meaning, and that one without a meaning is refused."""
    assert outcome(case) == ("right" if case[4] is not None else "refused")


def check_said(text, said):
    """Check that a guess is printed."""
    assert any(said in note for note in read(text).read_as), read(text).read_as


def check_question(text, message, hint):
    """Check that an error says what it asks, how to answer it and where."""
    with pytest.raises(NmderiveError) as caught:
        read(text)
    assert message in caught.value.message and hint in (caught.value.hint or "") and caught.value.span is not None


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case[2]} {case[3]}")
def test_it_is_read_right_or_refused(case):
    check_reading(case)


@pytest.mark.parametrize(("text", "said"), SAID)
def test_what_is_guessed_is_said(text, said):
    check_said(text, said)


@pytest.mark.parametrize(("text", "message", "hint"), QUESTIONS)
def test_the_question_says_what_and_how(text, message, hint):
    check_question(text, message, hint)


def test_a_domain_that_is_said_is_a_declaration():
    loss = read(r"L = \frac{1-p_y^q}{q}, \quad q\in(0,1]")
    assert {name: domain.shown(name) for name, domain in loss.domains} == {"q": "0 < q <= 1"}
