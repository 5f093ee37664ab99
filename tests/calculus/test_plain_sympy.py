"""Our expressions in the hands of SymPy's own functions: they survive, or say what to call."""

import numpy as np
import pytest
import sympy
from today import of_today

import nmderive
from nmderive.calculus.extrema import has_kinks
from nmderive.errors import UnsupportedError, UsageError
from nmderive.losses.catalogue import names


@pytest.mark.parametrize("name", of_today([n for n in names() if n not in ("loss-2", "triangles")], 6))
def test_sympy_simplifies_prints_and_copies_what_is_ours(name):
    loss = nmderive.loss(name)
    for expr in (loss.expr, loss.gradient):
        try:
            assert sympy.simplify(expr, measure=lambda e: 1).free_symbols <= expr.free_symbols
        except UnsupportedError as refused:  # signs, which SymPy takes for cases
            assert has_kinks(loss.expr) and "at_sizes" in refused.hint
        assert sympy.latex(expr) and sympy.pretty(expr) and str(expr) and sympy.srepr(expr)
        assert expr.subs(sympy.Symbol("unused"), 1) == expr == expr.func(*expr.args)


@pytest.mark.parametrize("name", ["brier", "loss-1", "loss-3", "cyclic", "crammer-singer", "quadratic"])
def test_at_sizes_it_is_plain_sympy_with_the_same_value(name):
    loss = nmderive.loss(name)
    plain = nmderive.at_sizes(loss.expr, n=2, m=3)
    s, t = np.random.default_rng(1).normal(size=(2, 3)), np.array([[0.2, 0.3, 0.5], [0.6, 0.3, 0.1]])
    entries = {f"{a}_{i + 1}_{j + 1}": x[i, j] for a, x in (("s", s), ("t", t)) for i in range(2) for j in range(3)}
    symbols = sorted(plain.free_symbols, key=str)
    value = sympy.lambdify(symbols, plain)(*(entries[x.name] for x in symbols))
    assert value == pytest.approx(loss.numpy().value(s, t))
    slope = nmderive.at_sizes(loss.gradient, n=2, m=3, i=1, j=2)
    own = next(x for x in symbols if x.name == "s_1_2")
    at = {x: entries[x.name] for x in symbols}
    if name != "crammer-singer":
        assert float(slope.subs(at)) == pytest.approx(float(plain.diff(own).subs(at)))


def test_what_sympy_cannot_do_is_said_with_what_to_call():
    loss = nmderive.loss("loss-3")
    for printed in (sympy.ccode, sympy.pycode, lambda e: sympy.lambdify([], e)):
        with pytest.raises(UnsupportedError) as refused:
            printed(loss.expr)
        assert "at_sizes" in refused.value.hint and "loss.numpy" in refused.value.hint
    with pytest.raises(UnsupportedError) as refused:
        loss.expr.subs(sympy.Symbol("m", integer=True, positive=True), 3)
    assert "at_sizes" in refused.value.hint
    for values in ({"n": 2}, {"n": 2, "m": 0}, {"n": 2, "m": 2.5}):
        with pytest.raises(UsageError):
            nmderive.at_sizes(loss.expr, **values)
