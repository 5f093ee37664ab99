"""Strict convexity up to row shifts: which directions leave a convex loss of the log-sum-exp family flat.

Along a direction d, ``log(c + sum of weight * exp(affine))`` with positive weights is flat only if all
exponents that it holds change alike, and not at all where c > 0. So the flat directions solve linear
equations, one for every instance of an exponent's template. It is shown, for all n and m, that these
equations force ``d[i, j] = d[i, k]``: a combination of instances equals ``d[i, j] - d[i, k]`` for j != k.
Labels are taken to be positive, and less than one where a weight such as 1 - t needs it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import product
from typing import Any

from sympy import Add, Expr, Indexed, Integer, Matrix, Mul, Ne, Pow, Rational, Symbol, exp, log
from sympy.logic.boolalg import Boolean, false, true

from nmderive.calculus.normal_form import Frame, Poly, normal_form
from nmderive.calculus.normal_form.algebra import add as poly_add
from nmderive.calculus.normal_form.algebra import scale
from nmderive.calculus.sums import IndexProduct, IndexSum
from nmderive.calculus.symbols import M, N, S, T, array, index
from nmderive.losses.loss import Loss
from nmderive.proving.curvature import constant_sign, is_complement

#: The direction; logits are replaced by it in the linear parts of exponents.
D = array("d")


@dataclass(frozen=True)
class Binder:
    """A bound index with its own letter, its range and conditions."""

    letter: Symbol
    size: Symbol
    conditions: tuple[Boolean, ...]


@dataclass(frozen=True)
class Template:
    """A linear form in the direction with the indices that it ranges over."""

    form: Expr
    binders: tuple[Binder, ...]


@dataclass(frozen=True)
class Group:
    """One logarithm: the templates of its exponents, and whether a positive constant stands beside them."""

    anchored: bool
    templates: tuple[Template, ...]
    outer: int


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


class NotOfTheFamily(Exception):
    """The loss is not a positive sum of logs of positive combinations of exponentials, as it is written."""


@dataclass
class _Names:
    """Hands out letters for opened binders."""

    used: dict[str, int] = field(default_factory=dict)

    def letter(self, size: Symbol) -> Symbol:
        stem = "r" if size == N else "c"
        self.used[stem] = self.used.get(stem, 0) + 1
        return index(f"{stem}{self.used[stem]}")


def rigidity(loss: Loss) -> Rigidity | None:
    """Return the proof that only row shifts leave the loss flat, None where none is found."""
    try:
        groups = tuple(_groups(loss.expr, 1, (), _Names()))
    except NotOfTheFamily:
        return None
    return _combined(loss, groups)


def _groups(expr: Expr, sign: int, binders: tuple[Binder, ...], names: _Names) -> Iterator[Group]:
    """Yield the logarithms that ``sign * expr`` adds up, linear parts left out."""
    if not expr.has(S) or _is_affine(expr):
        return
    if isinstance(expr, Add):
        for term in expr.args:
            yield from _groups(term, sign, binders, names)
    elif isinstance(expr, IndexSum):
        binder, body = _opened(expr, names)
        yield from _groups(body, sign, (*binders, binder), names)
    elif isinstance(expr, Mul):
        yield from _weighted(expr, sign, binders, names)
    elif isinstance(expr, log):
        yield from _log_groups(expr.args[0], sign, binders, names)
    else:
        raise NotOfTheFamily


def _weighted(expr: Mul, sign: int, binders: tuple[Binder, ...], names: _Names) -> Iterator[Group]:
    varying = [a for a in expr.args if a.has(S)]
    weight = Mul(*(a for a in expr.args if not a.has(S)))
    weight_sign = _strict_sign(weight)
    if len(varying) != 1 or not weight_sign:
        raise NotOfTheFamily
    yield from _groups(varying[0], sign * weight_sign, binders, names)


def _log_groups(argument: Expr, sign: int, binders: tuple[Binder, ...], names: _Names) -> Iterator[Group]:
    """Split the logarithm of a product; a quotient's denominator counts with the opposite sign."""
    if isinstance(argument, Mul):
        for factor in argument.args:
            yield from _log_groups(factor, sign, binders, names)
    elif isinstance(argument, Pow) and not argument.exp.has(S):
        exponent_sign = _strict_sign(argument.exp)
        if not exponent_sign:
            raise NotOfTheFamily
        yield from _log_groups(argument.base, sign * exponent_sign, binders, names)
    elif isinstance(argument, IndexProduct):
        binder, body = _opened(argument, names)
        yield from _log_groups(body, sign, (*binders, binder), names)
    elif isinstance(argument, exp):
        yield from _groups(argument.args[0], sign, binders, names)
    elif argument.has(S):
        if sign < 0:
            raise NotOfTheFamily
        templates, anchored = _posynomial(argument, binders, names)
        yield Group(anchored, templates, len(binders))


def _posynomial(
    expr: Expr, binders: tuple[Binder, ...], names: _Names
) -> tuple[tuple[Template, ...], bool]:
    templates, anchored = [], False
    for form, inner in _terms(expr, binders, names):
        if form == 0:
            anchored = anchored or len(inner) == len(binders)
        else:
            templates.append(Template(form, inner))
    return tuple(templates), anchored


def _terms(
    expr: Expr, binders: tuple[Binder, ...], names: _Names
) -> Iterator[tuple[Expr, tuple[Binder, ...]]]:
    """Yield (linear part of the exponent, binders) of each exponential; (0, binders) for a constant."""
    if not expr.has(S):
        if constant_sign(expr) != 1:
            raise NotOfTheFamily
        # A weight that may vanish, such as 1 - t, says nothing about flat directions.
        if _strict_sign(expr) == 1:
            yield Integer(0), binders
    elif isinstance(expr, Add):
        for term in expr.args:
            yield from _terms(term, binders, names)
    elif isinstance(expr, IndexSum):
        binder, body = _opened(expr, names)
        yield from _terms(body, (*binders, binder), names)
    elif isinstance(expr, exp) and _is_affine(expr.args[0]):
        yield _linear_part(expr.args[0]), binders
    elif isinstance(expr, Mul):
        yield from _product_terms(list(expr.args), binders, names)
    elif isinstance(expr, Pow) and expr.exp.is_Integer and 1 < expr.exp <= 4:
        yield from _product_terms([expr.base] * int(expr.exp), binders, names)
    else:
        raise NotOfTheFamily


def _product_terms(
    factors: list[Expr], binders: tuple[Binder, ...], names: _Names
) -> Iterator[tuple[Expr, tuple[Binder, ...]]]:
    if len(factors) == 1:
        yield from _terms(factors[0], binders, names)
        return
    for form, inner in _terms(factors[0], binders, names):
        for rest, deeper in _product_terms(factors[1:], inner, names):
            yield form + rest, deeper


def _opened(operator: Any, names: _Names) -> tuple[Binder, Expr]:
    letter = names.letter(operator.domain)
    body, conditions = operator.open(letter)
    return Binder(letter, operator.domain, conditions), body


def _is_affine(expr: Expr) -> bool:
    if not expr.has(S) or isinstance(expr, Indexed):
        return True
    if isinstance(expr, Add):
        return all(_is_affine(a) for a in expr.args)
    if isinstance(expr, IndexSum):
        return _is_affine(expr.body)
    if isinstance(expr, Mul):
        return sum(a.has(S) for a in expr.args) == 1 and all(_is_affine(a) for a in expr.args)
    return False


def _linear_part(expr: Expr) -> Expr:
    if isinstance(expr, Add):
        return Add(*(_linear_part(a) for a in expr.args))
    if not expr.has(S):
        return Integer(0)
    if isinstance(expr, Mul):
        return Mul(*(_linear_part(a) if a.has(S) else a for a in expr.args))
    if isinstance(expr, IndexSum):
        return IndexSum(_linear_part(expr.body), expr.bound, expr.domain, *expr.conditions)
    return D[expr.indices]


def _strict_sign(expr: Expr) -> int:
    """Return 1 or -1 where the constant is never zero for labels strictly between 0 and 1; else 0."""
    sign = constant_sign(expr)
    if not sign:
        return 0
    if isinstance(expr, Mul):
        return sign if all(_strict_sign(a) for a in expr.args) else 0
    if isinstance(expr, Add):
        return sign if all(_strict_sign(a) == sign for a in expr.args) or is_complement(expr) else 0
    if isinstance(expr, IndexSum):
        return sign if not expr.conditions and _strict_sign(expr.body) else 0
    if isinstance(expr, Pow):
        return sign if _strict_sign(expr.base) else 0
    if isinstance(expr, Indexed) and expr.base == T:
        return 1
    return sign if expr.is_nonzero else 0


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


__all__ = ["Group", "Instance", "Rigidity", "Template", "rigidity"]
