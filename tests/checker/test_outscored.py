"""With hard labels a row that another class wins costs more than it has to; what need not cost more is refused."""

import json
import random
from itertools import product

import pytest
from today import of_today

from nmderive.checker import check
from nmderive.evidence import Status
from nmderive.losses.catalogue import find
from nmderive.proving.outscored_form import outscored_certificate
from nmderive.verify import judge_one

from .build import add, mul, neg, num, power, s, sub, t, total
from .numeric import Point, value
from .truth import holds

HINGE = r"\max(0, 1+s_{i,k}-s_{i,j})"
MOST = r"\max(0, 1+\max_{k \neq j} s_{i,k}-s_{i,j})"
FORCING = {
    "crammer-singer": rf"\sum_i\sum_j t_{{i,j}} {MOST}",
    "mean": rf"\frac{{1}}{{n}}\sum_i\sum_j t_{{i,j}} {MOST}",
    "weston-watkins": rf"\sum_i\sum_j t_{{i,j}}\sum_{{k \neq j}} {HINGE}",
    "squared": rf"\sum_i\sum_j t_{{i,j}}\sum_{{k \neq j}} {HINGE}^2",
    "pairs": rf"\sum_i\sum_j\sum_k t_{{i,j}}(1-t_{{i,k}}) {HINGE}",
    "each": r"\sum_i\sum_j (t_{i,j}\max(0, 1-s_{i,j}) + (1-t_{i,j})\max(0, 1+s_{i,j}))",
    "one sample": r"\sum_j t_{j}\sum_{k \neq j}\max(0, 1+s_{k}-s_{j})",
    "margin": r"\sum_i\sum_j t_{i,j}\sum_{k \neq j}\max(0, d+s_{i,k}-s_{i,j})",
    "weights": r"\sum_i\sum_j w_{i} t_{i,j}\sum_{k \neq j}\max(0, 1+s_{i,k}-s_{i,j})",
}
#: Losses whose infimum is reached where another class has the same logit, or a larger one.
NOT_FORCING = {
    "no margin": r"\sum_i\sum_j t_{i,j}\sum_{k \neq j}\max(0, s_{i,k}-s_{i,j})",
    "perceptron": r"\sum_i\sum_j t_{i,j}\max(0, \max_{k \neq j} s_{i,k}-s_{i,j})",
    "wrong way": r"\sum_i\sum_j t_{i,j}\sum_{k \neq j}\max(0, 1-s_{i,k}+s_{i,j})",
    "wrong margin": r"\sum_i\sum_j t_{i,j}\sum_{k \neq j}\max(0, s_{i,k}-s_{i,j}-1)",
    "least": r"\sum_i\sum_j t_{i,j}\max(0, 1+\min_{k \neq j} s_{i,k}-s_{i,j})",
    "margin may be 0": r"\sum_i\sum_j t_{i,j}\sum_{k \neq j}\max(0, d+s_{i,k}-s_{i,j})",
    "weight may be 0": r"\sum_i\sum_j w_{i} t_{i,j}\sum_{k \neq j}\max(0, 1+s_{i,k}-s_{i,j})",
    "only class 1": r"\sum_i\sum_j t_{i,j}\max(0, 1+s_{i,1}-s_{i,j})",
    "of all rows": r"\max(0, 1-\sum_i\sum_j t_{i,j}s_{i,j})",
    "not bounded": r"\sum_i\sum_j t_{i,j}\left(\sum_{k \neq j}\max(0, 1+s_{i,k}-s_{i,j})+s_{i,j}\right)",
    "bounded hinge": r"\sum_i\sum_j t_{i,j}\sum_{k \neq j}\min(0, 1+s_{i,k}-s_{i,j})",
}
LETS = {"margin": ["d>0"], "weights": ["w_i>0"], "margin may be 0": ["d>=0"], "weight may be 0": ["w_i>=0"]}


def certificate(latex, lets=(), sizes=None):
    found = outscored_certificate(find(latex, list(lets), None), sizes or {})
    return None if found is None else json.loads(json.dumps(found.as_json()))


@pytest.mark.parametrize("name", FORCING)
def test_hinges_force_the_argmax(name):
    found = certificate(FORCING[name], LETS.get(name, ()))
    assert check(found).accepted and all(holds(found, seed) for seed in range(8))


def test_the_claim_is_proved_for_two_classes_and_more():
    verdict = judge_one(find("crammer-singer", [], None), "hard-label-argmax", {}, 600)
    assert verdict.status is Status.PROVED and "m >= 2" in verdict.conditions


@pytest.mark.parametrize("name", NOT_FORCING)
def test_what_another_class_may_win_is_refused(name):
    assert certificate(NOT_FORCING[name], LETS.get(name, ())) is None


def test_fixed_sizes_are_those_of_the_statement():
    found = certificate(FORCING["weston-watkins"], sizes={"m": 3})
    assert "m = 3" in check(found).statement
    assert certificate(FORCING["crammer-singer"], sizes={"n": 1, "m": 2}) is not None


HINGES = FORCING["weston-watkins"]


@pytest.mark.parametrize("change", [
    {"bound": num(2)}, {"bound": num(0)}, {"at": [num(0), num(0)]}, {"at": [num(1), num(1)]}, {"at": [num(1)]},
    {"floor": num(1)}, {"row": num(0)}, {"form": num(0)}, {"above_floor": num(0)}, {"shape": ["n"]},
    {"at": [s("i", "k"), num(0)]}, {"bound": ["sym", "x"]}, {"parameters": {"x": "positive"}}, {"sizes": {"m": 1}},
    {"arrays": {"t": "positive"}},
])
def test_other_statements_are_refused(change):
    assert not check({**certificate(HINGES), **change}).accepted


def hinge(u):
    """max(0, u)."""
    return mul(num("1/2"), add(u, power(power(u, 2), num("1/2"))))


def stated(row, form, bound, above_bound, at):
    return {
        "kind": "outscored", "shape": ["n", "m"], "loss": total("i", "n", row), "row": row, "form": form,
        "floor": num(0), "above_floor": form, "bound": bound, "above_bound": above_bound, "at": at,
    }


def test_the_target_is_not_among_the_others():
    """A sum over all classes has the target's logit in it, which is another number where x is put in."""
    row = total("j", "m", mul(t("i", "j"), hinge(sub(1, s("i", "j")))))
    gap = mul(num("1/2"), add(power(power(sub(1, s("i", "k")), 2), num("1/2")), neg(sub(1, s("i", "k")))))
    everywhere = add(hinge(sub(1, s("i", "y"))), total("h", "m", mul(0, s("i", "h"))))
    assert not check(stated(row, everywhere, num(1), gap, [num(1), num(0)])).accepted
    assert "another than the target" in check(stated(row, everywhere, num(1), gap, [num(1), num(0)])).reason


def test_named_classes_and_orders_are_refused():
    """y and k stand in for all classes: a class by its number might be one of them."""
    for index, condition in (("h", ("ne", "h", 1)), ("h", ("lt", "h", "y"))):
        row = total("j", "m", mul(t("i", "j"), hinge(sub(1, s("i", "j")))))
        form = add(hinge(sub(1, s("i", "y"))), total(index, "m", mul(0, s("i", index)), condition))
        assert not check(stated(row, form, num(1), form, [num(1), num(0)])).accepted
    row = total("j", "m", mul(t("i", "j"), hinge(sub(1, s("i", 1)))))
    assert not check(stated(row, hinge(sub(1, s("i", 1))), num(1), num(0), [num(1), num(0)])).accepted


def test_rows_have_nothing_of_each_other():
    row = total("h", "n", total("j", "m", mul(t("h", "j"), hinge(sub(1, s("h", "j"))))))
    assert "row" in check(stated(row, row, num(1), row, [num(1), num(0)])).reason


def random_loss(rng):
    """Return a sum of hinges of random margins, signs and powers, most of them for the target."""
    def hinge_of(u):
        return rf"\max(0, {rng.choice(['-1', '0', '1', '1', '2', '1/2'])}{u}){rng.choice(['', '', '^2'])}"

    def signed(letter, usual):
        return rng.choice([usual, usual, usual, "+", "-"]) + rng.choice(["", "", "", "2"]) + letter

    def part():
        other, own = signed("s_{i,k}", "+"), signed("s_{i,j}", "-")
        most = rng.choice(["+", "+", "+2"]) + r"\max_{k \neq j} s_{i,k}"
        return rng.choice([
            rf"t_{{i,j}}\sum_{{k \neq j}}{hinge_of(other + own)}", rf"t_{{i,j}}{hinge_of(most + own)}",
            rf"t_{{i,j}}{hinge_of(own)}", rf"(1-t_{{i,j}}){hinge_of(signed('s_{i,j}', '+'))}",
            rf"t_{{i,j}}\sum_{{k \neq j}}|{other[1:]}{own}|", rf"\sum_k t_{{i,j}}(1-t_{{i,k}}){hinge_of(other + own)}",
        ])
    parts = [rng.choice(["", "2", "3"]) + part() for _ in range(rng.choice([1, 1, 2, 3]))]
    return rf"\sum_i\sum_j\left({'+'.join(parts)}\right)"


def least_values(data, m):
    """Return the least value of one row on a grid, and that where another class reaches the target, class 1."""
    point = Point(random.Random(0), {**data, "sizes": {"n": 1, "m": m}})
    steps = [k / 2 for k in range(-6, 7)] if m == 2 else list(range(-3, 4))
    every, others = [], []
    for logits in product(steps, repeat=m):
        for j, x in enumerate(logits, 1):
            point.entries["s", (1, j)], point.entries["t", (1, j)] = float(x), float(j == 1)
        every.append(value(data["loss"], {}, point).real)
        if max(logits[1:]) >= logits[0]:
            others.append(every[-1])
    return min(every), min(others)


@pytest.mark.slow
@pytest.mark.parametrize("seed", of_today(range(6), 6))
def test_nothing_false_is_certified(seed):
    rng = random.Random(f"hinges {seed}")
    for _ in range(15):
        found = certificate(random_loss(rng))
        if found is not None:
            assert all(holds(found, k) for k in range(6)), found["loss"]
            assert all(a < b - 1e-9 for a, b in (least_values(found, m) for m in (2, 3))), found["loss"]
