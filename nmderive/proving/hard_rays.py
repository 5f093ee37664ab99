"""Rays along which a loss with hard labels tends to its infimum though another class wins: what refutes the argmax.

Floating point proposes small whole numbers, or a linear program; the checker decides with exact arithmetic.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np
from sympy import Expr

from nmderive.calculus.symbols import N
from nmderive.checker import check
from nmderive.evidence import Certificate
from nmderive.losses.loss import Loss
from nmderive.notation.ast import to_ast
from nmderive.proving import certificates
from nmderive.proving.log_groups import LogGroup
from nmderive.proving.points import points
from nmderive.proving.slopes import Linear, Setting, Unknown

#: From rows of slopes and the number of classes to a direction along which every row falls, or None.
Rays = Callable[[list[list[float]], int], list[Fraction] | None]


def stated(loss: Loss, form: Expr, sizes: Mapping[str, int]) -> dict[str, Any]:
    """Return what each certificate about hard labels says of the loss and its form."""
    extra = {} if form == loss.expr else {"form": to_ast(form), "simplex": True}
    return {
        "loss": to_ast(loss.expr), "shape": [s.name for s in loss.shape], "sizes": dict(sizes), **extra,
        **certificates.declarations(loss),
    }


def one_hot(loss: Loss, m: int) -> Setting:
    """Return one sample with a hard label at class 1."""
    sizes = {"n": 1, "m": m}
    row: tuple[int, ...] = (1,) if N in loss.shape else ()
    labels = {(*row, j): Fraction(int(j == 1)) for j in range(1, m + 1)}
    point = next(points(loss, sizes, 1))
    return Setting(sizes, labels, point.parameters, {k: v for k, v in point.arrays.items() if k != "t"})


def rays(
    loss: Loss, form: Expr, groups: list[LogGroup], sizes: Mapping[str, int], search: Rays
) -> Iterator[Certificate]:
    """Yield accepted certificates of rays that the search proposes, for one sample with the target class 1."""
    if sizes.get("n", 1) != 1:
        return
    least = loss.least_sizes["m"]
    for m in dict.fromkeys((sizes["m"],) if "m" in sizes else (max(x, least) for x in (3, 2, 4))):
        if m < 2:
            continue
        direction = _ray(loss, groups, m, search)
        if direction is None:
            continue
        mean = sum(direction, Fraction(0)) / m
        for choice in ([x - mean for x in direction], direction):
            certificate = _ray_certificate(loss, form, choice)
            if check(certificate.as_json()).accepted:
                yield certificate


def _ray_certificate(loss: Loss, form: Expr, direction: list[Fraction]) -> Certificate:
    m = len(direction)
    own = {s.name: {"n": 1, "m": m}[s.name] for s in loss.shape}
    row, labels = [str(x) for x in direction], ["1"] + ["0"] * (m - 1)
    two = N in loss.shape
    return Certificate("ray", {
        **stated(loss, form, own), "labels": [labels] if two else labels, "direction": [row] if two else row,
        "target": 1, **({"row": 1} if two else {}),
    })


def _ray(loss: Loss, groups: list[LogGroup], m: int, search: Rays) -> list[Fraction] | None:
    """Return a direction in which every exponent falls though class 2 grows beyond the target, class 1."""
    setting = one_hot(loss, m)
    try:
        rows = [row_of(slopes, m) for slopes in _active(groups, setting)]
    except Unknown:
        return None
    rows.append([1.0, -1.0] + [0.0] * (m - 2))
    return search(rows, m)


def ray_of_program(rows: list[list[float]], m: int) -> list[Fraction] | None:
    """Return the direction that a linear program proposes, along which every row falls."""
    from scipy.optimize import linprog  # slow to import, and most rays are small

    found = linprog(
        np.ones(2 * m), A_ub=np.hstack([rows, -np.array(rows)]), b_ub=-np.ones(len(rows)), method="highs",
    )
    if not found.success:
        return None
    exact = [Fraction(a - b).limit_denominator(1000) for a, b in zip(found.x[:m], found.x[m:], strict=True)]
    return exact


def small_ray(rows: list[list[float]], m: int) -> list[Fraction] | None:
    """Return a direction of small whole numbers along which every row falls, for few classes."""
    if m > 3:
        return None
    for choice in product(range(-3, 4), repeat=m):
        if sum(choice) == 0 and all(sum(a * x for a, x in zip(row, choice, strict=True)) < 0 for row in rows):
            return [Fraction(x) for x in choice]
    return None


def row_of(slopes: Linear, m: int) -> list[float]:
    """Return the slopes by each class of one sample."""
    own = [0.0] * m
    for e, c in slopes.items():
        own[e[-1] - 1] += float(c)
    return own


def _active(groups: list[LogGroup], setting: Setting) -> Iterator[Linear]:
    """Yield the slopes of every exponential that depends on the logits and whose weights are not zero."""
    for group in groups:
        for exponential in group.exponentials:
            for env in setting.instances((*group.outer, *exponential.inner)):
                if all(setting.value(w, env) for w in (*group.weights, *exponential.weights)):
                    slopes = slopes_of(exponential.parts, setting, env)
                    if slopes:
                        yield slopes


def slopes_of(parts: tuple[Any, ...], setting: Setting, env: Mapping[str, int]) -> Linear:
    """Return the slopes of a sum of parts by the logits."""
    return setting.linear(["add", list(parts)], env)[0]


__all__ = ["one_hot", "ray_of_program", "rays", "row_of", "slopes_of", "small_ray", "stated"]
