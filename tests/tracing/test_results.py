"""What does not reach the loss refuses nothing; of several results one is named; objectives are told from losses."""

import re

import numpy as np
import pytest

from nmderive.errors import NmderiveError, UsageError
from nmderive.tracing.context import Refused
from nmderive.tracing.read import read_function
from nmderive.tracing.target import is_target, parse_target
from nmderive.tracing.worker import read_target

CODE = '''
import numpy as np
from scipy.special import log_softmax, softmax

def entropy(logits, y):
    return -log_softmax(logits, axis=1)[np.arange(len(y)), y].mean()

def named(logits, y):
    best = np.argsort(-logits, axis=1)[:, :2]
    loss = entropy(logits, y)
    print(f"{loss.item():.2f}", best)
    return {"loss": loss, "accuracy": (logits.argmax(axis=1) == y).mean()}

def in_order(logits, y):
    return entropy(logits, y), (np.argmax(logits, axis=1) == y).mean()

def objective(scores, t):
    p = softmax(scores, axis=1)
    return p - t, 2 * p * (1 - p)
'''


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "own.py"
    path.write_text(CODE, encoding="utf-8")
    return path


@pytest.mark.parametrize("name", ["named", "named['loss']", "in_order[0]", "named()['loss']", "in_order[-2]"])
def test_the_loss_is_read_beside_results_that_no_formula_holds(file, name):
    assert read_target(f"{file}:{name}").expr == read_target(f"{file}:entropy").expr


@pytest.mark.parametrize("name, says", [
    ("in_order", r"several results \(2\)"), ("in_order[1]", "argmax is not smooth"), ("named['x']", r"nothing at \['"),
    ("in_order[4]", r"nothing at \[4\]"), ("entropy[0]", "returns|nothing"),
])
def test_other_results_are_refused(file, name, says):
    with pytest.raises(NmderiveError, match=says):
        read_target(f"{file}:{name}")


def test_the_hint_of_several_results_works(file):
    with pytest.raises(Refused) as caught:
        read_target(f"{file}:in_order")
    found = re.search(r"name it: '([^']+)'", caught.value.hint)[1]
    assert is_target(found) and read_target(found).expr is not None


def test_an_objective_is_no_loss(file):
    with pytest.raises(Refused, match="gradient and the Hessian") as caught:
        read_target(f"{file}:objective")
    assert "[0]" not in caught.value.hint and "nmderive equal" in caught.value.hint


def test_parts_are_numbers_and_names():
    assert [parse_target(f"a.py:f{x}").part for x in ("", "[0]", "[-1]", "['ce']", "(gamma=2)[1]")] == \
        [None, 0, -1, "ce", 1]
    assert not is_target("a.py:f[x]") and not is_target("a.py:f[0")


def uses_argmax(s, t):
    return (t * (s == s.argmax(axis=1)[:, None])).sum()


def writes_lost(s, t):
    x = s.copy()
    x[s.argmax(axis=1) == 0] = 0
    return (x * t).sum()


def adds_lost(s, t):
    x = s.copy()
    x += np.sort(s, axis=1)
    return (x * t).sum()


def branches_on_lost(s, t):
    return (s * t).sum() if (s > 0).all() else t.sum()


def takes_numbers(s, t):
    return (s * t).sum() * s.mean().item()


def writes_numbers(s, t):
    out = np.zeros((2, 3))
    np.exp(s, out=out)
    return (s * t).sum() + out.sum()


def puts(s, y):
    labels = np.zeros(s.shape)
    np.put_along_axis(labels, y[:, None], 1, axis=1)
    return (labels * s).sum()


@pytest.mark.parametrize("function", [uses_argmax, writes_lost, adds_lost, branches_on_lost, takes_numbers,
                                      writes_numbers, puts])
def test_what_reaches_the_loss_is_refused_where_it_stands(function):
    with pytest.raises(Refused, match=r"test_results.py, line \d+: ") as caught:
        read_function(function)
    assert caught.value.hint


def test_a_part_that_is_not_there_is_said():
    with pytest.raises(UsageError, match="nothing at"):
        read_function(lambda s, t: {"a": (s * t).sum()}, part="b")


def guarded(s, t):
    assert np.isfinite(s).all() and not np.isnan(t).any()
    return (s * t).sum()


def test_a_guard_against_numbers_that_are_not_finite_changes_nothing():
    assert read_function(guarded).expr == read_function(lambda s, t: (s * t).sum()).expr


def _softmax(s):
    return np.exp(s) / np.exp(s).sum(axis=1, keepdims=True)


@pytest.mark.parametrize("function", [
    lambda s, t: (-(t * np.log(_softmax(s))).sum(axis=1), (s**2).mean()),
    lambda s, y: (-np.log(_softmax(s)[np.arange(len(y)), y]), (s**2).mean()),
    lambda s, t: ((s - t)**2, (s**2).mean()),
    lambda s, t: ((s**2).mean(), -(t * np.log(_softmax(s))).sum(axis=1)),
    lambda s, t: ((s - t)**2, np.exp(s).sum(axis=1), (s**2).mean())])
def test_a_number_beside_what_is_no_gradient_may_be_a_penalty(function):
    with pytest.raises(Refused, match="several results") as error:
        read_function(function)
    assert "[0]" in error.value.hint


def test_a_number_before_an_array_of_the_shape_of_the_logits_is_the_loss():
    for found in (lambda s, t: (((s - t)**2).mean(), s - t), lambda s, t: (((s - t)**2).mean(), {"scores": s[0]})):
        assert any("one number is read" in x for x in read_function(found).read_as)
