"""Strict convexity up to row shifts: which directions leave a convex loss of the log-sum-exp family flat.

Along a direction d, ``log(c + sum of weight * exp(affine))`` with positive weights is flat only if all
exponents that it holds change alike, and not at all where c > 0; a sum of exponentials outside of a logarithm, and
the square of an affine function, are flat only if none changes. So the flat directions solve linear
equations, one for every instance of an exponent's template. It is shown, for all n and m, that these
equations force ``d[i, j] = d[i, k]``: a combination of instances equals ``d[i, j] - d[i, k]`` for j != k.
Labels are taken to be positive, and less than one where a weight such as 1 - t needs it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import Any

from sympy import Matrix, Ne, Rational, Symbol
from sympy.logic.boolalg import Boolean, false, true

from nmderive.calculus.normal_form import Frame, Poly, normal_form
from nmderive.calculus.normal_form.algebra import add as poly_add
from nmderive.calculus.normal_form.algebra import scale
from nmderive.calculus.symbols import M, N, index
from nmderive.losses.loss import Loss
from nmderive.proving.flat_groups import D, Group, NotOfTheFamily, Template, groups_of


@dataclass(frozen=True)
class Instance:
    """A template (or a difference of two of one group) at actual indices: an equation on d."""

    group: int
    parts: tuple[tuple[int, Mapping[str, str]], ...]
    poly: Poly


@dataclass(frozen=True)
class Rigidity:
    """A combination of instances that equals ``factor * (d[i,j] - d[i,k])`` (or ``factor * d[i]``)."""

    groups: tuple[Group, ...]
    combination: tuple[tuple[Fraction, Instance], ...]
    factor: Poly


def rigidity(loss: Loss) -> Rigidity | None:
    """Return the proof that only row shifts leave the loss flat, None where none is found."""
    try:
        groups = groups_of(loss)
    except NotOfTheFamily:
        return None
    return _combined(loss, groups)


def _combined(loss: Loss, groups: tuple[Group, ...]) -> Rigidity | None:
    frame = Frame({}, {"i": "n", "j": "m", "k": "m"})
    instances = list(_instances(loss, groups, frame))
    if not instances:
        return None
    i, j, k = index("i"), index("j"), index("k")
    row = loss.indices[:-1]
    goal_expr = D[(*row, j)] - D[(*row, k)] if M in loss.shape else D[i]
    goal = normal_form(goal_expr, frame)
    for factor in _factors(instances):
        target = _times(goal, factor)
        solution = _solve([x.poly for x in instances], target)
        if solution is not None:
            chosen = tuple((c, x) for c, x in zip(solution, instances, strict=True) if c)
            return Rigidity(groups, chosen, factor)
    return None


def _instances(loss: Loss, groups: tuple[Group, ...], frame: Frame) -> Iterator[Instance]:
    """Yield equations on d: anchored templates alone, others as differences within one logarithm."""
    seen: set[str] = set()
    for number, group in enumerate(groups):
        for parts, poly in _equations(loss, group, frame):
            if poly.terms and poly.key not in seen:
                seen.add(poly.key)
                yield Instance(number, parts, poly)


_Parts = tuple[tuple[int, Mapping[str, str]], ...]


def _equations(loss: Loss, group: Group, frame: Frame) -> Iterator[tuple[_Parts, Poly]]:
    placed = [
        (position, rule, normal_form(template.form.xreplace(rule), frame))
        for position, template in enumerate(group.templates) for rule in _placements(template)
    ]
    for position, rule, poly in placed:
        if group.anchored:
            yield ((position, _named(rule)),), poly
    if group.anchored:
        return
    for a, b in product(placed, placed):
        if _same_outer(group, a, b):
            yield ((a[0], _named(a[1])), (b[0], _named(b[1]))), poly_add(a[2], scale(b[2], -1))


def _same_outer(group: Group, a: tuple[int, Any, Poly], b: tuple[int, Any, Poly]) -> bool:
    outer = group.templates[a[0]].binders[: group.outer]
    return all(a[1][binder.letter] == b[1][binder.letter] for binder in outer)


def _placements(template: Template) -> Iterator[dict[Symbol, Symbol]]:
    """Yield the ways to put i for rows and j, k for classes that all conditions allow for j != k."""
    choices = [(index("i"),) if b.size == N else (index("j"), index("k")) for b in template.binders]
    letters = [b.letter for b in template.binders]
    for values in product(*choices):
        rule = dict(zip(letters, values, strict=True))
        if all(_allowed(c.xreplace(rule)) for b in template.binders for c in b.conditions):
            yield rule


def _allowed(condition: Boolean) -> bool:
    if condition in (true, false):
        return bool(condition == true)
    return isinstance(condition, Ne) and set(condition.args) == {index("j"), index("k")}


def _named(rule: Mapping[Symbol, Symbol]) -> dict[str, str]:
    return {a.name: b.name for a, b in rule.items()}


def _factors(instances: list[Instance]) -> list[Poly]:
    """Return the positive monomials (sizes, parameters) that multiply entries of d in the instances."""
    found = {}
    for instance in instances:
        for mono, _ in instance.poly.terms:
            rest = tuple((a, e) for a, e in mono.factors if a.kind != "a" and a.positive and not a.labels)
            poly = Poly({type(mono)((), rest): Fraction(1)})
            found[poly.key] = poly
    return sorted(found.values(), key=lambda p: len(p.key))


def _times(poly: Poly, factor: Poly) -> Poly:
    from nmderive.calculus.normal_form.algebra import multiply

    return multiply(poly, factor)


def _solve(vectors: list[Poly], target: Poly) -> list[Fraction] | None:
    """Return rational coefficients with sum of coefficient * vector = target, None where there are none."""
    basis = sorted({m for v in [*vectors, target] for m, _ in v.terms}, key=lambda m: m.key)
    rows = [[_coefficient(v, mono) for v in vectors] for mono in basis]
    right = [[_coefficient(target, mono)] for mono in basis]
    matrix = Matrix(rows).row_join(Matrix(right))
    reduced, pivots = matrix.rref()
    if len(vectors) in pivots:
        return None
    solution = [Fraction(0)] * len(vectors)
    for row, pivot in enumerate(pivots):
        value = reduced[row, len(vectors)]
        solution[pivot] = Fraction(int(value.p), int(value.q))
    return solution


def _coefficient(poly: Poly, mono: Any) -> Rational:
    value = dict(poly.terms).get(mono, Fraction(0))
    return Rational(value.numerator, value.denominator)
