"""Predictions that are probabilities: of classes or of binary tasks, by what is done with them."""

import re

import numpy as np
import pytest

import nmderive
from nmderive.errors import NmderiveError, UsageError
from nmderive.proving.equality import judge_equal
from nmderive.tracing.read import read_function


def binary(y, p):
    return -np.sum(y * np.log(p) + (1 - y) * np.log(1 - p))


def binary_clipped(y_true, y_pred, eps=1e-7):
    y_pred = np.clip(y_pred, eps, 1 - eps)
    return -np.mean(y_true * np.log(y_pred) + (1 - y_true) * np.log(1 - y_pred))


def binary_of_cases(y_true, y_hat):
    return -np.log(np.where(y_true == 1, y_hat, 1 - y_hat)).sum()


def of_classes(y_true, y_prob):
    return -np.sum(y_true * np.log(y_prob))


def logged(predictions, targets, epsilon=1e-12):
    return -np.sum(targets * np.log(predictions + epsilon))


def shares(target, output):
    output = output / output.sum(axis=1, keepdims=True)
    return ((output - target) ** 2).sum()


def gathered(output, y):
    return -np.log(output[np.arange(len(y)), y]).sum()


def in_exponentials(y_pred, y):
    e = np.exp(y_pred)
    return -np.log((e / e.sum(axis=1, keepdims=True))[np.arange(len(y)), y]).sum()


def in_margins(pred, y):
    return np.maximum(0, 1 - y * pred).sum()


def overlap(y_true, y_pred):
    return 1 - 2 * np.sum(y_true * y_pred) / (np.sum(y_true) + np.sum(y_pred))


def complement(y, p):
    return -np.sum(y * np.log(1 - p))


BINARY = r"-\sum_i\sum_j(t_{ij}\log\sigma(s_{ij})+(1-t_{ij})\log(1-\sigma(s_{ij})))"
ENTROPY = r"-\sum_i\sum_j t_{ij}\log p_{ij}"
SOFTMAX, SIGMOID, LOGITS = "p = softmax(s)", "p = sigmoid(s)", "the logits s"


@pytest.mark.parametrize("function, said", [
    (binary, SIGMOID), (binary_clipped, SIGMOID), (binary_of_cases, SIGMOID), (of_classes, SOFTMAX), (logged, SOFTMAX),
    (shares, SOFTMAX), (gathered, SOFTMAX), (in_exponentials, LOGITS), (in_margins, LOGITS),
])
def test_use_tells_what_a_prediction_is(function, said):
    assert any(said in note for note in read_function(function).read_as)


@pytest.mark.parametrize("function, lets, formula", [
    (binary, [], BINARY), (binary, ["p: probabilities"], BINARY), (of_classes, [], ENTROPY), (gathered, [], ENTROPY),
    (binary, ["p: softmax probabilities"], r"-\sum_i\sum_j(t_{ij}\log p_{ij}+(1-t_{ij})\log(1-p_{ij}+0s_{ij}))"),
    (binary, ["p_i: probabilities"], r"-\sum_i(t_i\log\sigma(s_i)+(1-t_i)\log(1-\sigma(s_i)))"),
])
def test_it_is_equal_to_the_formula(function, lets, formula):
    loss = read_function(function, lets)
    paper = nmderive.loss(formula)
    assert judge_equal(loss.expr, paper.expr, loss, {}).status.value == "PROVED"


@pytest.mark.parametrize("function", [overlap, complement])
def test_what_use_does_not_tell_is_asked_and_each_answer_is_taken(function):
    with pytest.raises(UsageError, match="nothing tells whether") as caught:
        read_function(function)
    answers = re.findall(r"--let '([^']+)'", caught.value.hint)
    assert len(answers) >= 2
    for answer in answers:
        assert read_function(function, [answer]).expr is not None


def test_what_is_read_as_probabilities_of_samples_is_said():
    notes = read_function(binary, ["p_i: probabilities"]).read_as
    assert any(SIGMOID in note for note in notes) and not any("softmax" in note for note in notes)


def of_negative_numbers(y_true, y_pred):
    return np.mean(y_pred - y_true * np.log(y_pred))


def of_negative(y_true, y_pred):
    return np.mean((np.sqrt(y_pred) - y_true) ** 2)


def drawn(logits, t):
    return (np.random.default_rng().uniform() * logits * t).sum()


@pytest.mark.parametrize("function, lets, says", [
    (binary_clipped, ["y_pred: logits"], "clipped as probabilities"), (drawn, [], "draws random numbers"),
    (logged, ["predictions: logits"], "as probabilities are"), (of_negative, ["y_pred: logits"], "no finite value"),
    (of_negative_numbers, ["y_pred: logits"], "as probabilities are"),
])
def test_what_is_no_fault_of_ours_has_a_way_out(function, lets, says):
    with pytest.raises(NmderiveError, match=says) as caught:
        read_function(function, lets)
    assert "report" not in caught.value.hint
    for answer in re.findall(r"'([^']+: [a-z ]+)'", caught.value.hint):
        assert read_function(function, [answer]).expr is not None
