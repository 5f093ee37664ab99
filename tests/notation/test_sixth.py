"""Kinds of formulas that a sixth reading of other people's losses found: read right and said, or refused clearly."""

import pytest
from today import rest_slow

from nmderive.errors import NmderiveError
from nmderive.losses.reading import read

from .sixth_cases import CASES, QUESTIONS, ROW, SAID
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


@pytest.mark.parametrize(("text", "way_out"), [
    (r"-\log p_y \text{ per token}", r"-\log p_y"),
    (r"-\log\operatorname{softmax}(z;\tau)_y", r"-\log\text{softmax}(z/\tau)_y"),
    (r"-\log\operatorname{softmax}_\tau(z)_y", r"-\log\text{softmax}(z/\tau)_y"),
    (r"-\mathbb{E}_y[\log p(y|x)]", r"-\mathbb{E}_{(x,y)}[\log p(y|x)]"),
    (r"\mathrm{KL}(\mathcal{U}\|p)", r"\mathrm{KL}(\mathcal{U}\|p), U_k = \frac{1}{K}"),
    (r"-(y_1\log p_1+\dots+y_K\log p_K)", r"-\sum_{k=1}^K y_k \log p_k"),
    (r"-\sum_k y_k\log\sigma(z)_k, \sigma(u)=\frac{1}{1+e^{-u}}", r"-\sum_k y_k\log\sigma(z_k)"),
    (r"-\log p_y+\lambda y^2", r"-\log p_y+\lambda(\sum_k k [k = y])^2"),
    (r"-\mathbb{E}_{q(y|x)}[\log p(y|x)]", r"-\sum_k q_k \log p_k"),
    (r"-\sum_k w(k+1) y_k\log p_k", r"-\sum_k w \cdot (k+1) y_k\log p_k"),
])
def test_the_way_out_works(text, way_out):
    with pytest.raises(NmderiveError):
        read(text)
    assert read(way_out).expr


def test_what_the_user_declares_is_no_second_time_said():
    assert read(ROW + r" \text{ where } y_k \text{ is the true label}", ["y: labels"]).expr == read(ROW).expr
