"""Every verb prints its formulas in the letters of the source: y, z, N and C as they came."""

import json

import pytest

import nmderive
from nmderive.checking import check_text
from nmderive.losses.links import softmax_link
from nmderive.report import render

WEIGHTED = r"-\frac{1}{N}\sum_{n=1}^N\sum_{c=1}^C w_c y_{nc}\log\frac{e^{z_{nc}/T}}{\sum_{k=1}^C e^{z_{nk}/T}}"
TARGET = r"-\log \frac{e^{2z_y}}{\sum_{k} e^{2z_k}}"


def own(text):
    """No index or letter of this program's is left."""
    return not any(part in text for part in ("t_{", "s_{", "_i", "_j", "_{i", "_{j", r"\frac{1}{n}"))


def test_verify_prints_loss_and_gradient_in_the_same_letters():
    dossier = nmderive.loss(WEIGHTED).verify("convex")
    assert own(dossier.latex) and own(dossier.gradient_latex), (dossier.latex, dossier.gradient_latex)
    assert "y_{n,c}" in dossier.latex and "z_{n,c}" in dossier.latex and "N" in dossier.latex
    assert all(r.accepted for r in check_text(render(dossier, "json")))


def test_a_formula_in_other_letters_is_refused():
    data = json.loads(render(nmderive.loss(WEIGHTED).verify("convex"), "json"))
    data["latex"] = data["latex"].replace("y_", "t_")
    assert not all(r.accepted for r in check_text(json.dumps(data)))


def test_equal_prints_each_side_in_its_letters():
    dossier = nmderive.equal(WEIGHTED.replace("w_c ", ""), "sum(i, sum(j, -t[i,j]*s[i,j]))/n")
    left, right = dossier.latex.split(" = ")
    assert own(left) and "t_{i,j}" in right
    assert all(r.accepted for r in check_text(render(dossier, "json")))


@pytest.mark.slow
@pytest.mark.parametrize("direction", ["t", "s"])
def test_solve_prints_its_formula_in_the_letters(direction):
    found = nmderive.loss(WEIGHTED).solve(direction)
    formulas = [s.formula for f in found.record.findings for s in f.solutions]
    assert formulas and all("z_{n,c}" in f and own(f.replace("r_n", "")) for f in formulas), formulas
    assert any("labels y" in line and "logits z" in line for line in found.lines())


def test_labels_of_a_target_class_are_an_array_in_a_solution():
    found = nmderive.loss(TARGET).solve("s")
    assert r"z_k = \frac{1}{2} \log t_k + r" in [s.formula for f in found.record.findings for s in f.solutions]


def test_links_are_named_in_latex_by_the_source_and_in_sentences_by_the_claims():
    link = softmax_link(nmderive.loss(WEIGHTED), 2)
    assert link.latex == r"y = \operatorname{softmax}(2 z)" and link.text == "t = softmax(2 s)"


def test_compare_and_notebooks():
    loss = nmderive.loss(WEIGHTED)
    assert "y_{n,c}" in loss._repr_latex_()
    table = nmderive.compare([loss], claims=["convex"])
    assert "y_{n,c}" in table.formulas[0]
