"""Sums over an axis, with target classes: what depends on the class of a sample becomes labels under a class sum.

A target class stands as an integer entry ``target[i]``. A function f of it is ``sum_c t[i, c] f(c)`` for one-hot
labels t; this is written where the sample's axis is summed, so that for soft labels it is the expected loss.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sympy import Abs, Add, Expr, Indexed, IndexedBase, Integer, KroneckerDelta, Le, Lt, Mul, Ne, Pow, Symbol, log
from sympy.logic.boolalg import Boolean

from nmderive.calculus.sums import IndexedOperator, IndexProduct, IndexSum, Iverson
from nmderive.calculus.symbols import M, N, T, array, index
from nmderive.tracing.array import MERGED, inner
from nmderive.tracing.targets import ONE_TARGET, TARGET, further_target, is_target

_CLASS, _BOUND, _SHARE = index("nmderive_class"), index("nmderive_bound"), index("nmderive_share")


def _labels_of(target: Expr) -> IndexedBase:
    """Return the array of the one-hot labels of a target class."""
    name = target.base.name if isinstance(target, Indexed) else ""
    return array(name.removeprefix(f"{TARGET.name}_"), "positive") if name.startswith(f"{TARGET.name}_") else T


def _label(target: Expr, place: Expr) -> Expr:
    """Return the label of a class; those of a further target are shares, since of them alone no sum is known."""
    row = target.indices if isinstance(target, Indexed) and target.indices[0] != 0 else ()
    labels = _labels_of(target)
    own = labels[(*row, place)]
    return own if labels == T else own / IndexSum(labels[(*row, _SHARE)], _SHARE, M)


def with_labels_at(body: Expr, axis: Expr) -> Expr:
    """Return ``body`` with the classes of the sample at ``axis`` written by labels."""
    own = sorted((e for e in body.atoms(Indexed) if is_target(e) and e.indices == (axis,)), key=str)
    for target in own:
        body = with_labels(body, target)
    return body


def total(body: Expr, axis: Symbol, size: Expr) -> Expr:
    """Return the sum of ``body`` over ``axis`` = 1..``size``."""
    if size in MERGED:
        return merged(total, body, axis, size)
    if size not in (N, M):
        return Add(*(body.xreplace({axis: Integer(v)}) for v in range(1, int(size) + 1)))
    body = with_labels_at(body, axis)
    parts = []
    for term in Add.make_args(body) if _picks(body, axis) else (body,):
        found = picked(term, axis)
        parts.append(_summed(term, axis, size) if found is None else found)
    return Add(*parts)


def merged(step: Callable[[Expr, Symbol, Expr], Expr], body: Expr, axis: Symbol, size: Expr) -> Expr:
    """Return ``step`` along both axes that a reshape merged to one."""
    for part, own in reversed(list(zip(inner(axis), MERGED[size], strict=True))):
        body = step(body, part, own)
    return body


def running(body: Expr, axis: Symbol, size: Expr, reverse: bool = False) -> Expr:
    """Return the sum of ``body`` over the positions along ``axis`` up to its own (or from it on)."""
    inside = body.xreplace({axis: _BOUND})
    condition = Le(axis, _BOUND) if reverse else Le(_BOUND, axis)
    if size not in (N, M):
        own = range(1, int(size) + 1)
        return Add(*(inside.xreplace({_BOUND: Integer(v)}) * Iverson(condition.xreplace({_BOUND: Integer(v)}))
                     for v in own))
    return IndexSum(with_labels_at(inside, _BOUND), _BOUND, size, condition)


def _summed(term: Expr, axis: Symbol, size: Expr) -> Expr:
    """Return the sum with factors that are 0 or 1 by positions as conditions of the sum."""
    kept: list[Any] = []
    conditions: list[Any] = []
    outside: list[Any] = []
    for factor in Mul.make_args(term):
        if isinstance(factor, KroneckerDelta) and axis not in factor.free_symbols:
            outside.append(factor)  # a later sum contracts it
            continue
        condition = _condition(factor, axis)
        (kept if condition is None else conditions).append(factor if condition is None else condition)
    return Mul(*outside, IndexSum(Mul(*kept), axis, size, *conditions))


def _condition(factor: Expr, axis: Symbol) -> Boolean | None:
    """Return the relation of indices where ``factor`` is 1, and else 0; None for any other factor."""
    if isinstance(factor, Pow) and factor.exp.is_Integer and factor.exp > 0:
        factor = factor.base  # 0 and 1 are their own powers
    if axis not in factor.free_symbols:
        return None
    other = 1 - factor
    if isinstance(factor, Iverson) and isinstance(factor.args[0], Lt):
        found = factor.args[0]
    elif isinstance(other, Iverson) and isinstance(other.args[0], Lt):
        found = Le(other.args[0].rhs, other.args[0].lhs)
    elif isinstance(other, KroneckerDelta):
        found = Ne(*other.args[:2])
    else:
        return None
    return found if all(isinstance(a, Symbol | Integer) for a in found.args) else None


def product(body: Expr, axis: Symbol, size: Expr) -> Expr:
    """Return the product of ``body`` over ``axis`` = 1..``size``."""
    if size in MERGED:
        return merged(product, body, axis, size)
    if size not in (N, M):
        return Mul(*(body.xreplace({axis: Integer(v)}) for v in range(1, int(size) + 1)))
    return IndexProduct(with_labels_at(body, axis), axis, size)


def _picks(body: Expr, axis: Symbol) -> bool:
    return any(picked(term, axis) is not None for term in Add.make_args(body))


def picked(term: Expr, axis: Symbol) -> Expr | None:
    """Return what ``sum_axis delta(axis, place) rest`` is: the rest at that place; None without such a delta."""
    factors = list(Mul.make_args(term))
    for position, factor in enumerate(factors):
        if isinstance(factor, KroneckerDelta) and axis in factor.args:
            other = next((a for a in factor.args if a != axis), axis)
            if isinstance(other, Symbol | Indexed) and other != axis:
                return Mul(*factors[:position], *factors[position + 1:]).xreplace({axis: other})
    return None


def with_labels(body: Expr, target: Expr) -> Expr:
    """Return ``body`` with the class ``target`` written by labels: exactly equal where labels are one-hot."""
    if not body.has(target):
        return body
    body = body.replace(lambda e: _divides_by_count(e, target), lambda e: e.func(with_labels(e.args[0], target),
                                                                                 *e.args[1:]))
    if not body.has(target):
        return body
    if isinstance(body, Add):
        return _sum_with_labels(body, target)
    if _is_affine(body, target):
        return body.replace(
            lambda e: isinstance(e, KroneckerDelta) and target in e.args,
            lambda e: _label(target, next(a for a in e.args if a != target)),
        )
    return _over_classes(body, target)


def _over_classes(body: Expr, target: Expr) -> Expr:
    """Return the sum over classes, each with its label, of ``body`` at it; masks are conditions of the sums inside."""
    inside = body.xreplace({target: _CLASS}).replace(
        lambda e: isinstance(e, IndexSum) and any(_condition(f, e.bound) is not None for f in Mul.make_args(e.body)),
        _with_conditions,
    )
    return IndexSum(_label(target, _CLASS) * inside, _CLASS, M)


def _with_conditions(operator: IndexSum) -> Expr:
    body, conditions = operator.open(_BOUND)
    factors = [(f, _condition(f, _BOUND)) for f in Mul.make_args(body)]
    kept = Mul(*(f for f, condition in factors if condition is None))
    return IndexSum(kept, _BOUND, operator.domain, *conditions, *(c for _, c in factors if c is not None))


def _sum_with_labels(body: Add, target: Expr) -> Expr:
    """Return a sum by labels; what is under a sum over the classes stands under one, numbers beside kinks with it."""
    under = [a for a in body.args if a.has(target) and not _is_affine(a, target)]
    rest = [a for a in body.args if a not in under]
    if any(a.has(Abs) for a in under):
        numbers = [a for a in rest if not a.has(IndexedOperator, Indexed)]
        under, rest = [*under, *numbers], [a for a in rest if a not in numbers]
    found = _over_classes(Add(*under), target) if under else Integer(0)
    return Add(found, *(with_labels(a, target) for a in rest))


def _divides_by_count(expr: Expr, target: Expr) -> bool:
    """Tell whether an inverse or a logarithm is of labels of the class, so that an absent class has no value."""
    inverse = isinstance(expr, Pow) and expr.exp.could_extract_minus_sign() or isinstance(expr, log)
    return inverse and any(e.base == _labels_of(target) and target in e.indices for e in expr.args[0].atoms(Indexed))


def _is_affine(expr: Expr, target: Expr) -> bool:
    """Tell whether the class stands in deltas only, and these in no product, power or function of each other."""
    if not expr.has(target):
        return True
    if isinstance(expr, KroneckerDelta):
        return bool(expr.args[0] != expr.args[1])
    if isinstance(expr, Add):
        return all(_is_affine(a, target) for a in expr.args)
    if isinstance(expr, Mul):
        holding = [a for a in expr.args if a.has(target)]
        return len(holding) == 1 and _is_affine(holding[0], target)
    if isinstance(expr, IndexSum):
        return not any(c.has(target) for c in expr.conditions) and _is_affine(expr.body, target)
    return False


def in_labels(expr: Expr) -> Expr:
    """Return a finished expression without target classes."""
    for entry in sorted(expr.atoms(Indexed), key=str):
        if is_target(entry) and not any(str(i).startswith("_") for i in entry.indices):
            expr = with_labels(expr, entry)
    return with_labels(expr, ONE_TARGET)


__all__ = ["ONE_TARGET", "TARGET", "further_target", "in_labels", "is_target", "merged", "picked", "product", "running",
           "total", "with_labels", "with_labels_at"]
