"""The exponentials of a convex loss, as templates of linear forms in a direction, for arguments about flatness.

Groups are what a convex loss adds up: logarithms of positive sums of exponentials, such sums alone, and squares of
affine functions; they and their templates stand in the order in which the checker numbers them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sympy import Add, Expr, Indexed, Integer, Mul, Pow, Symbol, exp, log
from sympy.logic.boolalg import Boolean

from nmderive.calculus.sums import IndexProduct, IndexSum
from nmderive.calculus.symbols import N, S, T, array, index
from nmderive.losses.loss import Loss
from nmderive.proving.curvature import constant_sign
from nmderive.proving.ranges import Domains, sign_by_range

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
    """A part of a convex loss: the templates of its exponents, and whether flatness makes each of them vanish.

    So it is (``anchored``) beside a positive constant in a logarithm, for exponentials outside of
    logarithms, and for squares; in other logarithms the exponents only have to change alike.
    """

    anchored: bool
    templates: tuple[Template, ...]
    outer: int


class NotOfTheFamily(Exception):
    """The loss is not a positive sum of logs of positive combinations of exponentials, as it is written."""


def groups_of(loss: Loss) -> tuple[Group, ...]:
    """Return the groups of a loss; raise NotOfTheFamily where it holds anything else."""
    return tuple(_groups(loss.expr, 1, (), _Names(domains=dict(loss.domains))))


@dataclass
class _Names:
    """Hands out letters for opened binders, and holds the parameters' domains."""

    used: dict[str, int] = field(default_factory=dict)
    domains: Domains = field(default_factory=dict)

    def letter(self, size: Symbol) -> Symbol:
        stem = "r" if size == N else "c"
        self.used[stem] = self.used.get(stem, 0) + 1
        return index(f"{stem}{self.used[stem]}")


def _groups(expr: Expr, sign: int, binders: tuple[Binder, ...], names: _Names) -> Iterator[Group]:
    """Yield the logarithms that ``sign * expr`` adds up, linear parts left out."""
    if not expr.has(S) or _is_affine(expr):
        return
    if isinstance(expr, Add):
        for term in expr.as_ordered_terms():
            yield from _groups(term, sign, binders, names)
    elif isinstance(expr, IndexSum):
        binder, body = _opened(expr, names)
        yield from _groups(body, sign, (*binders, binder), names)
    elif isinstance(expr, Mul):
        yield from _weighted(expr, sign, binders, names)
    elif isinstance(expr, log):
        yield from _log_groups(expr.args[0], sign, binders, names)
    elif sign > 0 and isinstance(expr, Pow) and expr.exp == 2 and _is_affine(expr.base):
        yield Group(True, (Template(_linear_part(expr.base), binders),), len(binders))
    elif sign > 0 and isinstance(expr, exp):
        yield Group(True, _posynomial(expr, binders, names)[0], len(binders))
    else:
        raise NotOfTheFamily


def _weighted(expr: Mul, sign: int, binders: tuple[Binder, ...], names: _Names) -> Iterator[Group]:
    varying = [a for a in expr.args if a.has(S)]
    weight = Mul(*(a for a in expr.args if not a.has(S)))
    weight_sign = _strict_sign(weight, names.domains)
    if not weight_sign:
        raise NotOfTheFamily
    if len(varying) == 1:
        yield from _groups(varying[0], sign * weight_sign, binders, names)
    elif sign * weight_sign > 0:
        yield Group(True, _posynomial(Mul(*varying), binders, names)[0], len(binders))
    else:
        raise NotOfTheFamily


def _log_groups(argument: Expr, sign: int, binders: tuple[Binder, ...], names: _Names) -> Iterator[Group]:
    """Split the logarithm of a product; a quotient's denominator counts with the opposite sign."""
    if isinstance(argument, Mul):
        for factor in argument.args:
            yield from _log_groups(factor, sign, binders, names)
    elif isinstance(argument, Pow) and not argument.exp.has(S):
        exponent_sign = _strict_sign(argument.exp, names.domains)
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
        if constant_sign(expr, names.domains) != 1:
            raise NotOfTheFamily
        # A weight that may vanish, such as 1 - t, says nothing about flat directions.
        if _strict_sign(expr, names.domains) == 1:
            yield Integer(0), binders
    elif isinstance(expr, Add):
        for term in expr.as_ordered_terms():
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


def _strict_sign(expr: Expr, domains: Domains) -> int:
    """Return 1 or -1 where the constant is never zero for labels strictly between 0 and 1; else 0."""
    sign = constant_sign(expr, domains)
    if not sign:
        return 0
    if isinstance(expr, Mul):
        return sign if all(_strict_sign(a, domains) for a in expr.args) else 0
    if isinstance(expr, Add):
        alike = all(_strict_sign(a, domains) == sign for a in expr.args)
        return sign if alike or sign_by_range(expr, domains, strictly=True) == sign else 0
    if isinstance(expr, IndexSum):
        return sign if not expr.conditions and _strict_sign(expr.body, domains) else 0
    if isinstance(expr, Pow):
        return sign if _strict_sign(expr.base, domains) else 0
    if isinstance(expr, Indexed) and expr.base == T:
        return 1
    return sign if expr.is_nonzero else 0
