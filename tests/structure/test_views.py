"""The views of a loss are the loss: by its values at points with 40 digits, for the catalogue and for random losses."""

import random

import mpmath
import pytest
from sympy import Rational
from today import of_today

from nmderive.calculus.specialise import entry_symbol, specialise
from nmderive.calculus.symbols import M, S, T
from nmderive.losses.catalogue import find, load, names
from nmderive.notation import to_text
from nmderive.proving.points import entries_of
from nmderive.structure.canonical import canonical
from nmderive.structure.reader import probabilities, standard, standard_views, views

WEIGHTS = ("t[i,j]", "t[i,j]**2", "(1-t[i,j])", "1", "p[i,j]", "(t[i,j]-p[i,j])**2", "3*t[i,j]")
TERMS = (
    "{w}*log(p[i,j])", "{w}*log(1 + sum(k, k != j, exp(s[i,k]-s[i,j])))", "{w}*(1-p[i,j])**2", "{w}*exp(2*s[i,j])",
    "{w}*log(1 + exp(s[i,j])) - t[i,j]*s[i,j]", "{w}/p[i,j]", "{w}*log(sum(k, exp(s[i,k])))", "{w}*s[i,j]**2",
    "{w}*sum(k, log(exp(s[i,j]) + exp(s[i,k]))) - 2*s[i,j]*t[i,j]", "{w}*log(1-p[i,j])",
)
FRAMES = (
    "sum(i, sum(j, {x}))", "1/n*sum(i, sum(j, {x})) + n",
    "sum(i, log(1 + sum(j, t[i,j]*exp(s[i,j])))) + sum(i, sum(j, {x}))",
)


def random_text(number):
    rng = random.Random(f"views {number}")
    terms = [rng.choice(TERMS).format(w=rng.choice(WEIGHTS)) for _ in range(rng.randint(1, 3))]
    return rng.choice(FRAMES).format(x=" + ".join(terms))


def value(loss, expr, seed):
    """The value at random logits, labels whose rows sum to one, and parameters, for n = 2, m = 3."""
    rng = random.Random(seed)
    sizes = {"n": 2, "m": 3}
    entries = entries_of(loss, sizes)
    at = {entry_symbol(S[e]): Rational(rng.randint(-20, 20), 10) for e in entries}
    label = {e: Rational(rng.randint(1, 9)) for e in entries}
    if M in loss.shape:
        rows = {e[:-1]: sum(label[o] for o in entries if o[:-1] == e[:-1]) for e in entries}
        label = {e: x / rows[e[:-1]] for e, x in label.items()}
    else:
        label = {e: x / 10 for e, x in label.items()}
    at |= {entry_symbol(T[e]): x for e, x in label.items()}
    at |= {p: Rational(1, 3) for p in loss.parameters}
    plain = specialise(expr, sizes, {"Omega_neg": {1, 3}, "Omega_pos": {2}})
    at |= {x: Rational(3, 7) for x in plain.free_symbols - set(at)}
    return mpmath.mpmathify(plain.xreplace(at).evalf(40))


@pytest.mark.slow
@pytest.mark.parametrize("text", of_today([*(n for n in names() if n != "loss-2"), *map(random_text, range(25))], 24))
def test_every_view_has_the_values_of_the_loss(text):
    loss = load(text) if text in names() else find(text, (), "text")
    first, *others = views(loss)
    assert first == loss.expr
    true = value(loss, loss.expr, text)
    for form in others:
        own = value(loss, form, text)
        assert abs(own - true) <= mpmath.mpf(10) ** -30 * (1 + abs(true)), to_text(form)


@pytest.mark.parametrize(("one", "other"), [
    (r"-\sum_{i,j} t_{i,j}\log p_{i,j}", r"\sum_i(\log\sum_k e^{s_{i,k}} - \sum_j t_{i,j}s_{i,j})"),
    (r"\sum_j\log(1+\sum_i t_{i,j}\frac{1-p_{i,j}}{p_{i,j}})",
     r"\log\prod_j(1+\sum_i t_{i,j}\sum_{k\neq j}e^{s_{i,k}-s_{i,j}})"),
    (r"\sum_{i,j}(p_{i,j}-t_{i,j})^2", r"\sum_i(\sum_j p_{i,j}^2-2\sum_j t_{i,j}p_{i,j}+\sum_j t_{i,j}^2)"),
    (r"-\sum_i(t_i\log\sigma(s_i)+(1-t_i)\log(1-\sigma(s_i)))", r"\sum_i(\log(1+e^{-s_i})+(1-t_i)s_i)"),
])
def test_spellings_share_their_standard_views(one, other):
    first, second = find(one, (), None), find(other, (), None)
    assert canonical(first) == canonical(second)
    assert list(standard_views(first)) == list(standard_views(second))
    assert standard(first) == standard(second)


def test_a_loss_that_row_shifts_change_is_no_function_of_p():
    assert probabilities(find(r"\sum_{i,j}(s_{i,j}-t_{i,j})^2", (), None)) is None
    assert probabilities(load("one-vs-all")) is None
    assert probabilities(load("cross-entropy")) is not None


@pytest.mark.parametrize(("latex", "view"), [
    (r"\sum_i(\log\sum_k e^{s_{i,k}} - \sum_j t_{i,j}s_{i,j})",
     "sum(i, j, t[i,j]*log(1 + sum(k != j, exp(s[i,k] - s[i,j]))))"),
    (r"\sum_j\log(1-\sum_i t_{i,j}+\sum_i\frac{t_{i,j}}{p_{i,j}})",
     "sum(j, log(1 + sum(i, k != j, t[i,j]*exp(s[i,k] - s[i,j]))))"),
    (r"\sum_{i,j}(\log(1+e^{s_{i,j}})-t_{i,j}s_{i,j})",
     "sum(i, j, (1 - t[i,j])*log(1 + exp(s[i,j])) + t[i,j]*log(1 + exp(-s[i,j])))"),
    (r"\sum_{i,j}s_{i,j}^2-2\sum_{i,j}t_{i,j}s_{i,j}+\sum_{i,j}t_{i,j}^2", "sum(i, j, (s[i,j] - t[i,j])**2)"),
    (r"\frac{n}{0.7}-\frac{1}{0.7}\sum_{i,j}t_{i,j}p_{i,j}^{0.7}",
     "10*sum(i, j, t[i,j]*(1 - exp(7*s[i,j]/10)/(sum(k, exp(s[i,k])))**(7/10)))/7"),
])
def test_what_a_view_shows(latex, view):
    assert view in [to_text(form) for form in views(find(latex, (), None))]


