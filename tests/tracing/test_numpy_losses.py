"""Losses written with NumPy and SciPy: read, with the real value and gradient, and equal to published formulas."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest
from today import rest_slow

import nmderive
from nmderive.errors import UsageError
from nmderive.tracing.context import Refused, TracingFault
from nmderive.tracing.read import read_function

FILE = Path(__file__).parent.parent / "data" / "losses_from_code.py"
_spec = importlib.util.spec_from_file_location("losses_from_code", FILE)
code = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(code)

CLASSES = ("cross_entropy", "cross_entropy_naive", "focal", "focal_by_one_hot", "focal_swapped", "label_smoothing",
           "label_smoothing_others", "twice", "poly1", "generalised", "weighted", "same_class", "different_classes",
           "class_means", "ordinal", "margin", "ranking")
SOFT = ("soft_cross_entropy", "brier", "bce", "bce_stable", "entropy_regularised", "multi_label", "temperature")
LETS = {"weighted": {"w_j>0": ("w", np.array([0.5, 2.0, 1.25]))}, "temperature": {"tau>0": ("tau", 1.75)}}


def differences(function, s, step=1e-3):
    result = np.empty(s.shape)
    for place in np.ndindex(s.shape):
        total = 0.0
        for k, weight in ((1, 8), (-1, -8), (2, -1), (-2, 1)):
            moved = s.copy()
            moved[place] += k * step
            total += weight * function(moved)
        result[place] = total / (12 * step)
    return result


@pytest.mark.parametrize("name", rest_slow(CLASSES + SOFT, 4))
def test_the_reading_has_the_functions_value_and_gradient(name):
    function, lets = getattr(code, name), LETS.get(name, {})
    loss = nmderive.loss(function, lets=lets)
    random = np.random.default_rng(3)
    n, m = 5, 3
    s, y = random.normal(size=(n, m)), random.integers(m, size=n)
    t = np.eye(m)[y] if name in CLASSES else random.dirichlet(np.ones(m), size=n)
    more = dict(lets.values())
    value, gradient = loss.numpy().value_and_grad(s, t, **more)

    def real(x):
        return function(x, y if name in CLASSES else t, **more)

    assert value == pytest.approx(real(s), rel=1e-10, abs=1e-12)
    np.testing.assert_allclose(gradient, differences(real, s), atol=1e-9)


def test_one_sample_has_one_axis_of_classes():
    loss = nmderive.loss(code.one_sample)
    assert [size.name for size in loss.shape] == ["m"]
    s = np.array([0.3, -1.0, 2.0])
    assert loss.numpy().value(s, np.eye(3)[1]) == pytest.approx(code.one_sample(s, 1), rel=1e-12)


def test_probabilities_are_the_softmax_of_logits():
    loss = nmderive.loss(code.dice)
    s = np.random.default_rng(0).normal(size=(4, 3))
    p, t = np.exp(s) / np.exp(s).sum(1, keepdims=True), np.eye(3)[[0, 2, 1, 1]]
    assert loss.numpy().value(s, t) == pytest.approx(code.dice(p, t), rel=1e-12)
    assert any("probabilities" in note for note in loss.read_as)


FORMULAS = {
    "cross_entropy": r"-\frac{1}{n} \sum_i \sum_j t_{i,j} \log p_{i,j}",
    "cross_entropy_naive": r"\frac{1}{n} \sum_i \left(\log \sum_k e^{s_{i,k}} - \sum_j t_{i,j} s_{i,j}\right)",
    "soft_cross_entropy": r"-\frac{1}{n} \sum_i \sum_j t_{i,j} \log p_{i,j}",
    "focal": r"-\sum_i \sum_j t_{i,j} (1-p_{i,j})^2 \log p_{i,j}",
    "label_smoothing": r"-\frac{1}{n} \sum_i \sum_j \left(\frac{9}{10} t_{i,j} + \frac{1}{10 m}\right) \log p_{i,j}",
    "brier": r"\frac{1}{n} \sum_i \sum_j (p_{i,j} - t_{i,j})^2",
    "bce": r"\frac{1}{n m} \sum_i \sum_j \left(\log(1 + e^{s_{i,j}}) - t_{i,j} s_{i,j}\right)",
    "generalised": r"\frac{1}{n} \sum_i \sum_j t_{i,j} \frac{1 - p_{i,j}^{0.7}}{0.7}",
    "poly1": r"\frac{1}{n} \sum_i \sum_j t_{i,j} (1 - p_{i,j} - \log p_{i,j})",
    "ranking": r"\sum_i \sum_j t_{i,j} \sum_{k \neq j} \log(1 + e^{s_{i,k} - s_{i,j}})",
    "multi_label": r"\sum_j \log \left(1 + \sum_i t_{i,j}e^{- s_{i,j} + \bar{s}_i}\right)",
}


@pytest.mark.parametrize("name", rest_slow(FORMULAS, 4))
def test_the_code_is_proved_equal_to_the_published_formula(name):
    verdict, = nmderive.equal(f"{FILE}:{name}", FORMULAS[name]).verdicts
    assert verdict.status.value == "PROVED", verdict.findings


def test_a_parameter_can_stay_symbolic():
    formula = r"-\sum_i \sum_j t_{i,j} (1-p_{i,j})^\gamma \log p_{i,j}"
    verdict, = nmderive.equal(f"{FILE}:focal", formula, lets=["gamma>0"]).verdicts
    assert verdict.status.value == "PROVED"
    verdict, = nmderive.equal(f"{FILE}:focal(gamma=3)", formula, lets=["gamma>0"]).verdicts
    assert verdict.status.value == "PROVED"  # declared, so the number given is not used


@pytest.mark.slow
@pytest.mark.parametrize("left, right, status", [
    ("cross_entropy", "cross_entropy_naive", "PROVED"), ("focal", "focal_by_one_hot", "PROVED"),
    ("focal", "focal_swapped", "REFUTED"), ("bce", "bce_stable", "PROVED"), ("cross_entropy", "twice", "REFUTED"),
    ("label_smoothing", "label_smoothing_others", "REFUTED"), ("focal(gamma=0)", "focal", "REFUTED"),
    ("cross_entropy", "soft_cross_entropy", "PROVED"),
])
def test_two_functions_are_compared(left, right, status):
    verdict, = nmderive.equal(f"{FILE}:{left}", f"{FILE}:{right}").verdicts
    assert verdict.status.value == status
    assert bool(verdict.witness) == (status == "REFUTED")


def test_what_is_no_formula_is_refused_by_line_and_operation():
    with pytest.raises(Refused, match=r"losses_from_code.py, line \d+: a branch"):
        read_function(code.by_data)


def test_a_loop_over_samples_is_the_sum_that_it_adds_up():
    loss, random = read_function(code.by_loop), np.random.default_rng(6)
    s, y = random.normal(size=(5, 3)), random.integers(3, size=5)
    assert any("loop" in said for said in loss.read_as)
    assert nmderive.loss(code.by_loop).numpy().value(s, np.eye(3)[y]) == pytest.approx(code.by_loop(s, y))


def test_a_reading_that_is_not_the_function_is_a_fault():
    with pytest.raises(TracingFault, match="nothing is read"):
        read_function(code.prints_and_branches)


def nameless(a, b):
    return (a * b).sum()


def returns_numbers(s, t):
    return 3.0


def two_predictions(p_logits, q_logits, t):
    return (p_logits * t * q_logits).sum()


def raises(s, t):
    raise ValueError("no such loss")


def zero_guard(s, t):
    return np.where(t == 0, 0.0, t * s).sum()


def log_two(s, t):
    return -(t * s).sum() * 0.6931471805599453


@pytest.mark.parametrize("function, error, says", [
    (nameless, UsageError, "nothing tells what the argument 'a' is"),
    (returns_numbers, Refused, "returns float"), (two_predictions, UsageError, "both hold predictions"),
    (raises, Refused, "line .*ValueError: no such loss"),
])
def test_what_is_not_known_is_asked_for(function, error, says):
    with pytest.raises(error, match=says):
        read_function(function)


def test_a_guard_of_values_is_read_as_their_sign():
    loss = nmderive.loss(zero_guard)
    s, t = np.ones((2, 2)), np.array([[0.0, 1.0], [0.5, 0.5]])
    assert loss.numpy().value(s, t) == zero_guard(s, t)


def test_a_maximum_that_does_not_cancel_is_one_over_the_classes():
    loss = nmderive.loss(code.maximum_left)
    assert "max(" in str(loss.expr)
    s = np.array([[0.5, -1.0, 2.0], [1.0, 0.0, 0.3]])
    assert loss.numpy().value(s, s) == pytest.approx(code.maximum_left(s, s), rel=1e-12)


def test_declarations_say_what_names_do_not():
    loss = nmderive.loss(nameless, lets=["a: logits", "b: labels"])
    assert str(loss.expr) == "sum(i, sum(j, s[i, j]*t[i, j]))"
    loss = nmderive.loss(nameless, lets=["a_i: logits", "b: labels"])
    assert str(loss.expr) == "sum(i, s[i]*t[i])"
    with pytest.raises(UsageError, match="no argument 'c'"):
        read_function(nameless, ["a: logits", "b: labels", "c=3"])


def test_a_number_of_code_is_read_exactly_and_said():
    loss = nmderive.loss(log_two)
    assert "log(2)" in str(loss.expr) and any("as log(2)" in note for note in loss.read_as)


def test_claims_decorate_losses_and_tests():
    claimed = nmderive.claims("softmax-optimum", "convex")(code.soft_cross_entropy)
    assert claimed is code.soft_cross_entropy
    with pytest.raises(AssertionError, match="REFUTED softmax-optimum"):
        nmderive.claims("softmax-optimum")(code.twice)

    @nmderive.claims("convex")
    def test():
        return code.soft_cross_entropy

    test()


def test_a_symbol_of_sympy_is_no_code():
    from sympy import Symbol

    with pytest.raises(UsageError, match="no logits"):
        nmderive.loss(Symbol("x"))
