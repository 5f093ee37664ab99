"""Kinds of formulas that a fifth reading of other people's losses found: read right and said, or refused clearly."""

import pytest
from today import rest_slow

from nmderive.losses.reading import read

from .fifth_cases import CASES, FOCAL, QUESTIONS, SAID
from .test_fourth import check_question, check_reading, check_said


@pytest.mark.parametrize("case", rest_slow(CASES, 4), ids=lambda case: f"{case[2]} {case[3]}")
def test_it_is_read_right_or_refused(case):
    check_reading(case)


@pytest.mark.parametrize(("text", "said"), SAID)
def test_what_is_guessed_is_said(text, said):
    check_said(text, said)


@pytest.mark.parametrize(("text", "message", "hint"), QUESTIONS)
def test_the_question_says_what_and_how(text, message, hint):
    check_question(text, message, hint)


@pytest.mark.parametrize(("said", "domain"), [
    (r"\gamma\in\mathbb{R}_+", "gamma >= 0"), (r"\gamma\in\mathbb{R}_{>0}", "gamma > 0"),
    (r"\gamma\in[\frac12,1]", "1/2 <= gamma <= 1"), (r"\gamma\in[0,\infty)", "gamma >= 0"),
    (r"0<\gamma", "gamma > 0"), (r"\gamma\leqslant 3", "gamma <= 3"),
])
def test_a_domain_is_the_one_that_is_said_before_the_formula_or_after(said, domain):
    for text in (f"{FOCAL}, {said}", f"{said}, {FOCAL}"):
        assert [d.shown(name) for name, d in read(text).domains] == [domain]
