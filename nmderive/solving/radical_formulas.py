"""Roots of cubics and quartics in radicals: the formula, and its value at given coefficients.

Source: Cardano (cubic), Ferrari (quartic), in the form of Abramowitz and Stegun (1964), sections 3.8.2, 3.8.3.
"""

from __future__ import annotations

import mpmath

CUBIC = (
    r"U = -\frac{1}{3 a_3}\left(a_2 + C + \frac{\Delta_0}{C}\right),\quad "
    r"C = \sqrt[3]{\tfrac12\left(\Delta_1 + \sqrt{\Delta_1^2 - 4\Delta_0^3}\right)},\quad "
    r"\Delta_0 = a_2^2 - 3 a_3 a_1,\quad \Delta_1 = 2a_2^3 - 9 a_3 a_2 a_1 + 27 a_3^2 a_0"
)
QUARTIC = (
    r"U = -\frac{a_3}{4 a_4} \pm_1 Q \pm_2 \tfrac12\sqrt{-4Q^2 - 2p \mp_1 \frac{q}{Q}},\quad "
    r"Q = \tfrac12\sqrt{-\tfrac23 p + \tfrac{1}{3 a_4}\left(C + \frac{\Delta_0}{C}\right)},\quad "
    r"C = \sqrt[3]{\tfrac12\left(\Delta_1 + \sqrt{\Delta_1^2 - 4\Delta_0^3}\right)},\quad "
    r"p = \frac{8a_4a_2 - 3a_3^2}{8a_4^2},\quad q = \frac{a_3^3 - 4a_4a_3a_2 + 8a_4^2a_1}{8a_4^3},\quad "
    r"\Delta_0 = a_2^2 - 3a_3a_1 + 12a_4a_0,\quad "
    r"\Delta_1 = 2a_2^3 - 9a_3a_2a_1 + 27a_3^2a_0 + 27a_4a_1^2 - 72a_4a_2a_0"
)
LINEAR = r"U = -\frac{a_0}{a_1}"
QUADRATIC = r"U = \frac{-a_1 \pm \sqrt{a_1^2 - 4 a_2 a_0}}{2 a_2}"
FORMULAS = {1: LINEAR, 2: QUADRATIC, 3: CUBIC, 4: QUARTIC}


def formula_roots(coefficients: tuple[int, ...]) -> list[mpmath.mpc]:
    """Return the branches' values at 50 digits (coefficients: constant term first, degree at most 4)."""
    with mpmath.workdps(50):
        return _branches(coefficients)


def _branches(coefficients: tuple[int, ...]) -> list[mpmath.mpc]:
    a = [mpmath.mpf(c) for c in coefficients]
    degree = len(a) - 1
    if degree == 1:
        return [mpmath.mpc(-a[0] / a[1])]
    if degree == 2:
        root = mpmath.sqrt(mpmath.mpc(a[1] ** 2 - 4 * a[2] * a[0]))
        return [(-a[1] + sign * root) / (2 * a[2]) for sign in (1, -1)]
    return _cubic(a) if degree == 3 else _quartic(a)


def _cube_root(delta0: mpmath.mpf, delta1: mpmath.mpf) -> mpmath.mpc:
    square = mpmath.sqrt(mpmath.mpc(delta1**2 - 4 * delta0**3))
    value = (delta1 + square) / 2
    if abs(value) == 0:
        value = (delta1 - square) / 2
    return mpmath.root(value, 3) if value != 0 else mpmath.mpc(0)


def _cubic(a: list[mpmath.mpf]) -> list[mpmath.mpc]:
    delta0 = a[2] ** 2 - 3 * a[3] * a[1]
    delta1 = 2 * a[2] ** 3 - 9 * a[3] * a[2] * a[1] + 27 * a[3] ** 2 * a[0]
    c = _cube_root(delta0, delta1)
    if c == 0:
        return [-a[2] / (3 * a[3])] * 3
    unit = mpmath.expjpi(mpmath.mpf(2) / 3)
    return [-(a[2] + unit**k * c + delta0 / (unit**k * c)) / (3 * a[3]) for k in range(3)]


def _quartic(a: list[mpmath.mpf]) -> list[mpmath.mpc]:
    p = (8 * a[4] * a[2] - 3 * a[3] ** 2) / (8 * a[4] ** 2)
    q = (a[3] ** 3 - 4 * a[4] * a[3] * a[2] + 8 * a[4] ** 2 * a[1]) / (8 * a[4] ** 3)
    delta0 = a[2] ** 2 - 3 * a[3] * a[1] + 12 * a[4] * a[0]
    delta1 = (2 * a[2] ** 3 - 9 * a[3] * a[2] * a[1] + 27 * a[3] ** 2 * a[0]
              + 27 * a[4] * a[1] ** 2 - 72 * a[4] * a[2] * a[0])
    base = _cube_root(delta0, delta1)
    unit = mpmath.expjpi(mpmath.mpf(2) / 3)
    branches = (base * unit**k for k in range(3))
    inner = [-2 * p / 3 + (c + delta0 / c) / (3 * a[4]) for c in branches if c != 0]
    # Of the three branches of the cube root any with Q != 0 serves; the largest is the stable one.
    big_q = mpmath.sqrt(max(inner, key=abs)) / 2
    roots = []
    for first in (1, -1):
        under = mpmath.sqrt(-4 * big_q**2 - 2 * p - first * q / big_q)
        roots += [-a[3] / (4 * a[4]) + first * big_q + second * under / 2 for second in (1, -1)]
    return roots
