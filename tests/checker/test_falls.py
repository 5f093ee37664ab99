"""Falls to minus infinity: the growth that the checker follows is that of the values, what does not fall is refused."""

import random
import re

import mpmath
import pytest
from sympy import Rational

from nmderive.calculus.specialise import entry_symbol, specialise
from nmderive.calculus.symbols import S, T
from nmderive.checker import check
from nmderive.losses.catalogue import find, load
from nmderive.proving.along import another_wins, anywhere
from nmderive.proving.falls import falling

FALL = [
    r"\sum_{i,j}t_{i,j}\log p_{i,j}", r"-\sum_{i,j}t_{i,j}\log\frac{e^{s_{i,j}}}{\sum_{k\neq j}e^{s_{i,k}}}",
    r"-\sum_{i,j}t_{i,j}s_{i,j}", r"\sum_j t_{1,j}\log(p_{1,j}+e^{s_{1,j}})",
    r"\sum_{i,j}(\log p_{i,j}+p_{i,j}\log p_{i,j})", r"-\log(1+\sum_{i,j}t_{i,j}e^{s_{i,j}})",
]
STAY = [
    "cross-entropy", "brier", "loss-1", "loss-3", "pairwise", "focal", r"\sum_{i,j}t_{i,j}p_{i,j}\log p_{i,j}",
    r"\sum_{i,j}(s_{i,j}^2-3s_{i,j})", r"-\sum_{i,j}p_{i,j}^2",
]


def read(text):
    return find(text, (), None)


def value(loss, data, scale):
    """The loss at r times the direction, with 60 digits."""
    sizes = data["sizes"]
    plain = specialise(loss.expr, sizes)
    rows = {(i, j): (i - 1, j - 1) for i in range(1, sizes["n"] + 1) for j in range(1, sizes["m"] + 1)}
    at = {entry_symbol(S[e]): scale * Rational(data["direction"][a][b]) for e, (a, b) in rows.items()}
    at |= {entry_symbol(T[e]): Rational(data["point"]["t"][a][b]) for e, (a, b) in rows.items()}
    return mpmath.mpmathify(plain.xreplace(at).evalf(60))


@pytest.mark.parametrize("text", FALL)
@pytest.mark.parametrize("hard", [True, False], ids=["hard", "soft"])
def test_what_falls_falls_like_its_values(text, hard):
    loss = read(text)
    for fall in falling(loss, {}, hard, another_wins if hard else anywhere):
        near, far = (value(loss, fall.data, r) for r in (200, 400))
        slope = (far - near) / 200
        assert slope < 0
        rate = re.search(r" is (\S+) r plus", check(fall.as_json()).statement).group(1)
        assert abs(slope - mpmath.mpmathify(Rational(rate))) < 1e-6
        break
    else:
        assert hard, text  # with hard labels the target may gain most wherever it falls


@pytest.mark.parametrize("text", STAY)
def test_what_is_bounded_below_has_no_fall(text):
    loss = load(text) if "\\" not in text else read(text)
    assert not list(falling(loss, {}, False, anywhere)) and not list(falling(loss, {}, True, another_wins))


def test_edits_are_refused():
    fall = next(falling(read(FALL[0]), {}, True, another_wins)).as_json()
    assert check(fall).accepted
    away = [[str(-int(x)) for x in row] for row in fall["direction"]]
    edits = [
        {"direction": away}, {"direction": [["0"] * len(row) for row in fall["direction"]]}, {"direction": [["1"]]},
        {"point": {**fall["point"], "t": [["2", "-1"]]}}, {"sizes": {"n": 1}}, {"direction": None}, {"point": {}},
    ]
    for edit in edits:
        assert not check({**fall, **edit}).accepted, edit


@pytest.mark.slow
def test_random_directions_are_never_accepted_against_the_values():
    rng = random.Random("falls")
    for text in [*FALL, r"\sum_{i,j}t_{i,j}\log(1+e^{s_{i,j}})-\sum_{i,j}s_{i,j}"]:
        loss = read(text)
        base = next(falling(loss, {}, False, anywhere)).as_json()
        for _ in range(25):
            direction = [[str(rng.randint(-3, 3)) for _ in row] for row in base["direction"]]
            edited = {**base, "direction": direction}
            falls = value(loss, edited, 400) < value(loss, edited, 200) - 1
            assert check(edited).accepted <= falls, (text, direction)
