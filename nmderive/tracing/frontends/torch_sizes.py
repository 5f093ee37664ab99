"""Sizes of tensors, which remember what they are in n and m.

A ``Size`` is no Python number, since 0.1 / size would otherwise forget what the size is. Functions of PyTorch that take
sizes are replaced while a trace runs: they hand a ``Size`` on as a ``Carried`` number, which the function mode sees.
"""

from __future__ import annotations

import functools
import math
import operator
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import torch
from sympy import Expr, Integer, log, sqrt

from nmderive.calculus.symbols import M, N
from nmderive.tracing.array import Array, misfit
from nmderive.tracing.branches import of_counts, of_sizes
from nmderive.tracing.context import Misfit, Refused, current, refused
from nmderive.tracing.loops import positions
from nmderive.tracing.numbers import exact
from nmderive.tracing.operations import OPERATIONS

#: Functions and methods that take sizes.
FUNCTIONS = ("arange", "eye", "zeros", "ones", "full", "reshape", "full_like", "pow", "mul", "div", "add", "sub", "log",
             "sqrt", "where", "clamp", "clip", "bincount", "masked_fill", "diag", "diagonal", "triu_indices",
             "tril_indices")
METHODS = ("view", "reshape", "expand", "new_zeros", "new_ones", "new_full", "fill_", "masked_fill", "masked_fill_",
           "scatter", "scatter_", "repeat", "clamp", "clamp_", "clip", "mul", "mul_",
           "div", "div_", "add", "add_", "sub", "sub_", "pow", "eq", "diag", "diagonal")


class Carried:
    """A number at the sizes of the trace, with what it is in n and m."""

    expr: Expr


class CarriedInt(int, Carried):
    """A whole number such as n or n - 1."""


class CarriedFloat(float, Carried):
    """A real number such as 1 / n."""


class Size:
    """What ``x.shape[0]`` is: ``value`` at the sizes of the trace, and ``expr`` in n and m."""

    def __init__(self, value: Any, expr: Expr) -> None:
        self.value, self.expr = value, expr

    def carried(self) -> Any:
        """Return a Python number that PyTorch takes, and that still knows what it is."""
        number = CarriedInt(self.value) if isinstance(self.value, int) else CarriedFloat(self.value)
        number.expr = self.expr
        return number

    def __index__(self) -> int:
        raise refused("a symbolic size as a Python number, as in range()", "use sums and axes, not a loop")

    def __float__(self) -> float:
        raise refused("a symbolic size as a Python number, as in float() or a function of math",
                      "leave float() out: sizes divide as they are; of math log and sqrt are read")

    __int__ = __index__

    def __bool__(self) -> bool:
        return True

    def __hash__(self) -> int:
        return hash(self.expr)

    def __neg__(self) -> Any:
        return Size(-self.value, -self.expr)


def of_size(name: str, size: Size) -> Any:
    """Return the logarithm or square root of a size."""
    return Size(getattr(math, name)(size.value), {"log": log, "sqrt": sqrt}[name](size.expr))


class Range:
    """The positions up to a size in the place of range(size): an index, or those that a loop goes through."""

    def __init__(self, size: Size, start: int) -> None:
        self.size, self.start = size, start

    def __iter__(self) -> Iterator[Any]:
        return iter([at_position(x, k + self.start) for k, x in enumerate(positions(self.size.expr, self.start))])

    def __len__(self) -> int:
        raise refused("len() of a range of symbolic size", "use x.shape[0]")

    @property
    def tensor(self) -> Any:
        """The positions as a tensor."""
        if self.start:
            raise refused("arange with a start or a step")
        found = torch.arange(self.size.value)
        found._nmderive_shadow = OPERATIONS["arange"](Array(self.size.expr))
        return found


def at_position(x: Any, k: int) -> Any:
    """Return a position of a loop as a tensor: the number ``k`` in this trace."""
    found = torch.tensor(k)
    found._nmderive_shadow = x
    return found


def range_of(*args: Any) -> Any:
    """Return range(size) or range(start, size)."""
    if len(args) > 2 or not isinstance(args[-1], Size) or any(isinstance(x, Size) for x in args[:-1]):
        raise refused("a range with a step, or with a symbolic start", "use sums and axes, not a loop")
    return Range(args[-1], args[0] if len(args) == 2 else 0)


def largest_of(name: str) -> Callable[..., Any]:
    """Return Python's own max or min of numbers of which one is a size or a count; a size is at least 1."""
    def function(*args: Any) -> Any:
        numbers = [x for x in args if not isinstance(x, Size)]
        sizes = [x for x in args if isinstance(x, Size)]
        if name == "max" and all(isinstance(x, int | float) and x <= 1 for x in numbers) and len(sizes) == 1 \
                and sizes[0].expr in (N, M, N * M):
            return sizes[0]
        found = OPERATIONS["positive"](Array(_expression(args[0])))
        for other in args[1:]:
            found = OPERATIONS[f"{name}imum"](found, Array(_expression(other)))
        values = [x.value if isinstance(x, Size) else x for x in args]
        return sized((max if name == "max" else min)(values), found.expr)

    return function


def _expression(x: Any) -> Expr:
    return x.expr if isinstance(x, Size) else exact(x)


def sized(value: Any, expr: Expr) -> Any:
    """Return a number that stands for ``expr``; a plain one where no size is in it."""
    return Size(value, expr) if expr.free_symbols else value


def _binary(meaning: Callable[[Any, Any], Any], swapped: bool) -> Callable[[Any, Any], Any]:
    def method(self: Size, other: Any) -> Any:
        if isinstance(other, torch.Tensor):
            return meaning(other, self.carried()) if swapped else meaning(self.carried(), other)
        if not isinstance(other, int | float | Size):
            return NotImplemented
        a, b = (other, self) if swapped else (self, other)
        left, right = (x.expr if isinstance(x, Size) else exact(x) for x in (a, b))
        numbers = [x.value if isinstance(x, Size) else x for x in (a, b)]
        return sized(meaning(*numbers), meaning(left, right))

    return method


def _compared(name: str) -> Callable[[Any, Any], Any]:
    meaning = getattr(operator, name)

    def method(self: Size, other: Any) -> Any:
        if isinstance(other, torch.Tensor):
            return meaning(self.carried(), other)
        if not isinstance(other, int | float | Size):
            return NotImplemented
        left, right = self.expr, other.expr if isinstance(other, Size) else exact(other)
        if left == right:
            return meaning(0, 0)
        if {left, right} == {M, Integer(current().classes or 0)}:
            return meaning(0, 0)
        found = _known(left, right, meaning)
        if found is not None:
            return found
        kind = Misfit if {left, right} <= {N, M, N * M} else Refused  # of other shapes of the arguments it may be clear
        raise refused(f"a branch on whether {left} {_SIGNS[name]} {right}", "the reading is for all n and m", kind)

    return method


def _known(left: Expr, right: Expr, meaning: Callable[[Any, Any], Any]) -> bool | None:
    """Return how a comparison goes, where it is known for all sizes, or for all from 2 on."""
    if left.is_Number and right.is_Number:
        return bool(meaning(left, right))
    if right in (N, M) and left.is_Number:
        return of_sizes(right, lambda k: bool(meaning(left, k)), left)
    return of_counts(left, right, meaning)


def _cut(self: Any, other: Any) -> Any:
    """Return positions modulo a size; sizes themselves are not cut."""
    if isinstance(other, torch.Tensor):
        return torch.remainder(other, self.carried())
    return _refused_cut(self, other)


def _refused_cut(self: Any, other: Any) -> Any:
    raise refused("// or % of a size", "sizes are added, multiplied and divided")


_SIGNS = {"eq": "==", "ne": "!=", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}

for _name in ("add", "sub", "mul", "truediv", "pow"):
    setattr(Size, f"__{_name}__", _binary(getattr(operator, _name), False))
    setattr(Size, f"__r{_name}__", _binary(getattr(operator, _name), True))
for _name in _SIGNS:
    setattr(Size, f"__{_name}__", _compared(_name))
for _name in ("floordiv", "rfloordiv", "mod", "rmod"):
    setattr(Size, f"__{_name}__", _refused_cut)


Size.__rmod__ = _cut  # type: ignore[attr-defined]


class Shape(tuple[Any, ...]):
    """The sizes of a tensor, as torch.Size has them."""

    __hash__ = tuple.__hash__

    def __eq__(self, other: Any) -> bool:
        """Compare with another shape, as code asserts it; where a number meets m, they do not fit."""
        for one, two in zip(self, other, strict=False) if isinstance(other, tuple) else ():
            sizes = [x.expr if isinstance(x, Size) else exact(x) for x in (one, two)]
            if M in sizes and current().classes is None and any(x.is_Integer and x > 1 for x in sizes):
                raise misfit(f"shapes are compared where one has {sizes[0]} entries and the other {sizes[1]}",
                             "give the number of classes as x.shape[1]", *sizes)
        return tuple.__eq__(self, other)

    def __ne__(self, other: Any) -> bool:
        return not self == other

    def numel(self) -> Any:
        """Return the number of entries."""
        total: Any = 1
        for size in self:
            total = total * size
        return total


def carried(x: Any) -> Any:
    """Return arguments with every size as a number that PyTorch takes."""
    if isinstance(x, tuple | list):
        return tuple(map(carried, x)) if isinstance(x, tuple) else list(map(carried, x))
    return x.carried() if isinstance(x, Size) else x


def carrying(original: Callable[..., Any]) -> Callable[..., Any]:
    """Return ``original``, taking sizes."""
    @functools.wraps(original)
    def function(*args: Any, **kwargs: Any) -> Any:
        return original(*carried(args), **{name: carried(x) for name, x in kwargs.items()})

    return function


@contextmanager
def methods_take_sizes() -> Iterator[None]:
    """Replace the methods of tensors that take sizes, for a while."""
    own = {name: torch.Tensor.__dict__.get(name) for name in METHODS}
    try:
        for name in METHODS:
            setattr(torch.Tensor, name, carrying(getattr(torch.Tensor, name)))
        yield
    finally:
        for name, method in own.items():
            if method is None:
                delattr(torch.Tensor, name)
            else:
                setattr(torch.Tensor, name, method)


__all__ = [
    "FUNCTIONS", "Carried", "Range", "Shape", "Size", "at_position", "carried", "carrying", "largest_of",
    "methods_take_sizes", "of_size", "range_of", "sized",
]
