"""Declarations of arguments: each is obeyed or refused, and what a refusal offers is taken."""

import re

import numpy as np
import pytest

import nmderive
from nmderive.errors import NmderiveError, UsageError
from nmderive.proving.equality import judge_equal
from nmderive.tracing.read import read_function
from nmderive.tracing.roles import ROLES
from nmderive.tracing.sides import stands_in


def of_signs(y, f):
    return np.mean(np.log1p(np.exp(-y * f)))


def with_margin(scores, y, m):
    wrong = np.maximum(0, m + scores - scores[np.arange(len(y)), y][:, None])
    wrong[np.arange(len(y)), y] = 0
    return wrong.sum()


def with_scale(cos, y, s=30.0, m=0.35):
    one_hot = np.eye(cos.shape[1])[y]
    z = s * (cos - m * one_hot)
    return -np.mean(np.sum(one_hot * (z - np.log(np.exp(z).sum(axis=1, keepdims=True))), axis=1))


def of_fixed_count(scores, y, num_classes=10):
    return ((scores - np.eye(num_classes)[y]) ** 2).sum()


def of_a(a, scores, t):
    return (a * t * scores).sum()


def proved(loss, formula, lets=()):
    paper = nmderive.loss(formula, lets=lets)
    return judge_equal(loss.expr, paper.expr, loss, {}).status.value == "PROVED"


@pytest.mark.parametrize("lets, shape", [(["f_i: logits"], "i"), (["f: logits"], "ij")])
@pytest.mark.parametrize("role", ["sign labels", "signs"])
def test_sign_labels_are_two_t_minus_one_as_in_formulas(lets, shape, role):
    loss = read_function(of_signs, [*lets, f"y: {role}"])
    body, sums = rf"\log(1+e^{{-(2t_{{{shape}}}-1)s_{{{shape}}}}})", r"\sum_i\sum_j" if shape == "ij" else r"\sum_i"
    assert proved(loss, rf"\frac{{1}}{{n{'m' if shape == 'ij' else ''}}}{sums}{body}")
    assert any("2 t - 1" in note for note in loss.read_as)


#: Every form of a declaration; of one that is taken the reading depends.
FORMS = [*(f"a: {role}" for role in ROLES), "a: classes", "a: rows", "a: samples", "a: function", "a: class",
         "a: array", "a: margin", "a: real", "a: positive", "a: size", "a: reference logits",
         "a: teacher probabilities", "a in m",
         "a>0", "a", "a=2", "a_ij", "a_i", "a_j>0", "0<a<1", "a in {1,2}", "\\hat{a}: labels", "z: logits", "z>0"]


@pytest.mark.parametrize("let", FORMS)
def test_every_declaration_is_obeyed_or_refused(let):
    more = ["scores_i: logits"] if let == "a_i" else []
    try:
        loss = read_function(of_a, [let, *more])
    except NmderiveError as error:
        assert error.hint and str(error)
        return
    assert any(re.match(r"a is ", note) for note in loss.read_as)


@pytest.mark.parametrize("lets", [["a: labels", "a>0"], ["a: logits", "a: labels"], ["a=2", "a>0"], ["a", "a_ij"]])
def test_an_argument_is_declared_once(lets):
    with pytest.raises(UsageError, match="declared twice"):
        read_function(of_a, lets)


def test_bounds_of_one_number_are_declared_one_by_one():
    loss = read_function(of_a, ["a>0", "a<1"])
    assert dict(loss.domains)["a"].shown("a") == "0 < a < 1"


@pytest.mark.parametrize("let", ["m>0", "m: margin", "m", "0<=m<=1"])
def test_an_argument_called_as_a_letter_of_formulas_is_written_by_another(let):
    loss = read_function(with_margin, [let])
    assert any("m is a parameter mu" in note for note in loss.read_as)
    assert proved(loss, r"\sum_i\sum_j t_{ij}\sum_{k\neq j}\max(0, \mu+s_{ik}-s_{ij})", [let.replace("m", "mu", 1)
                  .replace(": margin", "").replace(": mumargin", "")])


def test_defaults_that_are_letters_of_formulas_can_stay_open():
    loss = read_function(with_scale, ["cos: logits", "s>0", "m>0"])
    assert {a.name for a in loss.parameters} == {"sigma", "mu"}


def test_a_letter_that_another_argument_has_is_asked_for():
    with pytest.raises(UsageError, match="mu is another argument"):
        read_function(lambda scores, t, m, mu: (m * mu * t * scores).sum(), ["m>0", "mu>0"])


def test_a_number_of_classes_in_code_may_be_all_classes():
    loss = read_function(of_fixed_count, ["num_classes: classes"])
    assert proved(loss, r"\sum_i\sum_j t_{ij}\sum_k(s_{ik}-[j=k])^2")


PAPER = r"\frac1N\sum_{i=1}^N\log(1+e^{-y_iz_i})"
SIGNED = "import numpy as np\ndef f(y, f):\n    return np.mean(np.log1p(np.exp(-y * f)))\n"


@pytest.mark.parametrize("formula, lets", [
    (PAPER, ["f_i: logits"]), (PAPER, ["f_i: logits", "z: logits"]),
    (PAPER, ["f_i: logits", "z: logits", "y: sign labels"]),
    (PAPER.replace("z_i", "f_i"), ["f_i: logits", "y: sign labels"]),
    (PAPER + r", \quad y_i\in\{-1,1\}", ["f_i: logits", "y: sign labels"]),
])
def test_a_declaration_is_of_the_sides_that_have_its_letter(formula, lets, tmp_path):
    file = tmp_path / "own.py"
    file.write_text(SIGNED, encoding="utf-8")
    verdict, = nmderive.equal(f"{file}:f", formula, lets=lets).verdicts
    assert verdict.status.value == "PROVED", verdict.findings


@pytest.mark.parametrize("right", [PAPER, None])
def test_a_declaration_of_neither_side_is_refused(right, tmp_path):
    file = tmp_path / "own.py"
    file.write_text(SIGNED, encoding="utf-8")
    with pytest.raises(UsageError, match="no argument 'q'"):
        nmderive.equal(f"{file}:f", right or f"{file}:f", lets=["f_i: logits", "q>0"])


@pytest.mark.parametrize("let, stands", [
    ("y_{\\text{true}}: labels", True), ("0<\\gamma<1", True), ("\\hat{y}: probabilities", True), ("gamma>0", True),
    ("\\alpha>0", False), ("g>0", False), ("z_i^\\top z_j: square similarity matrix", True), ("k in {1,2}", False),
])
def test_the_letter_of_a_declaration_is_found_in_a_formula(let, stands):
    assert stands_in(let, r"-\sum_i y_i \gamma \log \hat{y}_i") is stands


def weighted_rows(logits, labels, mask):
    logp = logits - np.log(np.exp(logits).sum(axis=-1, keepdims=True))
    losses = -np.take_along_axis(logp, labels[..., None], axis=-1)[..., 0]
    return (losses * mask).sum() / mask.sum()


def weighted_classes(logits, y, w):
    p = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    return -(w[y] * np.log(p[np.arange(len(y)), y])).sum()


def weighted_entries(logits, t, w):
    return (w * (logits - t) ** 2).sum(axis=1).mean() + 0 * (w.sum(axis=1) * logits.sum(axis=1)).sum()


@pytest.mark.parametrize("function, name, fits", [
    (weighted_rows, "mask", "i"), (weighted_classes, "w", "j"), (weighted_entries, "w", "ij"),
])
def test_weights_of_every_shape_are_offered_and_the_others_told_from_them(function, name, fits):
    with pytest.raises(UsageError, match=f"nothing tells what the argument '{name}' is") as caught:
        read_function(function)
    for place in ("i", "j", "ij"):
        let = f"{name}_{place}>0"
        assert f"'{let}'" in caught.value.hint
        if place == fits:
            assert [str(x) for x in read_function(function, [let]).shape] == ["n", "m"]
            continue
        with pytest.raises(NmderiveError) as other:
            read_function(function, [let])
        assert f"--let '{name}_{fits}>0'" in other.value.hint


def test_labels_that_may_be_signs_are_said():
    said = "y lies in [0, 1]; if it is -1 or 1: --let 'y: sign labels'"
    assert said in read_function(of_signs, ["f_i: logits"]).read_as
    assert said not in read_function(of_signs, ["f_i: logits", "y: labels"]).read_as


def of_three_classes(scores, y):
    return ((scores - np.eye(3)[y]) ** 2).sum()


def padded(logits, labels, ignore_index=-100):
    used = labels != ignore_index
    labels = np.clip(labels, 0, None)
    logp = logits - np.log(np.exp(logits).sum(axis=-1, keepdims=True))
    return -(logp[np.arange(len(labels)), labels] * used).sum()


def test_a_fixed_number_of_classes_has_a_way_out():
    with pytest.raises(NmderiveError) as caught:
        read_function(of_three_classes)
    assert "x.shape[1]" in caught.value.hint and "classes'" not in caught.value.hint  # it has no such argument



def test_classes_are_never_negative_and_hints_name_the_functions_arguments():
    assert proved(read_function(padded), r"-\sum_i\sum_j t_{ij}\log p_{ij}")
    with pytest.raises(NmderiveError) as caught:
        read_function(lambda logits, truth: logits[np.arange(len(truth)), truth].sum(), ["truth: labels"])
    assert "--let 'truth: target class'" in caught.value.hint


def with_temperature(logits, y, t):
    z = logits / t
    return -(z - np.log(np.exp(z).sum(axis=1, keepdims=True)))[np.arange(len(y)), y].sum()


def test_a_second_array_called_as_a_letter_is_asked_for():
    with pytest.raises(UsageError, match="nothing tells what the argument 't' is"):
        read_function(with_temperature)
    assert [p.name for p in read_function(with_temperature, ["t>0"]).parameters] == ["tau"]


SCALED = "import numpy as np\ndef f(cos, t, s=3.0, m=0.35):\n    return (t * np.exp(s * cos - m)).sum()\n"


@pytest.mark.parametrize("formula, lets", [
    (r"\sum_i\sum_j t_{ij}e^{2s_{ij}-\mu}", ["s=2", "m>0", "mu>0"]),
    (r"\sum_i\sum_j t_{ij}e^{3s_{ij}-\frac{7}{20}}", []), (r"\sum_i\sum_j t_{ij}e^{2s_{ij}-1}", ["s=2", "m=1"]),
])
def test_a_number_of_code_called_s_is_not_the_logits_of_the_formula(formula, lets, tmp_path):
    file = tmp_path / "own.py"
    file.write_text(SCALED, encoding="utf-8")
    verdict, = nmderive.equal(f"{file}:f", formula, lets=lets).verdicts
    assert verdict.status.value == "PROVED", verdict.findings
