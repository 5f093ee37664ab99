"""With hard labels a loss rises, or falls, with the odds against the target; what does neither is refused."""

import random

import pytest
from today import of_today

from nmderive.checker import check
from nmderive.evidence import Status
from nmderive.losses.catalogue import find
from nmderive.proving.odds_form import AGAINST, TOWARDS, odds_certificate
from nmderive.verify import judge_one

from .build import add, at, exp, log, mul, num, power, s, sub, t, total
from .truth import holds

TARGET = r"\sum_j t_{i,j}p_{i,j}"
RISING = [
    rf"-\log\sum_i {TARGET}", rf"\left(\sum_i(1-{TARGET})\right)^2", r"\sum_i\sqrt{\sum_j(t_{i,j}-p_{i,j})^2}",
    r"\log\left(1+\sum_{i,j}(t_{i,j}-p_{i,j})^2\right)", rf"\sum_i e^{{-{TARGET}}}", r"\sum_{i,j}|t_{i,j}-p_{i,j}|",
    r"-\sum_i\log\frac{\sum_j t_{i,j}e^{p_{i,j}}}{\sum_k e^{p_{i,k}}}", r"-\log\sum_i\sum_j w_j t_{i,j}p_{i,j}",
    rf"1-\frac{{2\sum_i {TARGET}}}{{\sum_{{i,j}}(t_{{i,j}}+p_{{i,j}})}}",
    rf"\sum_i\left(1-\frac{{2{TARGET}}}{{\sum_j t_{{i,j}}^2+\sum_j p_{{i,j}}^2}}\right)",
]
FALLING = [
    rf"-\log\left(1+\sum_i\left(1-{TARGET}\right)\right)", rf"\log\sum_i {TARGET}", rf"\left(\sum_i {TARGET}\right)^3",
]
NEITHER = [
    rf"\prod_i\left(1-{TARGET}\right)",  # one right row makes it least, whatever the others do
    rf"\left(\sum_i\left({TARGET}-\frac12\right)\right)^2", rf"\sum_i({TARGET})(1-{TARGET})",
    r"\sum_{i,j}(1-t_{i,j})p_{i,1}", rf"\sum_i {TARGET}\sum_j j p_{{i,j}}",
]


def certificate(latex):
    found = odds_certificate(find(latex, ["w_j>0"] if "w_j" in latex else [], None), {})
    return None if found is None else found.as_json()


@pytest.mark.parametrize("latex", of_today(RISING, 4))
def test_a_loss_that_rises_with_the_odds_forces_the_argmax(latex):
    found = certificate(latex)
    assert found["property"] == TOWARDS and all(holds(found, seed) for seed in range(5))
    assert not check({**found, "property": AGAINST}).accepted


@pytest.mark.parametrize("latex", FALLING)
def test_a_loss_that_falls_with_the_odds_lets_others_win(latex):
    found = certificate(latex)
    assert found["property"] == AGAINST and all(holds(found, seed) for seed in range(5))
    assert not check({**found, "property": TOWARDS}).accepted
    verdict = judge_one(find(latex, [], None), "hard-label-argmax", {}, 600)
    assert verdict.status is Status.REFUTED and verdict.scope == "at n=1, m=2"


@pytest.mark.parametrize("latex", NEITHER)
def test_what_does_neither_is_refused(latex):
    assert certificate(latex) is None


def test_sums_over_rows_are_split_at_the_row_whose_odds_rise():
    """A derivative that leaves out the row in an unsplit sum says nothing."""
    found = certificate(rf"-\log\sum_i {TARGET}")
    whole = ["sum", "i", "n", [], ["pow", ["add", [["num", "1"], ["at", "x", ["i"]]]], ["num", "-1"]]]
    unsplit = {**found, "in_odds": ["mul", [["num", "-1"], ["log", whole]]]}
    unsplit.pop("slope")
    assert "split" in check(unsplit).reason


POWERS = (1, 2, "1/2", 3)


def random_loss(rng):
    """Return a function of the targets' probabilities and of sums of squares, rising, falling or neither."""
    def row():
        return rng.choice([
            rf"(1-{TARGET})", rf"{TARGET}", r"\sum_j p_{i,j}^2", r"\sum_j(t_{i,j}-p_{i,j})^2", rf"e^{{-{TARGET}}}",
            rf"e^{{{TARGET}}}", r"\sum_j t_{i,j}\log(1+p_{i,j})", r"\sum_j(1-t_{i,j})p_{i,j}^2",
        ])
    sign, power = rng.choice(["", "-"]), rng.choice(POWERS)
    body = rf"\sum_i\left({row()}{rng.choice('+-')}{rng.choice(['', '2', '3'])}{row()}\right)"
    return sign + rng.choice([body, rf"\log\left(9+9n+{body}\right)", rf"\left(9n+{body}\right)^{{{power}}}"])


@pytest.mark.slow
def test_nothing_false_is_certified():
    rng = random.Random(repr(of_today(range(10**6), 1)))
    found = [c for c in (certificate(random_loss(rng)) for _ in range(12)) if c is not None]
    assert all(holds(c, seed) for c in found for seed in range(8))


def wavy(x):
    """x - 2 x^2 + x^3/3, which falls below its value at 0, its slope being 1 + y, y = x^2 - 4 x."""
    return add(x, mul(num("-2"), power(x, 2)), mul(num("1/3"), power(x, 3)))


def test_a_stated_slope_is_worth_its_sign_only_where_it_is_defined():
    """1 + (y^(1/2))^2 is 1 + y as a normal form, at least one as it is written, and nothing where y is negative."""
    odds, own = add(total("k", "m", exp(sub(s("i", "k"), s("i", "j")))), num("-1")), at("x", "r")
    inverse = add(power(at("p", "i", "j"), -1), num("-1"))

    def whole(x):
        return total("i", "n", total("j", "m", mul(t("i", "j"), wavy(x))))

    y = add(power(own, 2), mul(num("-4"), own))
    data = {
        "kind": "odds", "shape": ["n", "m"], "simplex": True, "property": TOWARDS, "loss": whole(odds),
        "in_p": whole(inverse), "in_odds": add(wavy(own), total("i", "n", wavy(at("x", "i")), ["ne", "i", "r"])),
    }
    for slope in (add(1, power(power(y, "1/2"), 2)), add(1, exp(log(y))), add(1, y)):
        assert not check({**data, "slope": slope}).accepted
    assert "allow" in check({**data, "slope": add(1, power(power(y, "1/2"), 2))}).reason
    body = mul(t("i", "j"), wavy(inverse))
    simplex = {
        "kind": "simplex", "shape": ["n", "m"], "property": "forces-argmax", "loss": whole(odds), "body": body,
        "rest": num(0), "simplex": True,
    }
    x = at("x", "i", "j")
    y = add(power(x, 2), mul(num("-4"), x))
    assert not check({**simplex, "slopes": [add(1, power(power(y, "1/2"), 2)), num(0)]}).accepted


def test_a_refutation_names_sizes_at_which_the_formula_speaks():
    loss = find(r"w_3 \sum_i\sum_j t_{i,j}p_{i,j}", ["w_j>0"], None)
    verdict = judge_one(loss, "hard-label-argmax", {}, 600)
    assert verdict.status is not Status.REFUTED or "m=3" in verdict.scope


def test_labels_that_are_declared_positive_are_not_hard():
    """From labels that are positive for every class and 0 for all but one anything would follow."""
    found = certificate(rf"\sum_i t_{{i,1}}(1-{TARGET})")
    assert found is None
    own = certificate(RISING[0])
    same = {"kind": "identity", "left": own["loss"], "right": own["loss"], "labels": "hard", "shape": ["n", "m"]}
    for kind in (own, same):
        assert check(kind).accepted and not check({**kind, "arrays": {"t": "positive"}}).accepted
