"""The loss with its classes counted in a drawn order: each order has the same optimum, the mean depends on none."""

import importlib.util
import itertools
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import nmderive
from nmderive.cli import main
from nmderive.errors import UsageError

#: By how much the logits are scaled at the optimum t = softmax(scale s).
SCALES = {"cyclic": 1, "cyclic-1": 2, "cyclic-2": 1}
ORDERS = list(itertools.permutations(range(4)))


def module(name):
    space = {}
    exec(compile(nmderive.loss(name).code("numpy", order="random"), name, "exec"), space)
    return space


def softmax(s):
    e = np.exp(s - s.max(1, keepdims=True))
    return e / e.sum(1, keepdims=True)


@pytest.mark.parametrize("name", SCALES)
def test_each_order_has_the_same_optimum(name):
    own, random = module(name), np.random.default_rng(3)
    s = random.normal(size=(3, 4))
    t = softmax(SCALES[name] * s)
    found = [own["value_and_grad_in_order"](s, t, order) for order in ORDERS]
    assert max(np.abs(gradient).max() for _, gradient in found) < 1e-12
    for order in ORDERS:  # and it is a minimum: any step away from it rises
        step = random.normal(size=s.shape)
        step -= step.mean(1, keepdims=True)
        at, beside = (own["value_and_grad_in_order"](s + d, t, order)[0] for d in (0, 1e-2 * step))
        assert beside > at


@pytest.mark.parametrize("name", SCALES)
def test_orders_differ_and_their_mean_does_not_depend_on_one(name):
    own, random = module(name), np.random.default_rng(4)
    s, t = random.normal(size=(3, 4)), random.dirichlet(np.ones(4), 3)
    values = [own["value_and_grad_in_order"](s, t, order)[0] for order in ORDERS]
    assert len(set(np.round(values, 9))) == 3  # the units modulo 4 and the shifts leave three of the 24
    swapped = [1, 0, 2, 3]
    again = [own["value_and_grad_in_order"](s[:, swapped], t[:, swapped], order)[0] for order in ORDERS]
    assert np.mean(again) == pytest.approx(np.mean(values), rel=1e-13)
    drawn = [own["value_and_grad_in_order"](s, t, random=random)[0] for _ in range(20)]
    assert {round(x, 9) for x in drawn} <= {round(x, 9) for x in values} and len(set(np.round(drawn, 9))) > 1


def test_the_gradient_is_that_of_the_unpermuted_logits():
    own, random = module("cyclic"), np.random.default_rng(5)
    s, t, order = random.normal(size=(2, 5)), random.dirichlet(np.ones(5), 2), [3, 0, 4, 2, 1]
    value, gradient = own["value_and_grad_in_order"](s, t, order)
    for place in np.ndindex(s.shape):
        step = np.zeros(s.shape)
        step[place] = 1e-6
        up, down = (own["value_and_grad_in_order"](s + d, t, order)[0] for d in (step, -step))
        assert (up - down) / 2e-6 == pytest.approx(gradient[place], abs=1e-7)
    written = own["value_and_grad_in_order"](s, t, range(5))
    assert written[0] == own["value_and_grad"](s, t)[0] != value


@pytest.mark.parametrize("order", [[0, 1, 2], [0, 0, 1, 2], [1, 2, 3, 4]])
def test_what_is_no_order_is_refused(order):
    with pytest.raises(ValueError, match="each class"):
        module("cyclic")["value_and_grad_in_order"](np.zeros((2, 4)), np.full((2, 4), 0.25), order)


@pytest.mark.parametrize(("source", "to", "order", "words"), [
    ("loss-1", "numpy", "random", "no classes in a circle"), ("cyclic", "xgboost", "random", "no random order"),
    ("cyclic", "torch", "sorted", "no order 'sorted'"),
    (r"\sum_j \log(1+\sum_i t_{ij}e^{s_{i,j+1}-s_{i,1}})", "torch", "random", "single classes"),
    (r"\sum_j w_j\log(1+\sum_i t_{ij}e^{s_{i,j+1}-s_{i,j}})", "torch", "random", "single classes"),
])
def test_losses_and_formats_without_a_random_order_say_so(source, to, order, words):
    loss = nmderive.loss(source, lets=["w_j>0"] if "w_j" in source else [])
    with pytest.raises(UsageError) as refused:
        loss.code(to, order=order)
    assert words in refused.value.message


def test_parameters_are_handed_on():
    loss = nmderive.loss(r"\sum_i\sum_j t_{i,j} e^{g (s_{i,j+1}-s_{i,j})}", lets=["g>0"])
    space = {}
    exec(compile(loss.code("numpy", order="random"), "g", "exec"), space)
    s, t = np.arange(6.0).reshape(2, 3), np.full((2, 3), 1 / 3)
    assert space["value_and_grad_in_order"](s, t, range(3), g=2.0)[0] == space["value_and_grad"](s, t, g=2.0)[0]


def test_the_command_line_prints_it(capsys):
    assert main(["code", "cyclic", "--to", "torch", "--order", "random"]) == 0
    text = capsys.readouterr().out
    compile(text, "cyclic", "exec")
    assert "def loss_in_order(" in text and "class CyclicInRandomOrder(Cyclic)" in text
    assert main(["code", "cyclic", "--to", "jax", "--order", "random"]) == 0
    compile(capsys.readouterr().out, "cyclic", "exec")


@pytest.mark.parametrize("library", ["torch", "jax"])
def test_each_order_has_the_same_optimum_in_other_libraries(library, tmp_path):
    if importlib.util.find_spec(library) is None:
        pytest.skip(f"{library} is not installed")
    for name in SCALES:
        (tmp_path / f"{name}.py").write_text(nmderive.loss(name).code(library, order="random"))
    script = Path(__file__).with_name("orders_checks.py")
    done = subprocess.run([sys.executable, str(script), library, str(tmp_path)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-1500:]
