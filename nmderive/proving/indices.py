"""Indices and conditions on them as programs, and what a program is run with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from sympy import Expr, Integer, Le, Lt, Ne, Symbol
from sympy.logic.boolalg import And, Boolean, false, true

from nmderive.calculus.cyclic import Cyclic, coefficients
from nmderive.calculus.symbols import Member
from nmderive.errors import DomainError, UnsupportedError
from nmderive.proving.numbers import Field


class Run(Protocol):
    """What a program needs: a field, the sizes and members of a point, entries, and a place for what it keeps."""

    field: Field
    sizes: Any
    sets: Any
    kept: dict[Any, Any]

    def entry(self, name: str, indices: tuple[int, ...]) -> Any:
        """Return an entry of an array."""

    def parameter(self, name: str) -> Any:
        """Return the value of a parameter."""


Env = dict[Symbol, int]
Place = Callable[[Run, Env], int]
Test = Callable[[Run, Env], bool]


def truth(condition: Boolean) -> Test:
    """Return the program of a condition on indices."""
    if condition in (true, false):
        return lambda run, env: bool(condition == true)
    if isinstance(condition, And):
        parts = list(map(truth, condition.args))
        return lambda run, env: all(part(run, env) for part in parts)
    if isinstance(condition, Member):
        return _membership(condition)
    left, right = map(place, condition.args)
    if isinstance(condition, Ne):
        return lambda run, env: left(run, env) != right(run, env)
    if isinstance(condition, Lt):
        return lambda run, env: left(run, env) < right(run, env)
    if isinstance(condition, Le):
        return lambda run, env: left(run, env) <= right(run, env)
    raise UnsupportedError(f"the condition {condition} is not supported")


def _membership(condition: Member) -> Test:
    element, subset = place(condition.args[0]), condition.args[1].name

    def found(run: Run, env: Env) -> bool:
        if subset not in run.sets:
            raise DomainError(f"the members of {subset} are not given")
        return element(run, env) in run.sets[subset]

    return found


def place(expr: Expr) -> Place:
    """Return the program of the number that an index is."""
    if isinstance(expr, Integer):
        value = int(expr)
        return lambda run, env: value
    if isinstance(expr, Cyclic):
        letters, number = coefficients(expr)
        parts = [(int(c), place(x)) for x, c in letters.items()]
        return lambda run, env: (int(number) + sum(c * x(run, env) for c, x in parts) - 1) % run.sizes["m"] + 1

    def found(run: Run, env: Env) -> int:
        if expr not in env:
            raise DomainError(f"the index {expr} has no value")
        return env[expr]

    return found


__all__ = ["Env", "Run", "place", "truth"]
