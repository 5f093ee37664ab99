"""Proofs for all n, m (or for the sizes that are fixed) by the normal form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product

from sympy import Expr

from nmderive.budget import limited
from nmderive.calculus.normal_form import Frame, Poly, is_zero, normal_form
from nmderive.calculus.normal_form.algebra import substitute
from nmderive.calculus.normal_form.derivative import derivative, replace_array
from nmderive.errors import BudgetExceeded, UnsupportedError
from nmderive.losses.links import Link
from nmderive.losses.loss import Loss


@dataclass(frozen=True)
class Attempt:
    """What one proof attempt found: proved or not, what was left, and why it stopped."""

    proved: bool
    residue: str = ""
    reason: str = ""


def prove_stationary(
    loss: Loss, link: Link, sizes: Mapping[str, int] | None = None, seconds: float = 5.0
) -> Attempt:
    """Try to show that the gradient vanishes identically once every label is replaced by ``link``."""
    sizes = sizes or {}
    try:
        with limited(seconds):
            return _first_failure(_gradients(loss, link, sizes))
    except (BudgetExceeded, UnsupportedError) as error:
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
    seconds: float = 5.0,
) -> Attempt:
    """Try to show that two expressions are equal wherever both are defined."""
    try:
        with limited(seconds):
            frame = Frame(sizes or {}, ranges or {})
            difference = normal_form(left, frame), normal_form(right, frame)
            if difference[0] == difference[1]:
                return Attempt(True)
            return _first_failure([_minus(*difference)])
    except (BudgetExceeded, UnsupportedError) as error:
        return Attempt(False, reason=error.message)


def _minus(left: Poly, right: Poly) -> Poly:
    from nmderive.calculus.normal_form.algebra import add, scale

    return add(left, scale(right, -1))
