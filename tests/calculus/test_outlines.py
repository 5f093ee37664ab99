"""A whole power has one base of x and -x, whatever the letters are called."""

import random

import pytest
from sympy import Add, Integer, exp, log

from nmderive.calculus.normal_form import Frame, is_zero, normal_form
from nmderive.calculus.sums import IndexSum
from nmderive.calculus.symbols import M, S, T, index

I, J, K, H = (index(x) for x in "ijkh")
FRAME = Frame({}, {"i": "n", "j": "m", "k": "m", "h": "m"})


def drawn(rng):
    """A sum that may be of either sign, with at least two terms that differ but for their letters."""
    parts = [S[I, J], T[I, K], S[I, K] * T[I, J], exp(S[I, J]), IndexSum(S[I, H], H, M), M,
             log(IndexSum(exp(S[I, H]), H, M)), 1, S[I, J] ** 2]
    return Add(*(rng.choice([1, -1, 2, -3]) * x for x in rng.sample(parts, rng.randint(2, 4))))


@pytest.mark.parametrize("seed", range(40))
def test_the_power_of_the_negative_is_the_same_up_to_its_sign(seed):
    rng = random.Random(seed)
    base, power = drawn(rng), -rng.randint(1, 4)
    other = (-base.expand()) ** power * Integer(-1) ** power
    assert is_zero(normal_form(base**power - other, FRAME))


@pytest.mark.parametrize("seed", range(20))
def test_so_it_is_under_a_sum_with_another_letter(seed):
    rng = random.Random(f"sum {seed}")
    base, power = drawn(rng), -rng.choice([1, 3])
    one = IndexSum(IndexSum(base**power, J, M), K, M)
    own = (-base).xreplace({J: index("a"), K: index("b")}).expand()
    other = -IndexSum(IndexSum(own**power, index("a"), M), index("b"), M)
    assert is_zero(normal_form(one - other, FRAME))


def test_other_powers_are_told_apart():
    base = S[I, J] - 2 * T[I, J]
    assert not is_zero(normal_form(1 / base - 1 / -base, FRAME))
    assert not is_zero(normal_form(1 / base - 1 / (S[I, J] + 2 * T[I, J]), FRAME))
    assert is_zero(normal_form(base**-2 - (-base) ** -2, FRAME))
