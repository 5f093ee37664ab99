"""docs/reading.md, sentence by sentence: its examples are read as it says; hints that are printed work."""

import re
from pathlib import Path

import numpy as np
import pytest

from nmderive.equal import equal
from nmderive.errors import NmderiveError, ParseError, UsageError
from nmderive.losses.reading import read
from nmderive.notation import Declarations, parse
from nmderive.proving.equality import judge_equal
from nmderive.tracing.arguments import ONE_HOT
from nmderive.tracing.read import read_function

PAGE = Path(__file__).parents[2] / "docs" / "reading.md"
EXAMPLE = re.compile(r"`([^`]+)` (?:reads as `([^`]+)`|(is refused))")
SENTENCES = [line[2:] for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("- ")]
CASES = [
    pytest.param(re.findall(r"\{([^{}]+)\}", s.split("`")[0]), *m.groups(), id=m[1])
    for s in SENTENCES for m in EXAMPLE.finditer(s)
]


def test_every_sentence_has_an_example():
    assert len(SENTENCES) > 25 and all(EXAMPLE.search(s) for s in SENTENCES)


@pytest.mark.parametrize(("lets", "text", "same", "refused"), CASES)
def test_the_page(lets, text, same, refused):
    if text.startswith("lambda"):
        return of_code(text, lets, same)
    declarations = Declarations.from_lets(lets)
    if refused:
        with pytest.raises(ParseError) as caught:
            parse(text, declarations)
        assert caught.value.span is not None and caught.value.hint
        return
    first, second = (parse(a, declarations, "latex") for a in (text, same))
    assert first.sides == second.sides and first.shape == second.shape


def of_code(text, lets, same):
    function = eval(text, {"np": np})
    if not same:
        with pytest.raises(NmderiveError) as caught:
            read_function(function, lets)
        assert caught.value.hint
        return
    loss, formula = read_function(function, lets), read(same)
    assert judge_equal(loss.expr, formula.expr, loss, {}, is_hard(loss)).status.value == "PROVED"


def is_hard(loss):
    return any(ONE_HOT in note for note in loss.read_as)


#: What is asked back, the hint's readings applied, and what they mean.
ANSWERED = [
    (r"\sum_{j,k\neq l} s_js_ks_l", r"\sum_j \sum_{k\neq l} s_js_ks_l"),
    (r"\sum_{j,k\neq l} s_js_ks_l", r"\sum_{j\neq l, k\neq l} s_js_ks_l"),
    (r"\sum_{l\neq j,k} s_js_ks_l", r"\sum_k \sum_{l\neq j} s_js_ks_l"),
    (r"\sum_{l\neq j,k} s_js_ks_l", r"\sum_k \sum_{l\neq j, l \neq k} s_js_ks_l"),
    (r"\sum_j\sum_k t_j (\sum_{j\neq k} s_j)", r"\sum_{l \neq k}"),
    (r"-\sum_i t_i\log p_i", r"\sum_j t_j \log p_j"),
    (r"-\sum_i t_i\log p_i", r"\sum_i t_i \log \sigma(s_i)"),
    (r"\sum_j t_{ij}s_{i0}", r"\sum_{j=0}^{m-1}"),
]


@pytest.mark.parametrize(("text", "answer"), ANSWERED)
def test_hints_say_what_works(text, answer):
    with pytest.raises(ParseError) as caught:
        parse(text)
    assert answer.partition(" s_js")[0] in (caught.value.hint or "")
    if answer.count("_") > 3:
        assert parse(answer).sides


def test_what_is_read_in_is_said():
    assert "sigmoid" in read(r"\frac1n\sum_i (p_i-t_i)^2").read_as[0]
    assert "bound again" in read(r"\sum_i (s_i + \sum_i t_i)").read_as[0]
    assert read(r"\sum_i t_i s_i").read_as == ()


def test_a_sum_that_ends_on_one_side_only():
    with pytest.raises(UsageError, match="ends before"):
        equal(r"\sum_i p_i (1-t_i) = \sum_i p_i - p_i t_i")
    with pytest.raises(UsageError, match="ends before"):
        equal(r"\sum_i p_i - p_i t_i = 0")
    assert equal(r"\sum_i p_i (1-t_i) = \sum_i (p_i - p_i t_i)").verdicts[0].status.value == "PROVED"


def test_a_letter_that_is_free_before_its_sum_is_free():
    gradient = r"e^{s_{i,j}} (1 + \sum_i t_{i,j}) - e^{s_{i,j}} \sum_i t_{i,j} - e^{s_{i,j}}"
    assert equal(gradient, "0").verdicts[0].status.value == "PROVED"


@pytest.mark.parametrize("body", [r"t_{i,%s} e^{s_{i,%s}}", r"(s_{i,%s}^2 - s_{i,%s})"])
@pytest.mark.parametrize(("first", "second"), [("j", "k"), ("k", "l"), ("l", "j"), ("a", "b")])
def test_a_list_under_a_sum_binds_the_letter_that_an_exclusion_goes_on_with(body, first, second):
    listed, apart = (x + body % (first, second) for x in (
        rf"\sum_{{{first}, {second} \neq {first}}} ", rf"\sum_{first} \sum_{{{second} \neq {first}}} "))
    assert equal(listed, apart).verdicts[0].status.value == "PROVED"


TEXT_FORM = [
    ("sum(j != k != l, t[j]*s[k]*s[l])", "sum(j != k, sum(l, l != j, l != k, t[j]*s[k]*s[l]))"),
    ("sum(j != k, sum(l != j, k, s[j]*s[k]*s[l]))", "sum(j != k, sum(l, l != j, l != k, s[j]*s[k]*s[l]))"),
    ("sum(j, t[j]*sum(j != k, s[k]))", "sum(j, t[j]*sum(k, k != j, s[k]))"),
    ("mean(i, (p[i] - t[i])**2)", "mean(i, (sigmoid(s[i]) - t[i])**2)"),
    ("logit(p[i,j])", "log(p[i,j]) - log(1 - p[i,j])"),
    ("sum(i, sum(k != i, s[i,1]))", None),
    ("sum(j != j, s[j])", None),
    ("sum(j, s[j]*iverson(j != j))", None),
    ("sum(i, k, delta(i, k)*s[i,k])", None),
    ("sum(j, k != l, s[j]*s[k]*s[l])", None),
    ("... = ... + ...", None),
    ("sum(j, s[j]), z = 3", None),
    ("sum(j, t[i,j]*s[i,0])", None),
]


@pytest.mark.parametrize(("text", "same"), TEXT_FORM)
def test_the_text_form_is_read_by_the_same_rules(text, same):
    if same is None:
        with pytest.raises(NmderiveError):
            parse(text, form="text")
    else:
        assert parse(text, form="text").sides == parse(same, form="text").sides
