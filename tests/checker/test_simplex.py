"""Functions of p: what hard labels prefer, scales, curvature by odds; what is false or not bounded is refused."""

import pytest

from nmderive.checker import check
from nmderive.losses.catalogue import find
from nmderive.proving.simplex_form import simplex_certificate


def certificate(latex, what, *lets):
    found = simplex_certificate(find(latex, lets, None), what)
    return None if found is None else found.as_json()


@pytest.mark.parametrize("latex", [
    r"-\sum_{i,j}(0.9t_{i,j}+\frac{0.1}{m})\log p_{i,j}", r"\sum_{i,j}((t_{i,j}-p_{i,j})^2-t_{i,j}\log p_{i,j})",
    r"-\sum_{i,j}t_{i,j}\log p_{i,j}-\frac{1}{5}\sum_{i,j}\log p_{i,j}", r"\sum_{i,j}(p_{i,j}-0.9t_{i,j})^2",
])
def test_the_target_is_preferred_where_the_optimum_is_finite(latex):
    assert certificate(latex, "prefers-target")


@pytest.mark.parametrize("latex", [
    r"-\sum_{i,j}(1-t_{i,j})\log p_{i,j}",  # prefers the others
    r"\sum_{i,j}(p_{i,j}-\frac12)^2",  # prefers nobody
    r"-\sum_{i,j}t_{i,j}\log p_{i,j}+2\sum_{i,j}\log p_{i,j}",  # not bounded below
    r"\sum_{i,j}t_{i,j}\log p_{i,j}",
])
def test_what_prefers_others_or_is_not_bounded_below_is_refused(latex):
    assert certificate(latex, "prefers-target") is None


@pytest.mark.parametrize("weight", ["w_j", "j", "(1+w_j)"])
def test_classes_that_are_told_apart_are_not_exchanged(weight):
    latex = rf"-\sum_{{i,j}}({weight} t_{{i,j}}+\frac15)\log p_{{i,j}}"
    assert certificate(latex, "prefers-target", *(["w_j>0"] if "w" in weight else [])) is None


def test_a_scale_is_a_positive_number():
    found = certificate(r"-\sum_i\frac{\sum_j t_{i,j}p_{i,j}}{\sqrt{\sum_k p_{i,k}^2}}", "unique")
    assert found["scale"] == ["num", "2"] and check(found).accepted
    for wrong in (["num", "1"], ["num", "-2"], ["num", "0"], ["sym", "g"], ["at", "t", [1, 1]], ["at", "s", [1, 1]]):
        assert not check({**found, "scale": wrong}).accepted


@pytest.mark.slow
@pytest.mark.parametrize("power", ["g", "2", "1/2"])
def test_focal_losses_are_strictly_convex_in_p_and_attain_their_minimum(power):
    lets = ("g>0",) if power == "g" else ()
    found = certificate(rf"-\sum_{{i,j}}t_{{i,j}}(1-p_{{i,j}})^{{{power}}}\log p_{{i,j}}", "unique", *lets)
    assert "barrier" in found
    for key in ("curvature", "barrier", "remainder"):
        assert not check({**found, key: ["mul", [["num", "2"], ["add", [found[key], ["num", "1"]]]]]}).accepted, key
    assert not check({**found, "barrier": ["num", "0"], "remainder": found["body"]}).accepted


def test_a_loss_that_is_concave_in_p_somewhere_is_not_unique_by_it():
    assert certificate(r"-\sum_{i,j}t_{i,j}p_{i,j}^2", "unique") is None
    assert certificate(r"\sum_{i,j}t_{i,j}(\log p_{i,j})^3", "unique") is None


BINARY = {
    "squares": r"\sum_i (t_i - \sigma(s_i))^2", "at a scale": r"\sum_i (t_i - \sigma(2 s_i))^2",
    "with a log": r"-\sum_i(t_i\log\sigma(s_i) + (1-t_i)\log(1-\sigma(s_i))) + \sum_i (t_i-\sigma(s_i))^2",
    "weighted": r"\sum_i ((1 + t_i) \sigma(s_i)^2 - 2 t_i \sigma(s_i))",
}


@pytest.mark.parametrize("latex", BINARY.values(), ids=BINARY)
def test_binary_tasks_are_functions_of_the_sigmoid(latex):
    found = certificate(latex, "unique")
    assert check(found).accepted and found["shape"] == ["n"]
    for edit in ({"shape": ["n", "m"]}, {"property": "forces-argmax"}, {"barrier": ["num", "1"]},
                 {"scale": ["num", "3"]}, {"rest": ["at", "s", [1]]}, {"body": ["at", "p", ["i"]]}):
        assert not check({**found, **edit}).accepted, edit


@pytest.mark.parametrize("latex", [
    r"-\sum_i (t_i - \sigma(s_i))^2", r"\sum_i t_i \sigma(s_i)", r"\sum_i (t_i - \sigma(s_i))^3",
    r"\sum_i \sigma(s_i)^2(1 - \sigma(s_i))^2",
])
def test_binary_tasks_that_are_not_convex_in_the_sigmoid_are_refused(latex):
    assert certificate(latex, "unique") is None
