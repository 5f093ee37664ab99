"""Proofs for all n, m (or for the sizes that are fixed) by the normal form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product

from sympy import Expr

from nmderive.budget import limited
from nmderive.calculus.extrema import IndexExtremum
from nmderive.calculus.normal_form import Frame, Poly, is_zero, normal_form, on_simplex, one_hot
from nmderive.calculus.normal_form.algebra import substitute
from nmderive.calculus.normal_form.derivative import derivative, replace_array
from nmderive.calculus.substitute import substitute_array
from nmderive.calculus.sums import IndexSum
from nmderive.calculus.symbols import M, T, array, index
from nmderive.errors import NmderiveError
from nmderive.losses.links import Link
from nmderive.losses.loss import Loss
from nmderive.proving.hard_labels import by_target, zero_or_one
from nmderive.structure.extremal import extremal


@dataclass(frozen=True)
class Attempt:
    """What one proof attempt found: proved or not, what was left, and why it stopped."""

    proved: bool
    residue: str = ""
    reason: str = ""


def prove_stationary(
    loss: Loss, link: Link, sizes: Mapping[str, int] | None = None, steps: int = 15_000
) -> Attempt:
    """Try to show that the gradient vanishes identically once every label is replaced by ``link``."""
    sizes = sizes or {}
    try:
        with limited(steps=steps):
            return _first_failure(_gradients(loss, link, sizes))
    except NmderiveError as error:
        return Attempt(False, reason=error.message)


def _gradients(loss: Loss, link: Link, sizes: Mapping[str, int]) -> list[Poly]:
    letters = tuple(i.name for i in loss.indices)
    frame = Frame(sizes, loss.ranges)
    gradient = derivative(normal_form(loss.expr, Frame(sizes)), "s", letters)
    value = normal_form(link.expr, frame)
    results = []
    for labels in _label_choices(loss, sizes):
        at = substitute(gradient, dict(zip(letters, labels, strict=True)))
        results.append(replace_array(at, "t", letters, value))
    return results


def prove_logits(
    loss: Loss, logits: Expr, sizes: Mapping[str, int] | None = None, steps: int = 15_000
) -> Attempt:
    """Try to show that the gradient vanishes at logits given as a function of the labels.

    Labels are written as y_ij / sum_k y_ik with positive y, which is every positive row that sums to one, and
    as y_i / (1 + y_i) for binary tasks.
    """
    sizes = sizes or {}
    try:
        with limited(steps=steps):
            return _first_failure(_gradients_at_logits(loss, logits, sizes))
    except NmderiveError as error:
        return Attempt(False, reason=error.message)


def _gradients_at_logits(loss: Loss, logits: Expr, sizes: Mapping[str, int]) -> list[Poly]:
    letters = tuple(i.name for i in loss.indices)
    frame = Frame(sizes, loss.ranges)
    gradient = derivative(normal_form(loss.expr, Frame(sizes)), "s", letters)
    value = normal_form(simplex_form(loss, logits), frame)
    labels = normal_form(simplex_form(loss, loss.label), frame)
    results = []
    for choice in _label_choices(loss, sizes):
        at = substitute(gradient, dict(zip(letters, choice, strict=True)))
        results.append(replace_array(replace_array(at, "t", letters, labels), "s", letters, value))
    return results


def simplex_form(loss: Loss, expr: Expr) -> Expr:
    """Return ``expr`` with t_ij = y_ij / sum_k y_ik, or t_i = y_i / (1 + y_i) for binary tasks, y positive."""
    y, k = array("y", "positive"), index("k")
    if M not in loss.shape:
        return substitute_array(expr, T, loss.indices, y[loss.indices] / (1 + y[loss.indices]))
    row = loss.indices[:-1]
    return substitute_array(expr, T, loss.indices, y[loss.indices] / IndexSum(y[(*row, k)], k, M))


def _label_choices(loss: Loss, sizes: Mapping[str, int]) -> list[tuple[str, ...]]:
    """Return the entries to differentiate by: a letter where the size is open, every number where fixed."""
    choices = []
    for letter, size in zip(loss.indices, loss.shape, strict=True):
        fixed = sizes.get(size.name)
        choices.append([letter.name] if fixed is None else [f"@{v}" for v in range(1, fixed + 1)])
    return list(product(*choices))


def _first_failure(polys: list[Poly]) -> Attempt:
    for poly in polys:
        if not is_zero(poly):
            return Attempt(False, residue=poly.key[:2000], reason="the normal form is not zero")
    return Attempt(True)


def prove_equal(
    left: Expr,
    right: Expr,
    ranges: Mapping[str, str] | None = None,
    sizes: Mapping[str, int] | None = None,
    steps: int = 15_000,
    hard: Loss | None = None,
    simplex: bool = False,
) -> Attempt:
    """Try to show that two expressions are equal wherever both are defined.

    ``hard`` is a record with the shape of the labels where these are to be 0 or 1, one 1 in a row of classes; with
    ``simplex`` the rows of the labels sum to one.
    """
    try:
        with limited(steps=steps):
            frame = Frame(sizes or {}, ranges or {})
            if hard is not None:
                if M in hard.shape:
                    left, right = by_target(left), by_target(right)
                left, right = zero_or_one(left), zero_or_one(right)
            difference = normal_form(left, frame), normal_form(right, frame)
            if hard is not None:
                classes = M in hard.shape
                forms = [one_hot(side, classes) for side in difference]
                difference = (on_simplex(forms[0]), on_simplex(forms[1])) if classes else (forms[0], forms[1])
            if difference[0] == difference[1]:
                return Attempt(True)
            left_over = _minus(*difference)
            found = _first_failure([on_simplex(left_over) if simplex else left_over])
            both = left.has(IndexExtremum) and right.has(IndexExtremum)
            outside = [extremal(x) for x in (left, right)] if both else []
            if found.proved or not outside or outside == [left, right]:
                return found
            return _first_failure([_minus(*(normal_form(x, frame) for x in outside))])
    except NmderiveError as error:
        return Attempt(False, reason=error.message)


def _minus(left: Poly, right: Poly) -> Poly:
    from nmderive.calculus.normal_form.algebra import add, scale

    return add(left, scale(right, -1))
