"""Hessians for symbolic n and m: SymPy's second derivatives at fixed sizes, differences of the gradient, and print."""

import json
import random
from functools import cache
from itertools import product

import pytest
from sympy import Indexed, Integer, Symbol, diff, exp, lambdify
from today import of_today

import nmderive
from nmderive import cli
from nmderive.calculus.in_probabilities import P
from nmderive.calculus.short_form import sigma
from nmderive.calculus.specialise import entry_symbol, specialise
from nmderive.calculus.sums import IndexSum
from nmderive.calculus.symbols import M, N, S, T, index
from nmderive.errors import UsageError
from nmderive.hessian import KINDS, hessian
from nmderive.losses.catalogue import load, names
from nmderive.losses.reading import read
from nmderive.proving.points import entries_of

NAMES = [n for n in names() if not load(n).has_undefined_functions]
MORE = {
    "weighted": (r"-\frac{1}{n}\sum_i\sum_j w_j t_{i,j} \log p_{i,j}", ["w_j>0"]),
    "clip": (r"-\frac{1}{n}\sum_{i}\sum_j t_{ij} \left(\log\frac{e^{s_{ij}}}{\sum_k e^{s_{ik}}}"
             r"+\log\frac{e^{s_{ij}}}{\sum_{a=1}^n e^{s_{aj}}}\right)", []),
    "pairs": (r"\sum_i\sum_{j}\sum_{k\neq j} t_{i,j} \log(1+e^{s_{i,k}-s_{i,j}})", []),
    "classes": (r"\sum_i t_{i,1} \log(1+e^{-s_{i,1}+s_{i,2}})", []),
    "letters a, k": (r"\sum_i\sum_j (a s_{i,j} - k t_{i,j})^2", ["a>0", "k>0"]),
    "one sample": (r"-\sum_j t_j \log p_j + \left(\sum_j s_j\right)^2", []),
}

#: Seconds each; the slow tests look at them.
LONG = ("comment-4-11", "comment-4-11-1", "cyclic", "cyclic-1", "cyclic-2", "focal", "renyi", "spherical")


def made(name):
    text, lets = MORE.get(name, (None, []))
    return load(name) if text is None else read(text, lets)


def plain(expr, shape):
    """Return the expression without the notations of print."""
    if isinstance(expr, IndexSum):
        letter = index(f"z{len(str(expr))}{expr.bound.name.strip('_')}")
        body, conditions = expr.open(letter)
        return IndexSum(plain(body, shape), letter, expr.domain, *conditions)
    if isinstance(expr, sigma):
        return 1 / (1 + exp(-plain(expr.args[0], shape)))
    if isinstance(expr, Indexed) and expr.base == P:
        letter = index("zz")
        return exp(S[expr.indices]) / IndexSum(exp(S[(*expr.indices[:-1], letter)]), letter, M)
    return expr.func(*(plain(a, shape) for a in expr.args)) if expr.args and not isinstance(expr, Indexed) else expr


def numbers(loss, sizes, seed=3):
    """Return values of all entries and letters; rows of labels sum to one."""
    draw = random.Random(seed)
    rows = {}
    values = {}
    for e in entries_of(loss, sizes):
        values[entry_symbol(S[e])] = draw.uniform(-1, 1)
        rows.setdefault(e[:-1] if M in loss.shape else e, []).append((e, draw.uniform(0.2, 1)))
    for row in rows.values():
        total = sum(v for _, v in row) if M in loss.shape else 2
        values |= {entry_symbol(T[e]): v / total for e, v in row}
    for entry in loss.arrays:
        for k in range(1, 5):
            values[entry_symbol(entry.base[(k,) * len(entry.indices)])] = 0.5 + k / 7
    return values | {p: 0.3 + 0.1 * k for k, p in enumerate(loss.parameters)}


SETS = {"Omega_neg": frozenset({1}), "Omega_pos": frozenset({2, 3})}


def value(expr, values):
    return complex(lambdify(list(values), expr, "mpmath")(*values.values()))


def places(found, one, two):
    first, second = ([x[k] for x in (found.pair.rows, found.pair.classes) if x is not None] for k in (0, 1))
    return {x: Integer(v) for x, v in [*zip(first, one, strict=True), *zip(second, two, strict=True)]}


def compared(name, sizes, kinds=KINDS):
    loss = made(name)
    values = numbers(loss, sizes)
    whole = specialise(loss.expr, sizes, SETS)

    @cache
    def known_at(first, second):
        left = {x: v for x, v in values.items() if x not in (first, second)}
        return value(diff(whole.xreplace(left), first, second), {x: values[x] for x in {first, second}})

    for kind in kinds:
        if kind == "row" and M not in loss.shape:
            continue
        found = hessian(loss, kind)
        forms = [plain(form, loss.shape) for form in (found.expr, *found.forms)]
        for one, two in pairs_of_entries(loss, sizes):
            if kind == "diagonal" and one != two or kind == "row" and one[:-1] != two[:-1]:
                continue
            known = known_at(*sorted((entry_symbol(S[one]), entry_symbol(S[two])), key=str))
            at = places(found, one, two)
            for form in forms:
                own = specialise(form.xreplace(at), sizes, SETS)
                assert abs(value(own, values) - known) < 1e-8 * (1 + abs(known)), (kind, one, two, form)


def pairs_of_entries(loss, sizes):
    """Return pairs of entries of every kind: one and the same, of one row, of one class, of neither."""
    found = {}
    for one, two in product(entries_of(loss, sizes), repeat=2):
        found.setdefault((one[-1], *(x == y for x, y in zip(one, two, strict=True))), (one, two))
    return found.values()


@pytest.mark.parametrize("name", of_today([n for n in (*NAMES, *MORE) if n not in LONG], 12))
def test_small_sizes_against_sympy(name):
    loss = made(name)
    compared(name, {"n": 1, "m": max(2, loss.least_sizes.get("m", 2))}, ("row", "diagonal"))


@pytest.mark.parametrize("name", of_today(["cross-entropy", "loss-3", "one-vs-all", "multi-label", *MORE], 4))
def test_full_at_a_small_size_against_sympy(name):
    compared(name, {"n": 2, "m": 2}, ("full",))


@pytest.mark.slow
@pytest.mark.parametrize("name", of_today([*NAMES, *MORE], 12))
def test_more_rows_and_classes_against_sympy(name):
    least = max(2, made(name).least_sizes.get("m", 2))
    if name in LONG:
        return compared(name, {"n": 1, "m": least})
    compared(name, {"n": 1, "m": 3})
    compared(name, {"n": 2, "m": least})


@pytest.mark.parametrize("name", of_today([*NAMES, *MORE], 12))
def test_differences_of_the_gradient(name):
    loss = made(name)
    sizes = {"n": 2, "m": max(2, loss.least_sizes.get("m", 2))}
    values, found = numbers(loss, sizes, 5), hessian(loss)
    everywhere = entries_of(loss, sizes)
    for one, two in ((everywhere[0], everywhere[-1]), (everywhere[0], everywhere[0]), (everywhere[0], everywhere[1])):
        gradient = specialise(loss.gradient.xreplace(dict(zip(loss.indices, map(Integer, one), strict=True))), sizes,
                              SETS)
        moved = [value(gradient, {**values, entry_symbol(S[two]): values[entry_symbol(S[two])] + d})
                 for d in (1e-5, -1e-5)]
        own = specialise(found.expr.xreplace(places(found, one, two)), sizes, SETS)
        assert abs((moved[0] - moved[1]) / 2e-5 - value(own, values)) < 1e-6, (one, two)


def test_cross_entropy_as_a_paper_prints_it():
    found = nmderive.loss("cross-entropy").hessian("row")
    assert found.shown("latex").startswith(
        r"\frac{\partial^2 l}{\partial s_{i,j} \partial s_{i,k}} = p_{i,j} \left(\delta_{j,k} - p_{i,k}\right)")
    assert found.words == ("the block of one row is diag(p) - p p^T",)
    assert nmderive.loss("cross-entropy").hessian().words[1] == "the blocks between different rows are zero"


def test_rows_that_interact_are_named():
    assert "not zero" in nmderive.loss("loss-3").hessian().words[-1]
    assert nmderive.loss("one-vs-all").hessian().words[0] == "the block of one row is diagonal"


def test_a_weighted_block_in_words():
    words = read(r"-\frac{1}{n}\sum_i\sum_j w_j t_{i,j} \log p_{i,j}", ["w_j>0"])
    assert "diag(p) - p p^T" in hessian(words).words[0] and "times" in hessian(words).words[0]


def test_letters_of_the_source():
    text = r"-\frac{1}{N}\sum_{n=1}^N\sum_{c=1}^C y_{nc}\log\hat{y}_{nc}"
    shown = nmderive.loss(text).hessian().shown("latex").splitlines()[0]
    assert r"\hat{y}_{n,c}" in shown and r"\frac{1}{N}" in shown or r"{N}" in shown
    assert "t_" not in shown and r",\quad" not in shown, shown


def test_names_of_numbers_are_not_names_of_the_second_logit():
    found = hessian(made("letters a, k"))
    assert {x.name for x in (*found.pair.rows, *found.pair.classes)}.isdisjoint({"a", "k"})


@pytest.mark.slow
@pytest.mark.parametrize("form", ["latex", "unicode", "text", "sympy", "json"])
@pytest.mark.parametrize("kind", KINDS)
def test_every_format(form, kind):
    shown = nmderive.loss("loss-3").hessian(kind).shown(form)
    assert shown and (form != "json" or json.loads(shown)["kind"] == kind)


def test_the_command(capsys):
    assert cli.main(["derive", "cross-entropy", "--hessian", "--to", "text"]) == 0
    bare = capsys.readouterr().out
    assert cli.main(["derive", "--hessian", "cross-entropy", "--to", "text"]) == 0
    assert capsys.readouterr().out == bare
    assert cli.main(["derive", "cross-entropy", "--hessian", "full", "--to", "text"]) == 0
    assert capsys.readouterr().out == bare and "delta" in bare
    assert cli.main(["derive", "cross-entropy", "--hessian", "half"]) == 2


def test_a_binary_task_has_no_block():
    with pytest.raises(UsageError):
        hessian(load("multi-label"), "row")
    assert load("multi-label").shape == (N,)


def test_the_text_is_read_back():
    text = hessian(load("cross-entropy"), "full").shown("text").splitlines()[0]
    assert "delta" in text and Symbol("n") not in read("sum(i, sum(j, s[i,j]))").expr.free_symbols
