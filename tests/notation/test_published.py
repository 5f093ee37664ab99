"""Published formulas, pasted as they are: read to their meaning or refused, never to another meaning."""

import random
from collections import Counter

import pytest

from nmderive.errors import NmderiveError
from nmderive.losses.reading import read

from .published import agrees, formulas, mutated, outcome

#: How many of the readable ones are read today; a lower bound that only rises.
RIGHT = 38


@pytest.mark.parametrize("formula", formulas(), ids=lambda f: f["id"])
def test_a_formula_is_read_right_or_refused(formula):
    found, what = outcome(formula)
    assert found != "wrong", what
    if found == "refused":
        text = str(what)
        assert "Traceback" not in text and what.message
    else:
        assert what.read_as or formula["needs"] or formula["id"] == "kexue_zlpr_soft", "a guess is said"


def test_totals():
    counts = Counter(outcome(f)[0] for f in formulas())
    assert counts["right"] >= RIGHT and counts["wrong"] == 0, counts
    unreadable = [f for f in formulas() if f["readable"] == "no"]
    assert all(outcome(f)[0] == "refused" for f in unreadable)


@pytest.mark.slow
@pytest.mark.parametrize(("seed", "count"), [(20261126, 150)])
def test_mutations_never_change_the_meaning(seed, count):
    chance = random.Random(seed)
    readable = [f for f in formulas() if outcome(f)[0] == "right"]
    counts = Counter()
    for _ in range(count):
        formula = chance.choice(readable)
        kept = {*formula["call"]["parameters"], *(a for need in formula["needs"] for a in need.partition(":")[0])}
        text = mutated(formula["latex"], chance, kept)
        found, what = outcome(formula, text)
        assert found != "wrong", (text, getattr(what, "expr", what))
        counts[found] += 1
    assert counts["right"] >= 0.7 * count, counts


CROSS = r"-\sum_{i,j} t_{i,j} \log p_{i,j}"
SINGLE = r"-\sum_j t_j \log p_j"
BINARY = r"-\sum_i (t_i \log \sigma(s_i) + (1-t_i) \log(1-\sigma(s_i)))"
SAME = [
    (r"\mathcal{L} = -\frac{1}{N}\sum_{i=1}^{N} \log \frac{\exp(z_{i,y_i})}{\sum_{j=1}^{C}\exp(z_{i,j})}",
     r"-\frac{1}{n}\sum_i\sum_j t_{i,j} \log p_{i,j}"),
    (r"L_i = -\log\left(\frac{e^{f_{y_i}}}{\sum_j e^{f_j}}\right)", r"\sum_i (-\sum_j t_{i,j} \log p_{i,j})"),
    (r"E = -\sum_{n=1}^{N}\sum_{k=1}^{K} t_{nk}\ln y_{nk}", CROSS),
    (r"E(w) = -\sum_{n=1}^N \{t_n \ln y_n + (1-t_n)\ln(1-y_n)\}", BINARY),
    (r"L = -\sum_{i} y_i \log \sigma(z_i) + (1-y_i)\log(1-\sigma(z_i))", BINARY),
    (r"-\sum_{k=1}^K y_k \log \text{softmax}(z)_k", SINGLE),
    (r"-\sum_{k} \mathbb{1}[y=k]\log p_k", SINGLE),
    (r"L=-\sum_k \mathbb{1}_{y=k} \log p_k", SINGLE),
    (r"L=-\sum_k \delta_{k,y}\log p_k", SINGLE),
    (r"L = -\log p(y|x)", SINGLE),
    (r"H(y, \hat{y}) = -\sum_{i} y_i \log \hat{y}_i", SINGLE),
    (r"-\sum_i y_i \log p_i, \quad p_i = \frac{e^{z_i}}{\sum_j e^{z_j}}", SINGLE),
    (r"L = -\sum_{t=1}^T \log p(y_t|x_t)", CROSS),
    (r"L = -\sum_{i=1}^N\sum_{c=1}^C y_i^c\log p_i^c", CROSS),
    (r"-\sum_{i=1}^N \log p_\theta(y_i | x_i)", CROSS),
    (r"\hat{y}_i = \sigma(z_i), \quad L = -\sum_i [y_i \log \hat{y}_i + (1-y_i)\log(1-\hat{y}_i)]", BINARY),
]


@pytest.mark.parametrize(("text", "same"), SAME)
def test_the_same_in_our_letters(text, same):
    from nmderive.equal import equal

    loss = read(text)
    from nmderive.notation import to_text

    assert equal(to_text(loss.expr), same, form=None).verdicts[0].status.value == "PROVED"
    assert loss.read_as


REFUSED = [
    # A letter that might be two things.
    r"\text{MSE} = \frac{1}{n}\sum_{i=1}^n (y_i - \hat{y}_i)^2",
    r"L = -\frac{1}{N}\sum_i y_i \log p_i",
    r"L = -\log\frac{e^{z_y-m}}{e^{z_y-m}+\sum_{j\neq y}e^{z_j}}",
    r"L = \sum_k (y_{ki} - p_{ki})^2",
    r"L=-\frac{1}{N}\sum_{n=1}^N\sum_{c=1}^C y_n^{(c)}\log p_n^{(c)}",
    r"-\sum_{i} y_i \log \alpha(z_i) + \log \sigma(z_i)",
    r"\sum_k q_k\log\frac{q_k}{p_k}, \quad q_k = \frac{e^{v_k}}{\sum_j e^{v_j}}, p_k = \frac{e^{z_k}}{\sum_j e^{z_j}}",
    # Signs and extents that may be meant two ways.
    r"-\sum_i y_i z_i + \log(1+e^{z_i})",
    r"L = -\sum_i y_i \log p_i + \lambda p_i",
    # Inputs of a linear model, which are no logits; a sum over a range that nothing tells.
    r"-\sum_i (y_i\log p_i + (1-y_i)\log(1-p_i)), \quad p_i=\sigma(w^\top x_i+b)",
    r"-\sum_i (y_i\log p_i + (1-y_i)\log(1-p_i)), \quad p_i=\sigma(w x_i+b)",
    r"\frac1N\sum_{i=1}^N \log(1+e^{-y_i w^T x_i})",
    r"\frac{1}{N}\sum_i -\log p_{i,y_i} + \lambda \sum_j w_j^2",
    r"L = -\sum_k y_k \log p_k + \lambda \sum_k z_k^2",
    r"-\frac{1}{N}\sum_{i=1}^N \log\frac{e^{z_{y_i}}}{\sum_{i=1}^C e^{z_i}}",
    r"-\log\frac{e^{z_{pos}}}{e^{z_{pos}}+\sum_j e^{z_j}}",
    # Chains whose sides differ.
    r"L = -\sum_k y_k \log p_k = \sum_k y_k \log p_k",
    # Samples and classes mixed.
    r"L = \sum_{i=1}^N \sum_{j\neq i} y_{ij}\log p_{ij}",
    r"H(p, q) = -\sum_{i} p_i \log q_i",
    r"y_i + p_{y_i}",
]


@pytest.mark.parametrize("text", REFUSED)
def test_what_may_be_meant_two_ways_is_refused(text):
    with pytest.raises(NmderiveError) as caught:
        read(text)
    assert caught.value.message


def test_a_declaration_answers():
    assert read(r"\frac{1}{n}\sum_{i=1}^n (y_i - \hat{y}_i)^2", [r"\hat{y}: logits"]).expr == read(
        r"\frac{1}{n}\sum_i (t_i - s_i)^2").expr
    margin = read(r"-\log\frac{e^{a(z_y-m)}}{e^{a(z_y-m)}+\sum_{j\neq y}e^{a z_j}}", ["m: margin", "a>0"])
    assert {p.name for p in margin.parameters} == {"m_margin", "a"}
    assert read(r"-\log p_c", ["c: target class"]).expr == read(r"-\sum_j t_j \log p_j").expr


def test_a_reading_is_checked_against_its_reference():
    formula = next(f for f in formulas() if f["id"] == "focal_py")
    assert agrees(read(formula["latex"]), formula)
    assert not agrees(read(r"-\log p_y"), formula)


def test_errors_speak_in_the_letters_of_the_source():
    with pytest.raises(NmderiveError) as caught:
        read(r"L = -\frac{1}{N}\sum_{q=1}^N y_q\log p_q - (1-y_q)\log(1-p_q)")
    assert "sum over q" in caught.value.message
    with pytest.raises(NmderiveError, match="no sum binds the class c"):
        read(r"L=-\log\frac{e^{z_y}}{e^{z_y}+e^{z_c}}-\log\sum_k e^{z_k}")


def test_equal_of_published_formulas():
    from nmderive.equal import equal

    one = equal(r"-\frac1N\sum_{i=1}^N\log p_{i,y_i}", r"-\frac1N\sum_{i=1}^N\sum_{c=1}^C y_{ic}\log p_{ic}")
    assert one.verdicts[0].status.value == "PROVED" and one.read_as
    with pytest.raises(NmderiveError, match="free indices"):
        equal(r"\ell_i = -\log p_{i,y_i}", r"-\sum_k y_{ik} \log p_{ik}")
