"""Products of sums under logarithms multiplied out: the value stays, and no product of sums is left."""

import random

import pytest
from numeric_oracle import value_at
from sympy import Mul, log

from nmderive.calculus.sums import IndexSum
from nmderive.losses.reading import read
from nmderive.structure.multiplied import multiplied

PARTS = ("sum(i, t[i,j]*exp(s[i,k]-s[i,j]))", "sum(i, t[i,k]*exp(s[i,j]/2))", "(1 + sum(i, t[i,j]*exp(-s[i,k])))",
         "2*sum(i, sum(h, h != j, t[i,h]*exp(s[i,h]-s[i,k])))", "m", "t[1,j]")
FRAMES = ("log(1 + sum(j, k != j, {}))", "sum(j, k != j, log(2 + {}))", "sum(j, log(1 + sum(k, k != j, {} + 1)))",
          "log(1 + sum(j, k != j, {})) + sum(j, sum(k, s[1,k]*s[1,j]))")


@pytest.mark.parametrize("seed", range(16))
def test_the_value_stays_and_sums_stand_alone(seed):
    draw = random.Random(f"multiplied {seed}")
    text = draw.choice(FRAMES).format("*".join([PARTS[0], *draw.choices(PARTS, k=draw.randint(1, 2))]))
    loss = read(text)
    found = multiplied(loss.expr)
    for own in found.atoms(log):
        assert not any(sum(isinstance(f, IndexSum) for f in Mul.make_args(x)) > 1 for x in own.atoms(Mul)), text
    for n, m in ((1, 2), (2, 3)):
        a, b = value_at(loss.expr, n, m), value_at(found, n, m)
        assert abs(a - b) <= 1e-30 * (1 + abs(a)), text
