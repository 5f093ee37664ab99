"""Gradients in the letters of the source: their value is the derivative, and no letter is both free and bound."""

import re

import numpy as np
import pytest
from sympy import Indexed, Symbol, exp
from today import of_today

from nmderive.calculus.in_probabilities import P, in_probabilities
from nmderive.calculus.short_form import sigma, with_common_factor, with_sigmoids, with_whole_rows
from nmderive.calculus.sums import IndexSum
from nmderive.calculus.symbols import M, N, S, index
from nmderive.derive import derive
from nmderive.errors import NmderiveError
from nmderive.losses.reading import read
from nmderive.notation.columns import printed_width

from .evaluate import World, evaluate
from .invented import number, numbers, point
from .invented_cases import CASES
from .more_cases import CASES as MORE
from .test_invented import KINDS

READ = [c for c in [*CASES, *MORE] if c[4] is not None and c[3] is not None]


def plain(expr, shape):
    """Return the expression without the notations of print."""
    def probability(entry):
        logit = S[entry.indices]
        if shape == (N,):
            return 1 / (1 + exp(-logit))
        letter = index("zz")
        return exp(logit) / IndexSum(exp(S[(*entry.indices[:-1], letter)]), letter, M)

    if isinstance(expr, IndexSum):  # Opened: a body that grows must not be put in under its canonical name.
        letter = index(f"z{len(str(expr))}{expr.bound.name.strip('_')}")
        body, conditions = expr.open(letter)
        return IndexSum(plain(body, shape), letter, expr.domain, *conditions)
    if isinstance(expr, sigma):
        return 1 / (1 + exp(-plain(expr.args[0], shape)))
    if isinstance(expr, Indexed) or not expr.args:
        return probability(expr) if isinstance(expr, Indexed) and expr.base == P else expr
    return expr.func(*(plain(a, shape) for a in expr.args))


def world(expr, s, t, places):
    arrays = {str(e.base.label): numbers(str(e.base.label), *[7] * len(e.indices)) for e in expr.atoms(Indexed)}
    named = {str(a): number(str(a)) for a in expr.atoms(Symbol) if str(a) not in arrays} | arrays
    n, m = s.shape if s.ndim == 2 else (s.size, s.size)
    sets = {a.name: {1, 3} for a in expr.atoms(Symbol) if type(a).__name__ == "ClassSet"}
    return World(n, m, s, t, places, {k: v for k, v in named.items() if k not in ("s", "t")}, sets)


def slope(loss, s, t, at, step=1e-5):
    values = []
    for sign in (1, -1):
        moved = s.copy()
        moved[at] += sign * step
        values.append(evaluate(loss.expr, world(loss.expr, moved, t, {})))
    return (values[0] - values[1]) / (2 * step)


@pytest.mark.slow
@pytest.mark.parametrize("case", of_today(READ, 8), ids=lambda c: c[2])
def test_what_is_printed_is_the_derivative(case):
    _, kind, latex, lets, _ = case
    try:
        loss = read(latex, lets)
    except NmderiveError:
        return
    if loss.letters is None or "signs" in kind:
        return
    s, t = point("hard" if kind == "two" else KINDS.get(kind, kind), 4)
    at = (0, 1) if s.ndim == 2 else (1,)
    places = dict(zip([i.name for i in loss.indices], (a + 1 for a in at), strict=True))
    whole = with_whole_rows(derive(loss).expr, loss.letters.target == "=")
    folded = with_common_factor(with_sigmoids(whole, "p" in loss.letters.by_name))
    forms = [whole, folded, in_probabilities(whole)]
    known = slope(loss, s, t, at)
    for form in (plain(f, loss.shape) for f in forms if f is not None):
        got = evaluate(form, world(form, s, t, places))
        assert np.isclose(got, known, rtol=1e-4, atol=1e-6), (form, got, known)


@pytest.mark.slow
@pytest.mark.parametrize("case", of_today(READ, 8), ids=lambda c: c[2])
def test_no_letter_is_free_and_bound(case):
    try:
        loss = read(case[2], case[3])
    except NmderiveError:
        return
    left, _, right = derive(loss).shown("latex").partition(" = ")
    free = set(re.findall(r"[a-z]'?", left.rpartition("_")[2]))
    bound = {a for under in re.findall(r"\\sum_(\{[^{}]*\}|\w)", right) for a in re.findall(r"^\{?(\w)", under)}
    assert not free & bound, (left, right)


PRINTED = [
    (r"-\frac1N\sum_{i=1}^N\sum_{c=1}^C y_{ic}\log\hat{y}_{ic}",
     r"\frac{\partial l}{\partial s_{i,c}} = \frac{\hat{y}_{i,c} - y_{i,c}}{N}"),
    (r"-\log p_y", r"\frac{\partial l}{\partial s_j} = p_j - \left[y = j\right]"),
    (r"-\frac1N\sum_{i=1}^N[y_i\log\hat{y}_i+(1-y_i)\log(1-\hat{y}_i)]",
     r"\frac{\partial l}{\partial s_i} = \frac{\hat{y}_i - y_i}{N}"),
    (r"-\log\frac{n_ye^{z_y}}{\sum_jn_je^{z_j}}",
     r"\frac{\partial l}{\partial z_j} = \frac{n_j e^{z_j}}{\sum_k n_k e^{z_k}} - \left[y = j\right]"),
    (r"L_n = -\sum_k t_{nk}\ln y_{nk}", r"\frac{\partial l}{\partial s_{n,k}} = y_{n,k} - t_{n,k}"),
]


@pytest.mark.parametrize(("text", "printed"), PRINTED)
def test_letters_come_back(text, printed):
    assert derive(read(text)).shown("latex") == printed


@pytest.mark.parametrize("width", [40, 60, 80])
def test_long_gradients_are_split_for_a_column(width):
    gradient = derive(read(r"-\frac1N\sum_{i=1}^N (1-p_{i,y_i})^\gamma\log p_{i,y_i}"))
    lines = gradient.shown("latex", width).split("\n")[1:-1]
    assert len(lines) > 1 and all(printed_width(line) <= width + 20 for line in lines)
    whole = re.sub(r"\\\\\s*&\\quad |\\(begin|end)\{aligned\}|&|\s", "", gradient.shown("latex", width))
    texts = [re.sub(r"\s", "", gradient.shown("latex", w)) for w in (1000,)]
    assert whole.count("gamma") >= min(t.count("gamma") for t in texts)


def test_arrays_with_labels_are_latex():
    text = derive(read(r"KL(\sigma(z_t)\|\sigma(z_s))")).shown("latex")
    assert not re.search(r"_(\w|\{[^{}]*\})_", text)
