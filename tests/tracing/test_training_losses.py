"""Losses as training code writes them: what is read has the function's value and gradient, what is refused says why."""

import importlib
import inspect
import sys
from pathlib import Path

import numpy as np
import pytest
from today import rest_slow

import nmderive
from nmderive.errors import NmderiveError
from nmderive.tracing.context import Refused, TracingFault
from nmderive.tracing.functions import called
from nmderive.tracing.read import read_function

from . import training

sys.path.insert(0, str(Path(__file__).parent.parent / "data"))
FILES = {
    "torch_losses_of_classes": training.CLASSES, "torch_losses_of_pairs": training.PAIRS,
    "torch_losses_of_kinds": training.KINDS, "torch_losses_more": training.MORE,
    "torch_losses_of_objects": training.OBJECTS, "jax_losses": training.JAX,
}


def function_of(file, name):
    """The function or object; skipped where the library is not there."""
    libraries = ["jax", "optax"] if file.startswith("jax") else ["torch"]
    for library in libraries:
        pytest.importorskip(library, reason=f"{library} is not installed: pip install 'nmderive[test-frameworks]'")
    found = getattr(importlib.import_module(file), name)
    return found() if isinstance(found, type) else found


def by_torch(function, arguments, places):
    import torch

    from nmderive.tracing.frontends.torch_session import _in_double

    with _in_double():
        own = [torch.tensor(x) for x in arguments]
        for k in places:
            own[k].requires_grad_(True)
        result = function(*own)
        result.backward()
    return float(result), [own[k].grad.numpy() for k in places]


def by_jax(function, arguments, places):
    import jax

    jax.config.update("jax_enable_x64", True)
    try:
        value, slopes = jax.value_and_grad(lambda *own: function(*own).sum(), argnums=places)(*arguments)
    finally:
        jax.config.update("jax_enable_x64", False)
    return float(value), list(map(np.asarray, slopes))


def real(file, function, spec, arguments):
    places = (0, 1) if spec[:2] == "+-" else (0,)
    value, slopes = (by_jax if file.startswith("jax") else by_torch)(function, arguments, places)
    return value, np.stack(slopes, axis=1) if spec[:2] == "+-" else slopes[0]


ALL = [(file, name) for file, names in FILES.items() for name in names]


@pytest.mark.parametrize("file, name", rest_slow(ALL, 12, several=True))
@pytest.mark.filterwarnings("ignore::FutureWarning", "ignore:torch.jit:DeprecationWarning")
def test_the_reading_has_the_functions_value_and_gradient(file, name):
    function, spec = function_of(file, name), FILES[file][name]
    loss = nmderive.loss(function, lets=training.LETS.get(name, []))
    names, code = list(inspect.signature(called(function)).parameters), loss.numpy()
    random = np.random.default_rng(8)
    for n, m in training.SIZES:
        arguments, s, labels, more = training.numbers(spec, names, n, m, random)
        used = {key: x for key, x in more.items() if key in {a.base.name for a in loss.arrays}}
        value, gradient = code.value_and_grad(s, labels, **used)
        expected, slopes = real(file, function, spec, arguments)
        assert value == pytest.approx(expected, rel=1e-6, abs=1e-9)  # .float() rounds
        np.testing.assert_allclose(gradient, slopes, rtol=1e-6, atol=1e-8)


REFUSED = {
    ("torch_losses_of_pairs", "supervised_contrastive"): (Refused, "square matrix of samples beside labels"),
    ("torch_losses_of_pairs", "circle"): (NmderiveError, "nothing tells what the argument 'sp' is"),
    ("torch_losses_of_pairs", "jensen_shannon_of_two"): (NmderiveError, "p_logits and q_logits both hold predictions"),
    ("torch_losses_of_pairs", "nt_xent_of_views"): (NmderiveError, "nothing tells what the argument 'z_i' is"),
    ("torch_losses_of_pairs", "harmonised"): (Refused, r"line \d+: detach \(a stop-gradient\)"),
    ("torch_losses_of_pairs", "lovasz_hinge"): (Refused, r"line \d+: torch's sort"),
    ("torch_losses_of_pairs", "list_mle"): (Refused, r"line \d+: torch's argsort"),
    ("torch_losses_more", "bootstrapped_detached"): (TracingFault, "gradient that the function gives is not"),
    ("torch_losses_more", "hard_examples"): (Refused, r"line \d+: topk of more than one entry"),
    ("torch_losses_more", "evidential"): (Refused, r"line \d+: torch's digamma has no place in a formula"),
    ("torch_losses_more", "returns_two"): (Refused, r"several results \(2\), of which one is the loss"),
    ("torch_losses_more", "fixed_weights"): (Refused, r"line \d+: a tensor of 3 fixed numbers"),
    ("torch_losses_more", "two_largest"): (Refused, r"line \d+: torch's sort is not smooth"),
    ("torch_losses_of_objects", "wrong_backward"): (TracingFault, "the gradient rule of _Wrong is not the derivative"),
}


@pytest.mark.parametrize("file, name", REFUSED)
def test_a_refusal_names_what_it_is_and_what_to_write(file, name):
    kind, says = REFUSED[file, name]
    with pytest.raises(kind, match=says) as error:
        read_function(function_of(file, name))
    assert error.value.hint


def plain_forward(logits, labels):
    import torch

    return (torch.nn.functional.softplus(logits) - labels * logits).sum()


@pytest.mark.parametrize("name, lets", [
    ("circle", ["sp_j: logits", "sn_j"]), ("jensen_shannon_of_two", ["p_logits: logits"]),
    ("jensen_shannon_of_two", ["q_logits: logits", "p_logits_ij"]),
    ("supervised_contrastive_of_features", ["features: logits"]),
])
def test_what_a_refusal_says_to_write_is_read(name, lets):
    assert read_function(function_of("torch_losses_of_pairs", name), lets).expr


def test_the_forward_of_a_wrong_rule_is_read_without_it():
    function_of("torch_losses_of_objects", "wrong_backward")
    assert read_function(plain_forward).expr


@pytest.mark.parametrize("file, name, claim", [
    ("torch_losses_of_pairs", "knowledge_distillation", "softmax-optimum"),
    ("torch_losses_of_pairs", "mixup", "bounded-below"), ("torch_losses_of_pairs", "mixup_soft", "nonnegative"),
    ("torch_losses_of_pairs", "distillation_of_probabilities", "nonnegative"),
    ("torch_losses_more", "preference", "convex"), ("torch_losses_of_pairs", "bayesian_personalised", "convex"),
])
def test_claims_know_what_the_arrays_beside_s_and_t_are(file, name, claim):
    from nmderive.verify import judge_one

    assert judge_one(read_function(function_of(file, name)), claim, {}, 60).status.value == "PROVED"


def test_every_loss_of_the_files_is_in_a_table():
    for file, names in FILES.items():
        text = (Path(__file__).parent.parent / "data" / f"{file}.py").read_text(encoding="utf-8")
        refused = {name for own, name in REFUSED if own == file}
        for line in text.splitlines():
            name = line.removeprefix("def ").removeprefix("class ").split("(")[0].split(":")[0]
            if line.startswith(("def ", "class ")) and not name.startswith("_") and name not in ("Settings", "Static"):
                assert name in names or name in refused, name
