"""Evaluation of an expression at a rational point, exactly or in balls.

A point gives e^s as rationals (so that s is a logarithm of a rational), labels and other arrays as
rationals, parameters, and members of class sets.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from sympy import Expr, Symbol

from nmderive.errors import DomainError
from nmderive.proving.numbers import BallField, ExactField, Field, Inexact
from nmderive.proving.programs import program


@dataclass(frozen=True)
class Point:
    """A rational point: sizes, ``exp_s`` and other arrays keyed by index tuples, parameters, sets."""

    sizes: Mapping[str, int]
    exp_s: Mapping[tuple[int, ...], Fraction]
    arrays: Mapping[str, Mapping[tuple[int, ...], Fraction]] = field(default_factory=dict)
    parameters: Mapping[str, Fraction] = field(default_factory=dict)
    sets: Mapping[str, frozenset[int]] = field(default_factory=dict)


class Evaluator:
    """Evaluates expressions over one field at one point; ``links`` gives arrays as expressions."""

    def __init__(self, field_: Field, point: Point, logits: str = "s") -> None:
        self.field = field_
        self.point = point
        self.sizes, self.sets = point.sizes, point.sets
        self.logits = logits
        #: What programs keep: values by the number of an expression and the indices that it depends on.
        self.kept: dict[Any, Any] = {}
        self._links: dict[str, tuple[tuple[Symbol, ...], Expr]] = {}
        self._entries: dict[tuple[str, tuple[int, ...]], Any] = {}

    def link(self, array: str, indices: tuple[Symbol, ...], value: Expr) -> None:
        """Let every entry of ``array`` be ``value`` at its indices."""
        self._links[array] = (indices, value)

    def value(self, expr: Expr, env: Mapping[Symbol, int] | None = None) -> Any:
        """Return the value of ``expr`` with free indices taken from ``env``."""
        return self.field.plain(program(expr)(self, dict(env or {})))

    def entry(self, name: str, indices: tuple[int, ...]) -> Any:
        """Return an entry of an array, which is worked out once."""
        key = (name, indices)
        if key not in self._entries:
            self._entries[key] = self._entry(name, indices)
        return self._entries[key]

    def parameter(self, name: str) -> Any:
        """Return the value of a parameter."""
        if name not in self.point.parameters:
            raise DomainError(f"the parameter {name} has no value")
        return self.field.rational(self.point.parameters[name])

    def _entry(self, name: str, indices: tuple[int, ...]) -> Any:
        if name in self._links:
            letters, value = self._links[name]
            return program(value)(self, dict(zip(letters, indices, strict=True)))
        table = self.point.exp_s if name == self.logits else self.point.arrays.get(name, {})
        if indices not in table:
            raise DomainError(f"{name} has no entry {indices} at {dict(self.point.sizes)}")
        value = self.field.rational(table[indices])
        return self.field.log(value) if name == self.logits else value


__all__ = ["BallField", "Evaluator", "ExactField", "Inexact", "Point"]
