"""Polynomials whose roots are no expressions in radicals."""

import random

import pytest
from sympy import GF, Poly, symbols

from nmderive.checker import check
from nmderive.checker.kinds import radicals
from nmderive.checker.modular import factor_degrees
from nmderive.checker.reject import Reject

PRIMES = [p for p in range(2, 300) if all(p % k for k in range(2, p))]
DEGREE_5 = [-99179645184, 99179645184, -33938530848, 5124321792, -344356893, 8184505]


def poly(terms):
    return [terms.get(k, 0) for k in range(max(terms) + 1)]


def good(f, limit=20):
    found = []
    for p in PRIMES:
        try:
            factor_degrees(f, p)
        except Reject:
            continue
        found.append(p)
    return found[:limit]


def radicals_of(f, primes=None):
    return {"kind": "radicals", "polynomial": [str(c) for c in f], "primes": primes or good(f)}


NOT_SOLVABLE = {
    "degree 5": DEGREE_5,
    "x^5 - x - 1": poly({5: 1, 1: -1, 0: -1}),
    "x^5 + 20 x + 16, group A5": poly({5: 1, 1: 20, 0: 16}),
    "x^6 + x + 1": poly({6: 1, 1: 1, 0: 1}),
    "x^7 - x - 1": poly({7: 1, 1: -1, 0: -1}),
    "x^7 - 7 x + 3, group PSL(2, 7)": poly({7: 1, 1: -7, 0: 3}),
    "x^8 - x - 1": poly({8: 1, 1: -1, 0: -1}),
    "x^9 - x - 1": poly({9: 1, 1: -1, 0: -1}),
    "x^12 - x - 1": poly({12: 1, 1: -1, 0: -1}),
}
REFUSED = {
    "x^5 - 2": poly({5: 1, 0: -2}),
    "x^5 - 5 x + 12, group D5": poly({5: 1, 1: -5, 0: 12}),
    "x^7 - 2": poly({7: 1, 0: -2}),
    "cyclotomic, 7": poly(dict.fromkeys(range(7), 1)),
    "x^6 - 2": poly({6: 1, 0: -2}),
    "x^4 - x - 1": poly({4: 1, 1: -1, 0: -1}),
    "x^9 - 2": poly({9: 1, 0: -2}),
    "x^8 - 2": poly({8: 1, 0: -2}),
    "(x^5 - x - 1)(x - 3)": [3, 2, -1, 0, 0, -3, 1],
    "(x^5 - x - 1)(x^2 + 1)": poly({7: 1, 5: 1, 3: -1, 2: -1, 1: -1, 0: -1}),
    "x^8 + 1": poly({8: 1, 0: 1}),
    "a square": poly({10: 1, 6: -2, 5: -2, 2: 1, 1: 2, 0: 1}),
    "(x^2)^3 + ...": poly({6: 1, 4: 1, 0: 2}),
    "roots of a cubic in x^3": poly({9: 1, 3: -3, 0: 1}),
}


@pytest.mark.parametrize("name", NOT_SOLVABLE)
def test_not_solvable(name):
    result = check(radicals_of(NOT_SOLVABLE[name]))
    assert result.accepted, result.reason
    assert "not solvable" in result.statement


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name):
    primes = good(REFUSED[name], 60)
    for chosen in (primes[:30] or [2], primes[-30:] or [3], primes[:1] or [5]):
        assert not check(radicals_of(REFUSED[name], chosen)).accepted


def test_the_groups_are_named_rightly():
    assert "symmetric" in check(radicals_of(DEGREE_5)).statement
    for name in ("x^5 + 20 x + 16, group A5", "x^7 - 7 x + 3, group PSL(2, 7)"):
        assert "symmetric" not in check(radicals_of(NOT_SOLVABLE[name])).statement
    assert "even" not in check(radicals_of(NOT_SOLVABLE["x^7 - 7 x + 3, group PSL(2, 7)"])).statement


def test_solvable_types_are_never_enough():
    """Types of elements of solvable transitive groups are not taken for more."""
    assert radicals._not_solvable(6, [[1, 1, 4], [2, 2, 2], [6], [3, 3], [1, 1, 2, 2]]) is None
    assert radicals._not_solvable(8, [[1, 7], [2, 2, 2, 2], [1, 1, 3, 3]]) is None
    assert radicals._not_solvable(9, [[1, 8], [3, 3, 3], [1, 2, 6], [1, 1, 1, 3, 3]]) is None
    assert radicals._not_solvable(6, [[1, 1, 2, 2], [1, 1, 1, 3], [1, 1, 1, 1, 2], [6]]) is None
    assert radicals._not_solvable(6, [[1, 5], [6], [1, 1, 4]]) is not None
    assert radicals._not_solvable(7, [[7], [1, 2, 4]]) is not None
    assert radicals._not_solvable(7, [[7], [1, 3, 3], [1, 2, 2, 2], [1, 6]]) is None


def test_factor_degrees_agree_with_sympy():
    rng, x = random.Random(2), symbols("x")
    for _ in range(150):
        p = rng.choice(PRIMES[: rng.choice([3, 10, 40])])
        f = [rng.randint(-20, 20) for _ in range(rng.randint(1, 11))] + [rng.choice([1, -1, 7, 6])]
        try:
            found = factor_degrees(f, p)
        except Reject:
            factors = Poly(f[::-1], x, domain=GF(p)).factor_list()[1]
            assert f[-1] % p == 0 or any(e > 1 for _, e in factors)
            continue
        factors = Poly(f[::-1], x, domain=GF(p)).factor_list()[1]
        assert all(e == 1 for _, e in factors)
        assert found == sorted(g.degree() for g, _ in factors)


@pytest.mark.parametrize("degree", [32, pytest.param(64, marks=pytest.mark.slow)])
def test_a_high_degree_is_accepted(degree):
    rng = random.Random(1)
    f = [rng.randint(-9, 9) for _ in range(degree)] + [1]
    primes = good(f, 12)
    assert check(radicals_of(f, primes)).accepted


@pytest.mark.parametrize(
    "change",
    [
        {"primes": []},
        {"primes": None},
        {"primes": [4]},
        {"primes": [True]},
        {"primes": ["7"]},
        {"primes": [7.0]},
        {"primes": [-7]},
        {"primes": [1]},
        {"primes": [10**9 + 7]},
        {"primes": [5]},
        {"polynomial": []},
        {"polynomial": ["1"]},
        {"polynomial": ["1", "0"]},
        {"polynomial": ["0", "0"]},
        {"polynomial": [-1, -1, 0, 0, 0, 1]},
        {"polynomial": ["1/2", "-1", "0", "0", "0", "1"]},
        {"polynomial": ["1.5", "-1", "0", "0", "0", "1"]},
        {"polynomial": ["1"] * 5000},
        {"polynomial": ["9" * 5000, "1", "1", "0", "0", "1"]},
    ],
)
def test_malformed(change):
    result = check({**radicals_of(NOT_SOLVABLE["x^5 - x - 1"]), **change})
    assert not result.accepted and result.reason
