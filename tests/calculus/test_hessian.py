"""Hessians for symbolic n and m: differences of values and of the gradient at fixed sizes, and print."""

import json
import random
from functools import cache
from itertools import product

import mpmath
import numeric_oracle
import pytest
from sympy import Indexed, Symbol, exp
from today import of_today

import nmderive
from nmderive import cli
from nmderive.calculus.in_probabilities import P
from nmderive.calculus.short_form import sigma
from nmderive.calculus.sums import IndexSum
from nmderive.calculus.symbols import M, N, S, index
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
LONG = ("comment-4-11", "comment-4-11-1", "cyclic", "cyclic-1", "cyclic-2", "mutual", "triangles")


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


class At:
    """Values at one point: random logits, labels whose rows sum to one, numbers for letters."""

    def __init__(self, loss, sizes, seed=3):
        draw = random.Random(seed)
        rows, self.s, self.t, self.sizes = {}, {}, {}, sizes
        for e in entries_of(loss, sizes):
            self.s[e] = mpmath.mpf(draw.uniform(-1, 1))
            rows.setdefault(e[:-1] if M in loss.shape else e, []).append((e, draw.uniform(0.2, 1)))
        for row in rows.values():
            total = mpmath.fsum(v for _, v in row) if M in loss.shape else 2
            self.t |= {e: v / total for e, v in row}
        self.letters = {p.name: 0.3 + 0.1 * k for k, p in enumerate(loss.parameters)}
        for entry in loss.arrays:
            self.letters[entry.base.name] = {(k,) * len(entry.indices): 0.5 + k / 7 for k in range(1, 5)}

    def value(self, expr, env=None, moved=()):
        """Return the value, logits moved by ``moved``, pairs of an entry and a number."""
        s = dict(self.s)
        for entry, by in moved:
            s[entry] += by
        return numeric_oracle.evaluate(expr, self.sizes, s, self.t, self.letters, SETS, env)

    def second(self, expr, one, two):
        """Return the second derivative by differences of values with 60 digits: right to some 30."""
        with mpmath.workdps(60):
            step = mpmath.mpf(10) ** -15
            return sum(a * b * self.value(expr, None, [(one, a * step), (two, b * step)])
                       for a in (1, -1) for b in (1, -1)) / (4 * step**2)


SETS = {"Omega_neg": frozenset({1}), "Omega_pos": frozenset({2, 3})}


def places(found, one, two):
    first, second = ([x[k] for x in (found.pair.rows, found.pair.classes) if x is not None] for k in (0, 1))
    return dict([*zip(first, one, strict=True), *zip(second, two, strict=True)])


def compared(name, sizes, kinds=KINDS):
    loss = made(name)
    at = At(loss, sizes)
    known_at = cache(lambda one, two: at.second(loss.expr, one, two))
    for kind in kinds:
        if kind == "row" and M not in loss.shape:
            continue
        found = hessian(loss, kind)
        forms = [plain(form, loss.shape) for form in (found.expr, *found.forms)]
        for one, two in pairs_of_entries(loss, sizes):
            if kind == "diagonal" and one != two or kind == "row" and one[:-1] != two[:-1]:
                continue
            known = known_at(*sorted((one, two)))
            for form in forms:
                own = at.value(form, places(found, one, two))
                assert abs(own - known) < 1e-20 * (1 + abs(known)), (kind, one, two, form)


def pairs_of_entries(loss, sizes):
    """Return pairs of entries of every kind: one and the same, of one row, of one class, of neither."""
    found = {}
    for one, two in product(entries_of(loss, sizes), repeat=2):
        found.setdefault((one[-1], *(x == y for x, y in zip(one, two, strict=True))), (one, two))
    return found.values()


@pytest.mark.parametrize("name", of_today([n for n in (*NAMES, *MORE) if n not in LONG], 12))
def test_small_sizes_against_differences(name):
    loss = made(name)
    compared(name, {"n": 1, "m": max(2, loss.least_sizes.get("m", 2))}, ("row", "diagonal"))


@pytest.mark.parametrize("name", of_today(["cross-entropy", "loss-3", "one-vs-all", "multi-label", *MORE], 4))
def test_full_at_a_small_size_against_differences(name):
    compared(name, {"n": 2, "m": 2}, ("full",))


@pytest.mark.slow
@pytest.mark.parametrize("name", of_today([*NAMES, *MORE], 18))
def test_more_rows_and_classes_against_differences(name):
    least = max(2, made(name).least_sizes.get("m", 2))
    if name in LONG:
        return compared(name, {"n": 1, "m": least})
    compared(name, {"n": 1, "m": 3})
    compared(name, {"n": 2, "m": least})


@pytest.mark.parametrize("name", of_today([*NAMES, *MORE], 12))
def test_differences_of_the_gradient(name):
    loss = made(name)
    sizes = {"n": 2, "m": max(2, loss.least_sizes.get("m", 2))}
    at, found = At(loss, sizes, 5), hessian(loss)
    everywhere = entries_of(loss, sizes)
    step = mpmath.mpf(10) ** -12
    for one, two in ((everywhere[0], everywhere[-1]), (everywhere[0], everywhere[0]), (everywhere[0], everywhere[1])):
        env = dict(zip(loss.indices, one, strict=True))
        up, down = (at.value(loss.gradient, env, [(two, d)]) for d in (step, -step))
        own = at.value(found.expr, places(found, one, two))
        assert abs((up - down) / (2 * step) - own) < 1e-18 * (1 + abs(own)), (one, two)


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
