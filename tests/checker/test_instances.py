"""One f in the place of an undefined function: prover and checker mean the same by it, and by its derivatives."""

from fractions import Fraction

import pytest

import nmderive
from nmderive.calculus.differentiate import differentiate
from nmderive.calculus.symbols import S, index
from nmderive.checker.instances import FUNCTIONS, defined
from nmderive.notation.ast import from_ast, to_ast
from nmderive.proving.composed import with_function
from nmderive.proving.evaluate import BallField, Evaluator, Point

LOSSES = (r"\sum_j \log \left(1 + \sum_i t_{i,j} e^{-f(s_{i,j})}\right)", r"\sum_i \sum_j f(s_{i,j}) \sum_k f(s_{i,k})")
J, K = index("j"), index("k")
POINT = Point({"n": 1, "m": 3}, {(1, 1): Fraction(2), (1, 2): Fraction(3, 5), (1, 3): Fraction(7)},
              {"t": {(1, k): Fraction(k, 6) for k in (1, 2, 3)}})


@pytest.mark.parametrize("number", range(len(FUNCTIONS)), ids=[f.text for f in FUNCTIONS])
@pytest.mark.parametrize("text", LOSSES)
def test_prover_and_checker_put_the_same_function_in_its_place(text, number):
    loss = nmderive.loss(text)
    slope = loss.gradient
    for expr in (loss.expr, slope, differentiate(slope, S[1, K])):
        ours = with_function(expr, FUNCTIONS[number])
        theirs = from_ast(defined(to_ast(expr), number))
        for j in (1, 2, 3):
            at = {index("i"): 1, J: j, K: 2}
            values = [Evaluator(BallField(), POINT).value(e, at) for e in (ours, theirs)]
            assert values[0].overlaps(values[1]) and values[0].rad() < 1e-40
    direct = differentiate(with_function(loss.expr, FUNCTIONS[number]), S[loss.indices])
    for j in (1, 2, 3):
        at = {index("i"): 1, J: j}
        one, two = (Evaluator(BallField(), POINT).value(e, at)
                    for e in (direct, with_function(slope, FUNCTIONS[number])))
        assert one.overlaps(two)
