"""LaTeX in a Python string without an r: the answer says so; tabs and lines of a formula are none of it."""

import pytest

import nmderive
from nmderive.errors import ParseError


@pytest.mark.parametrize("text, command", [
    ("-\frac{1}{n} \\sum_i \\sum_j t_{i,j} \\log p_{i,j}", r"\frac"), ("\\sum_j \bar{s}_i", r"\bar"),
    ("\\sum_j s_j \times t_j", r"\times"), ("\theta s_1", r"\theta"), ("\alpha \\sum_j s_j", r"\alpha"),
    ("\\left( s_1 \right)", r"\right"), ("\varphi(s_1)", r"\varphi"), ("\rho s_1 t_1", r"\rho"),
    ("\beta \\sum_j s_j t_j", r"\beta"), ("\\sum_{j \neq 1} s_j", r"\neq"),
])
def test_a_command_that_python_ate_is_named(text, command):
    with pytest.raises(ParseError) as refused:
        nmderive.loss(text)
    said = str(refused.value)
    assert command in refused.value.message and f'r"... {command} ..."' in said and "^" * len(command) in said
    assert not set("\a\b\f\v") & set(said)


@pytest.mark.parametrize("text", [
    "-\\sum_i\n\t\\sum_j\r\n t_{i,j} \\log p_{i,j}", "sum(i,\n\tsum(j, s[i,j]*t[i,j]))", "\t\\sum_j s_{j}\tt_{j}",
    "sum(j,\ns[1,j]*t[1,j])", "\\sum_j \f s_{j} t_{j}",
])
def test_tabs_and_lines_of_a_formula_stay(text):
    assert nmderive.loss(text).gradient is not None
