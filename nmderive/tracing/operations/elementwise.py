"""Operations on each entry: arithmetic, powers, exponentials, logarithms, comparisons of positions, where."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from sympy import (
    Abs,
    Expr,
    Indexed,
    Integer,
    KroneckerDelta,
    Lt,
    Rational,
    cosh,
    exp,
    false,
    log,
    sign,
    sinh,
    sqrt,
    tanh,
    true,
)

from nmderive.calculus.kinks import clipped, largest, positive_part, smallest
from nmderive.calculus.sums import Iverson
from nmderive.calculus.symbols import M, N, S, T
from nmderive.tracing.array import Array, broadcast_shape, is_mask, misfit, positive
from nmderive.tracing.context import LabelsCompared, LabelsIndex, Refused, current, refused
from nmderive.tracing.operations.foregone import known_before, note_none_below
from nmderive.tracing.operations.infinite import chosen, has_holes, picked, with_holes
from nmderive.tracing.targets import is_number_of_class

Meaning = Callable[..., Expr]


def elementwise(what: str, meaning: Meaning, *arrays: Array) -> Array:
    """Return ``meaning`` of the entries of arrays of numbers, broadcast."""
    if any(a.kept != 1 for a in arrays):
        return picked(partial(elementwise, what, meaning), what, *arrays)
    if has_holes(*arrays):
        return with_holes(what, meaning, *arrays)
    shape = broadcast_shape((a.shape for a in arrays), what)
    return Array(meaning(*(a.number(what) for a in arrays)), shape)


def _named(name: str, meaning: Meaning) -> tuple[str, Callable[..., Array]]:
    return name, partial(elementwise, name, meaning)


def sigmoid_of(x: Expr) -> Expr:
    """Return 1 / (1 + e^-x)."""
    return 1 / (1 + exp(-x))


def softplus_of(x: Expr) -> Expr:
    """Return log(1 + e^x)."""
    return log(1 + exp(x))


def xlogy_of(x: Expr, y: Expr) -> Expr:
    """Return x log y; where x is 0, paper and code agree that it is 0."""
    return x * log(y)


def huber_of(x: Expr, delta: Expr) -> Expr:
    """Return x^2/2 where |x| is below delta, and delta (|x| - delta/2) beyond."""
    inside = smallest(Abs(x), delta)
    return inside**2 / 2 + delta * (Abs(x) - inside)


def _divide(x: Expr, y: Expr) -> Expr:
    if y == 0:
        raise refused("a division by zero")
    return x / y


def _compared(what: str, x: Array, y: Array, meaning: Callable[[Expr, Expr], Expr]) -> Array:
    """Compare two arrays of positions along the same range."""
    if x.kind == "bool" and y.kind == "bool" and what in ("equal", "not_equal"):
        return _of_conditions(what, x, y)
    mask = _of_mask(what, x, y)
    if mask is not None:
        return mask
    if "index" not in (x.kind, y.kind):
        return _of_values(what, x, y)
    left, size = _position_or_number(x, y, what)
    right, other = _position_or_number(y, x, what)
    if size != other:
        raise misfit(f"{what} compares a position along {size} with one along {other}",
                     "give the number of classes as x.shape[1]", size, other)
    found = meaning(left, right)
    if found.is_number:
        note_none_below(x.expr if x.kind == "real" else y.expr, left, right)
    return Array(found, broadcast_shape((x.shape, y.shape), what), "bool")


def _of_values(what: str, x: Array, y: Array) -> Array:
    """Compare numbers, by the sign of their difference, which is 0 where they are equal."""
    if "labels" in (x.role, y.role) and not (x.expr.is_number or y.expr.is_number or current().compares):
        raise refused(f"{what} compares labels", "--let '{labels}: target class' where they are "
                      "classes, '{labels}: labels' where they are numbers", LabelsCompared)
    side = sign(_beside(what, y, x) - _beside(what, x, y))
    known = known_before(what, x, y, side)
    found = 1 - side**2 if what == "equal" else positive(side)
    return Array(found if known is None else Integer(known), broadcast_shape((x.shape, y.shape), what), "bool")


def _beside(what: str, x: Array, other: Array) -> Expr:
    """Return the numbers of an array that is compared; classes are no numbers beside values."""
    is_plain = other.expr.is_number or other.kind == "index" or is_number_of_class(other.expr)
    return x.number(what if is_plain else f"{what}, beside values,")


def _of_mask(what: str, x: Array, y: Array) -> Array | None:
    """Compare an array that is 0 or 1 by positions with a number: mask == 1, mask == 0, mask > 0, mask < 1."""
    for mask, number, before in ((x, y, True), (y, x, False)):
        if mask.kind == "index" or not mask.shape or not is_mask(mask.expr) or not number.expr.is_Rational:
            continue
        at_one, at_zero = (
            value == number.expr if what == "equal" else (value < number.expr if before else number.expr < value)
            for value in (1, 0)
        )
        m = mask.expr
        return Array((m if at_one else 0) + (1 - m if at_zero else 0) + m * 0, mask.shape, "bool")
    return None


def as_condition(x: Array) -> Array:
    """A cast to conditions, of an array that is 0 or 1 by positions, or of given numbers, where they are not 0."""
    if x.kind == "real" and x.expr.atoms(Indexed) and not x.expr.has(S, T) and not is_mask(x.expr):
        return logical_not(equal(x, Array(Integer(0))))
    return Array(x.truth("a cast to bool"), x.shape, "bool")


def _position_or_number(x: Array, beside: Array, what: str) -> tuple[Expr, Expr]:
    """Return (position, range); a whole number beside a position counts from 0 and becomes a position."""
    if x.kind == "real" and x.expr.is_Integer and beside.kind == "index" and beside.range is not None:
        if x.expr < 0:
            return Integer(0), beside.range  # no position, such as an ignore_index
        return x.expr + 1, beside.range
    if x.kind == "index" and x.range is not None and beside.expr.is_number and beside.kind == "real":
        return x.expr, x.range  # a class beside one number picks nothing
    if x.kind == "index":
        return x.position(what)
    if x.expr.free_symbols and x.expr.free_symbols <= {M, N}:
        raise refused(f"{what} compares positions with {x.expr}, which the sizes decide",
                      "compare them with numbers from the start, 0 or 1; what is done to the last class is written "
                      "beside the others, of s[:, -1]")
    raise refused(f"{what} compares positions with values", "compare them with positions, classes or whole numbers",
                  LabelsIndex if x.role == "labels" else Refused)


def _of_conditions(what: str, x: Array, y: Array) -> Array:
    a, b = x.expr, y.expr
    same = a * b + (1 - a) * (1 - b)
    return Array(same if what == "equal" else 1 - same, broadcast_shape((x.shape, y.shape), what), "bool")


def equal(x: Array, y: Array) -> Array:
    """Where two positions are the same."""
    return _compared("equal", x, y, _same)


def _same(a: Expr, b: Expr) -> Expr:
    return KroneckerDelta(a, b)


def _less(a: Expr, b: Expr) -> Expr:
    found = Lt(a, b)
    return Integer(bool(found)) if found in (true, false) else Iverson(found)


def less(x: Array, y: Array) -> Array:
    """Where the first position is before the second."""
    return _compared("less", x, y, _less)


def logical_not(x: Array) -> Array:
    """Where a condition does not hold."""
    return Array(1 - x.truth("not"), x.shape, "bool")


def logical_and(x: Array, y: Array) -> Array:
    """Where both conditions hold."""
    return Array(x.truth("and") * y.truth("and"), broadcast_shape((x.shape, y.shape), "and"), "bool")


def logical_or(x: Array, y: Array) -> Array:
    """Where one of two conditions holds."""
    a, b = x.truth("or"), y.truth("or")
    return Array(a + b - a * b, broadcast_shape((x.shape, y.shape), "or"), "bool")


def where(condition: Array, x: Array, y: Array) -> Array:
    """``x`` where the condition holds, else ``y``."""
    c = condition.truth("where")
    shape = broadcast_shape((condition.shape, x.shape, y.shape), "where")
    if x.kind == y.kind == "bool":
        return Array(c * x.expr + (1 - c) * y.expr, shape, "bool")
    own = y if c == 0 else x if c == 1 else None
    if own is not None and own.shape == shape:  # as where no class is the one to be ignored
        return own
    found = chosen(c, x, y, shape)
    return replace(found, role="labels") if "labels" in (x.role, y.role) else found


def as_numbers(x: Array) -> Array:
    """A cast to floats: conditions become 0 and 1."""
    return replace(x, kind="real", range=None) if x.kind != "index" else Array(x.number("a cast to numbers"), x.shape)


def _negated(name: str, meaning: Callable[[Array, Array], Array]) -> tuple[str, Callable[..., Array]]:
    return name, lambda x, y: logical_not(meaning(x, y))


def _constant(value: Expr) -> Meaning:
    return lambda *_: value


_NUMERIC: dict[str, Meaning] = {
    "add": lambda x, y: x + y, "subtract": lambda x, y: x - y, "multiply": lambda x, y: x * y, "divide": _divide,
    "negative": lambda x: -x, "positive": lambda x: x, "power": lambda x, y: x**y, "square": lambda x: x**2,
    "reciprocal": lambda x: _divide(Rational(1), x), "sqrt": sqrt, "rsqrt": lambda x: 1 / sqrt(x), "exp": exp,
    "exp2": lambda x: exp(x * log(2)), "expm1": lambda x: exp(x) - 1, "log": log, "log2": lambda x: log(x) / log(2),
    "log10": lambda x: log(x) / log(10), "log1p": lambda x: log(1 + x), "tanh": tanh,
    "sinh": lambda x: sinh(x).rewrite(exp), "cosh": lambda x: cosh(x).rewrite(exp),
    "logaddexp": lambda x, y: log(exp(x) + exp(y)), "sigmoid": sigmoid_of, "softplus": softplus_of,
    "log_sigmoid": lambda x: -log(1 + exp(-x)), "logit": lambda x: log(x / (1 - x)), "xlogy": xlogy_of,
    "xlog1py": lambda x, y: x * log(1 + y), "entr": lambda x: -x * log(x), "rel_entr": lambda x, y: x * log(x / y),
    "kl_div_entries": lambda x, y: x * log(x / y) - x + y, "silu": lambda x: x * sigmoid_of(x),
    "abs": Abs, "sign": sign, "maximum": largest, "minimum": smallest, "relu": positive_part,
    "zeros_like": _constant(Rational(0)), "ones_like": _constant(Rational(1)),
}

def clip(x: Array, low: Array | None = None, high: Array | None = None) -> Array:
    """Each entry, moved between bounds; a bound that is None is none."""
    if x.kind == "index" and high is None and low is not None and low.expr.is_number and low.expr <= 0:
        return x  # positions count from 0
    if low is not None and high is not None:
        return elementwise("clip", clipped, x, low, high)
    if low is not None:
        x = replace(elementwise("clip", largest, x, low), role=x.role)
    return x if high is None else elementwise("clip", smallest, x, high)


def _of_picked(what: str, meaning: Callable[..., Array]) -> Callable[..., Array]:
    """Return a comparison or condition that takes entries which a mask picked, each beside its own, too."""
    @functools.wraps(meaning)
    def operation(*arrays: Any) -> Array:
        if any(isinstance(a, Array) and a.kept != 1 for a in arrays):
            return picked(meaning, what, *arrays)
        return meaning(*arrays)

    return operation


_CONDITIONS: dict[str, Callable[..., Array]] = {
    "equal": equal, "less": less, "greater": lambda x, y: less(y, x), "logical_not": logical_not,
    "logical_and": logical_and, "logical_or": logical_or, "where": where, "as_condition": as_condition,
    **dict([_negated("not_equal", equal), _negated("greater_equal", less)]),
    "less_equal": lambda x, y: logical_not(less(y, x)),
}

OPERATIONS: dict[str, Callable[..., Any]] = {
    **dict(_named(name, meaning) for name, meaning in _NUMERIC.items()), "clip": clip, "as_numbers": as_numbers,
    **{name: _of_picked(name, meaning) for name, meaning in _CONDITIONS.items()},
}
