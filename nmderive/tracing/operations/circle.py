"""Classes in a circle: roll and flip move class indices modulo m, as s_{i,j+d} and s_{i,1-j} are read on paper."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sympy import Expr, Indexed, KroneckerDelta, Le, Lt, Ne, Symbol
from sympy.core.relational import Relational

from nmderive.calculus.cyclic import Cyclic
from nmderive.calculus.sums import IndexedOperator, Iverson
from nmderive.calculus.symbols import M, index
from nmderive.tracing.array import Array, axis_number, axis_numbers
from nmderive.tracing.context import refused

Image = Callable[[Expr], Expr]


def rolled(x: Array, shift: Any, axis: Any = None) -> Array:
    """Return ``x`` with its entries moved ``shift`` positions along the axis of classes, the last ones to the start."""
    if axis is None or isinstance(shift, tuple | list) or not hasattr(shift, "__index__"):
        raise refused("roll without one axis and one whole number", "say axis=1 (dims=1 in PyTorch)")
    steps = shift.__index__()
    return _moved(x, axis_number(axis, x.ndim, "roll"), "roll", lambda place: place - steps, False)


def flipped(x: Array, axis: Any = None) -> Array:
    """Return ``x`` with the classes in the opposite order: the one before the first is the last."""
    for p in axis_numbers(axis, x.ndim, "flip"):
        x = _moved(x, p, "flip", lambda place: 1 - place, True)
    return x


def _moved(x: Array, p: int, what: str, image: Image, is_turned: bool) -> Array:
    if x.shape[p] == 1:
        return x
    if x.shape[p] != M:
        raise refused(f"{what} along an axis of size {x.shape[p]}", "classes are counted in a circle, samples are not")
    if x.kind == "index" or x.hole != 0 or x.kept != 1:
        raise refused(f"{what} of positions, or of entries that a mask leaves out")
    return Array(_at(x.expr, x.axes[p], what, image, is_turned), x.shape, x.kind)


def _at(expr: Expr, axis: Symbol, what: str, image: Image, is_turned: bool) -> Expr:
    """Return an expression at another position along an axis, that stands as an index of entries."""
    if axis not in expr.free_symbols:
        return expr
    if isinstance(expr, Indexed):
        return expr.base[tuple(Cyclic(i.xreplace({axis: image(axis)})) if i.has(axis) else i for i in expr.indices)]
    if isinstance(expr, IndexedOperator):
        return _operator(expr, axis, what, image, is_turned)
    if not expr.args or isinstance(expr, KroneckerDelta | Iverson):
        raise refused(f"{what} of positions and masks", "compare the rolled classes' logits, or write the sum out")
    return expr.func(*(_at(a, axis, what, image, is_turned) for a in expr.args))


def _operator(operator: IndexedOperator, axis: Symbol, what: str, image: Image, is_turned: bool) -> Expr:
    bound = index(f"nmderive_circle_{axis.name}")
    body, conditions = operator.open(bound)
    body = _at(body, axis, what, image, is_turned)
    if not any(axis in c.free_symbols for c in conditions):
        return operator.func(body, bound, operator.domain, *conditions)
    if operator.domain != M or any(axis in c.free_symbols and c.free_symbols != {axis, bound} for c in conditions):
        raise refused(f"{what} of sums with conditions on positions")
    body = _at(body, bound, what, image, is_turned)
    own = (_condition(c, what, is_turned) if axis in c.free_symbols else c for c in conditions)
    return operator.func(body, bound, operator.domain, *own)


def _condition(condition: Relational, what: str, is_turned: bool) -> Relational:
    """Return the same condition of two moved positions: an order is turned round, or lost."""
    if isinstance(condition, Ne):
        return condition
    if not is_turned or not isinstance(condition, Le | Lt):
        raise refused(f"{what} of sums up to a position", "classes in a circle have no order")
    return condition.func(condition.rhs, condition.lhs)


OPERATIONS: dict[str, Callable[..., Array]] = {"roll": rolled, "flip": flipped}
