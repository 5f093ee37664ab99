"""What ``code`` says of formulas that nobody chose: a module that runs and is right, or one refusal."""

from collections import Counter
from datetime import date

import numpy as np
import pytest
from numeric.against_sympy import expected, point
from numeric.formulas import LETS, drawn
from sympy.core.relational import Relational

from nmderive.calculus.symbols import Member
from nmderive.errors import NmderiveError
from nmderive.export import render
from nmderive.front import loss as read


def outcome(latex):
    """Return how the formula ended; fail where the module raises or is wrong where the formula has a value."""
    try:
        loss = read(latex, lets=LETS)
        text = render(loss, "numpy")
        for form in ("torch", "jax"):
            compile(render(loss, form), form, "exec")
    except NmderiveError as error:
        assert len(str(error).splitlines()) <= 4
        return "refused"
    space: dict = {}
    exec(compile(text, "module", "exec"), space)
    s, t, extra = point(loss, np.random.default_rng(len(latex)))
    wanted = expected(loss, s, t, extra)
    if wanted is None:
        return "without a value"
    value, gradient = space["value_and_grad"](s, t, **extra)
    if np.isnan(value) and loss.expr.atoms(Relational, Member):
        return "nan"  # a term that a condition leaves out is undefined: its mask is a factor, and 0 nan is nan
    assert abs(value - wanted[0]) < 1e-10 * (1 + abs(wanted[0]))
    assert np.max(np.abs(gradient - wanted[1])) < 1e-10 * (1 + np.max(np.abs(wanted[1])))
    assert space["hvp"](s, t, s, **extra).shape == s.shape
    for place in zip(*np.nonzero(wanted[1]), strict=True):
        assert np.isnan(space["value"](s + _nan_at(s, place), t, **extra))
    return "right"


def _nan_at(s, place):
    hole = np.zeros_like(s)
    hole[place] = np.nan
    return hole


@pytest.mark.slow
@pytest.mark.parametrize("seed", ["fixed", date.today().isoformat()])
def test_a_formula_gets_a_right_module_or_a_refusal(seed):
    found: Counter = Counter()
    for formula in drawn(seed, 40):
        try:
            found[outcome(formula.latex)] += 1
        except Exception as error:
            raise AssertionError(f"seed {seed!r}: {formula.latex}") from error
    assert found["right"] >= 10 and found["nan"] <= 4, found


SEEN = [
    (r"\frac12 \sum_{ij}(s_{ij}-t_{ij})^2", ()), (r"\sum_{ij} e^{j} s_{ij}", ()), (r"\sum_{ij} 2^{s_{ij}}", ()),
    (r"\sum_{ij} (-1)^j s_{ij}", ()), (r"\sum_{ij} \frac{1-b}{1-b^{N_j}} t_{ij} s_{ij}", ("b", "N_j>0")),
    (r"-\sum_j \frac{e^{t_j}}{\sum_k e^{t_k}} \log \frac{e^{s_j}}{\sum_k e^{s_k}}", ()),
    (r"\sum_{ij} g^{s_{ij}} t_{ij}^{b}", ("g>0", "b")), (r"\sum_{ij} i j s_{ij}^2", ()),
    (r"\sum_i \prod_{j} (1 + e^{s_{ij}})", ()), (r"\sum_i\sum_{j\in\Omega_{pos}} w_j^{t_{ij}} s_{ij}", ("w_j>0",)),
    (r"\sum_i (s_{i,2} - s_{i,1})^{2} t_{i,1}", ()),
    (r"\sum_i \sum_{j} \sum_{k \neq j} \sum_{l} s_{ij} s_{ik}^2 t_{il}", ()),
    (r"\sum_i e^{t_i} s_i 2^{i}", ()), (r"\sum_{ij} w_2 t_{ij} s_{ij}^3", ("w_j>0",)),
]


@pytest.mark.parametrize(("latex", "lets"), SEEN)
def test_formulas_that_once_crashed(latex, lets):
    loss = read(latex, lets=lets)
    space: dict = {}
    exec(compile(render(loss, "numpy"), "module", "exec"), space)
    s, t, extra = point(loss, np.random.default_rng(3))
    value, gradient = space["value_and_grad"](s, t, **extra)
    wanted = expected(loss, s, t, extra)
    assert value == pytest.approx(wanted[0], rel=1e-12)
    np.testing.assert_allclose(gradient, wanted[1], rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize(("latex", "lets", "wrong", "words"), [
    (r"\sum_{ij} t_{ij} s_{ij}", (), {"t": np.zeros((3, 3))}, "t has shape"),
    (r"\sum_{ij} t_{ij} s_{ij}", (), {"s": np.zeros(3)}, "s has shape"),
    (r"\sum_{ij} w_j t_{ij} s_{ij}", ("w_j>0",), {"w": np.ones(4)}, "w has shape"),
    (r"\sum_i t_{i,3} s_{i,4}", (), {}, "names class 4"),
    (r"\sum_i\sum_{j\in\Omega_{pos}} s_{ij} t_{ij}", (), {"Omega_pos": [7]}, "class numbers"),
])
def test_a_wrong_shape_is_named(latex, lets, wrong, words):
    loss = read(latex, lets=lets)
    space: dict = {}
    exec(compile(render(loss, "numpy"), "module", "exec"), space)
    given = {"s": np.zeros((2, 3)), "t": np.zeros((2, 3))} | ({"w": np.ones(3)} if "w" in wrong else {}) | wrong
    with pytest.raises(ValueError, match=words):
        space["value_and_grad"](given.pop("s"), given.pop("t"), **given)
