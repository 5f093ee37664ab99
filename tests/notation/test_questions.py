"""The formulas of public questions are read to what their askers mean, by value at random points."""

import numpy as np
import pytest
from sympy import Indexed, Symbol

from nmderive.errors import NmderiveError

from .evaluate import World, evaluate
from .invented import lse, lsig, lsm, number, numbers, sig, sm
from .questions import asked, sides

#: How many of the formulas are read right; a lower bound that only rises.
RIGHT = 44
CHANCE = np.random.default_rng(20261126)
S, S3 = CHANCE.normal(size=4), CHANCE.normal(size=(3, 4))
SQUARE = CHANCE.normal(size=(4, 4))
U, U3 = CHANCE.dirichlet(np.ones(4)), CHANCE.dirichlet(np.ones(4), size=3)
HARD, HARD3 = np.eye(4)[2], np.eye(4)[[1, 3, 0]]
B, BT = CHANCE.normal(size=3), CHANCE.uniform(0.1, 0.9, 3)
g, a, b, c, T = map(number, ("g", "a", "b", "c", "T"))
w, z, r = numbers("w", 4), numbers("z", 4), numbers("r", 3)


def focal():
    return -np.sum(a * BT * sig(-B) ** g * lsig(B) + (1 - a) * (1 - BT) * sig(B) ** g * lsig(-B))


def weighted(t):
    return -np.sum(t * numbers("a", 4) * (1 - sm(S3)) ** g * lsm(S3))


def clip(s):
    return -np.trace(lsm(s))


def others(s, t):
    """Cross-entropy with a denominator of the other classes only."""
    rest = np.log(np.sum(np.exp(s), -1, keepdims=True) - np.exp(s))
    return -np.sum(t * (s - rest))


def tversky(a, b):
    p = sig(B)
    return np.sum(BT * p) / (np.sum(BT * p) + a * np.sum((1 - BT) * p) + b * np.sum(BT * (1 - p)))


def dice():
    return 2 * np.sum(BT * sig(B)) / (BT.sum() + sig(B).sum())


def preference():
    k = 20
    return np.sum(sig(-k * B) * np.logaddexp(0, -B) + sig(k * B) * np.exp(-B))


def distilled():
    q, p = sm(z / T), sm(S / T)
    return T**2 * np.sum(q * np.log(q / p))


def bce():
    return -np.sum(BT * lsig(B) + (1 - BT) * lsig(-B))


def margin(x, c):
    return -np.sum((1 - c) * lsig(x) + c * lsig(-x))


def mixed(k):
    return k * U + 0.1 / 4


P = sm(S)
MEMBERS = np.array([True, False, True, False])
SMOOTH = -np.sum(((1 - c) * U + c / 3 * (1 - U)) * lsm(S))
BINARY_SIDES = ((1 - BT * sig(B) - (1 - BT) * sig(-B))[0] ** g, np.exp(-g * BT * B - g * np.logaddexp(0, -B))[0])
SOFT3 = (S3, U3)
#: By the number of the formula: logits, labels, and the value of each side.
MEANT = {
    0: (B, BT, BINARY_SIDES), 1: (B, BT, BINARY_SIDES),
    2: (B, BT, (lsig(-B)[0], lsig(B)[0] - B[0])), 3: (B, BT, (lsig(-B)[0], lsig(1 - B)[0])),
    4: (S, U, (SMOOTH, -np.sum(((1 - c * 4 / 3) * U + c / 3) * lsm(S)))),
    5: (S, U, (SMOOTH, -np.sum(((1 - c) * U + c / 4) * lsm(S)))),
    6: (*SOFT3, (np.exp((S3[0, 0] - c) / T), np.exp(S3[0, 0] / T - c))),
    7: (*SOFT3, (np.exp((S3[0, 0] - c) / T), np.exp(S3[0, 0] / T - c / T))),
    8: (B, BT, (tversky(a, b), tversky(b, a))), 9: (B, BT, (tversky(0.5, 0.5), dice())),
    10: (S, U, (lse(S), lse(S))), 11: (S, U, (lse(S), lse(S))), 12: (S, HARD, (lse(S) - S @ HARD,)),
    13: (B, BT, (focal(),)), 14: (B, BT, (focal(),)),
    15: (S3, HARD3, (weighted(HARD3),)), 16: (*SOFT3, (weighted(U3),)),
    17: (SQUARE, np.eye(4), ((clip(SQUARE) + clip(SQUARE.T)) / 8,)),
    18: (SQUARE, np.eye(4), (clip(SQUARE), clip(SQUARE.T))),
    19: (S, U, (distilled(),)), 20: (S, U, (distilled(),)),
    21: (S, U, (np.sum((U - P) ** 2) / 2,)), 22: (S, U, (-np.sum(U * lsm(S)),)),
    23: (S, U, ((P * (P - U - np.sum(P * (P - U))))[0], (P - U)[0])),
    24: (B, BT, (np.prod(B),)), 25: (*SOFT3, (np.sum(np.prod(S3, 1)),)),
    26: (S, U, (-np.mean(lsm(S)[MEMBERS]) + np.log(np.mean(P[MEMBERS])),)),
    27: (*SOFT3, (np.sum(np.log(np.sum(U3 * sm(S3), 1))) - np.sum(U3 * lsm(S3)),)),
    28: (B, BT, (np.sum(np.logaddexp(0, B)),)), 29: (S, U, (-np.sum(mixed(0.9) * lsm(S)),)),
    30: (*SOFT3, (-np.sum(w * (0.9 * U3 + 0.1 / 4) * lsm(S3)),)),
    31: (B, BT, (margin(number("beta") * B, 0.1),)),
    32: (S3, U3, (margin(b * (S3[:, 0] - S3[:, 1] - r), c),)),
    33: (B, BT, (1 - dice(),)), 34: (B, BT, (1 - dice(),)), 35: (B, BT, (bce(),)), 36: (B, BT, (bce(),)),
    37: (S, HARD, (others(S, HARD), -np.sum(HARD * lsm(S)))), 38: (S3, HARD3, (others(S3, HARD3),)),
    39: (*SOFT3, (others(*SOFT3),)), 40: (S, HARD, (-np.sum(HARD * lsm(-S)),)), 41: (S, U, (-np.sum(U * lsm(-S)),)),
    42: (S3, HARD3, (-np.sum(HARD3 * lsm(sm(S3))),)), 43: (*SOFT3, (-np.sum(U3 * lsm(sm(S3))),)),
    44: (B, BT, (preference(),)),
}


def outcome(number_):
    """Return "right", "wrong" or "refused"."""
    s, t, values = MEANT[number_]
    found = sides(*asked()[number_])
    if isinstance(found, NmderiveError):
        return "refused"
    arrays = {str(e.base.label) for side in found for e in side.atoms(Indexed)} - {"s", "t"}
    numbers_ = {str(x) for side in found for x in side.atoms(Symbol)} - arrays - {"s", "t"}
    named = {x: {"w": w, "z": z, "r": r, "a": numbers("a", 4)}[x] for x in arrays} | {x: number(x) for x in numbers_}
    n, m = s.shape if s.ndim == 2 else (s.size, s.size)
    world = World(n, m, s, t, {"i": 1, "j": 1}, named, {"P": {1, 3}})
    got = [evaluate(side, world) for side in found]
    return "right" if len(got) == len(values) and np.allclose(got, values, rtol=1e-9) else "wrong"


def test_every_formula_has_its_meaning_here():
    assert len(asked()) == len(MEANT)


@pytest.mark.parametrize("number_", MEANT)
def test_a_question_is_read_right_or_refused(number_):
    assert outcome(number_) != "wrong", asked()[number_]


def test_totals():
    assert sum(outcome(k) == "right" for k in MEANT) >= RIGHT
