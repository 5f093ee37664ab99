"""Exponents of a log-sum form at fixed sizes: their weights for given labels, and their slopes in the logits.

Plain rational arithmetic over the JSON of an expression; it guides the search for rays and combinations, which the
checker then decides.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import product
from typing import Any

from nmderive.proving.log_groups import Index, mentions

Entry = tuple[int, ...]
Linear = dict[Entry, Fraction]


class Unknown(Exception):
    """A node that this arithmetic does not know."""


@dataclass(frozen=True)
class Setting:
    """Sizes, labels and parameters at which exponents are evaluated."""

    sizes: Mapping[str, int]
    labels: Mapping[Entry, Fraction]
    parameters: Mapping[str, Fraction] = field(default_factory=dict)
    arrays: Mapping[str, Mapping[Entry, Fraction]] = field(default_factory=dict)

    def instances(self, indices: tuple[Index, ...]) -> Iterator[dict[str, int]]:
        """Yield the values of the indices that satisfy their conditions."""
        for values in product(*(range(1, self.sizes[size] + 1) for _, size, _ in indices)):
            env = {name: value for (name, _, _), value in zip(indices, values, strict=True)}
            if all(self.holds(c, env) for _, _, conditions in indices for c in conditions):
                yield env

    def holds(self, condition: Any, env: Mapping[str, int]) -> bool:
        """Tell whether a condition on indices holds."""
        kind, a, b = condition
        if kind == "in":
            raise Unknown
        x, y = self._position(a, env), self._position(b, env)
        return {"ne": x != y, "eq": x == y, "lt": x < y, "le": x <= y}[kind]

    def value(self, node: Any, env: Mapping[str, int]) -> Fraction:
        """Return the value of an expression without logits."""
        linear, constant = self.linear(node, env)
        if linear:
            raise Unknown
        return constant

    def linear(self, node: Any, env: Mapping[str, int]) -> tuple[Linear, Fraction]:
        """Return the slopes in the logits, and the constant part, of an affine expression."""
        kind = node[0]
        if kind == "num":
            return {}, Fraction(node[1])
        if kind == "at":
            return self._entry(node, env)
        if kind == "sym":
            return {}, self._symbol(node[1], env)
        if kind == "add":
            return _added([self.linear(x, env) for x in node[1]])
        if kind == "sum":
            inner = ((node[1], node[2], tuple(node[3])),)
            return _added([self.linear(node[4], {**env, **own}) for own in self._own(inner, env)])
        if kind == "mul":
            return self._product(node, env)
        if kind == "delta":
            return {}, Fraction(int(self._position(node[1], env) == self._position(node[2], env)))
        if kind == "pow" and not mentions(node):
            return {}, self._power(self.value(node[1], env), self.value(node[2], env))
        if kind == "exp" and not mentions(node):
            return {}, Fraction(1)  # a positive weight, which is all that is asked of weights here
        raise Unknown

    def _own(self, indices: tuple[Index, ...], env: Mapping[str, int]) -> Iterator[dict[str, int]]:
        ((name, size, conditions),) = indices
        for value in range(1, self.sizes[size] + 1):
            if all(self.holds(c, {**env, name: value}) for c in conditions):
                yield {name: value}

    def _position(self, x: Any, env: Mapping[str, int]) -> int:
        """Return the number that an index is; a list is a class that is counted modulo m."""
        if isinstance(x, list):
            _, letters, number = x
            place = number + sum(c * self._position(letter, env) for letter, c in letters)
            return int(place - 1) % self.sizes["m"] + 1
        if isinstance(x, int) or str(x).isdigit():
            return int(x)
        if x not in env:
            raise Unknown
        return env[x]

    def _entry(self, node: Any, env: Mapping[str, int]) -> tuple[Linear, Fraction]:
        place = tuple(self._position(x, env) for x in node[2])
        if node[1] == "s":
            return {place: Fraction(1)}, Fraction(0)
        table = self.labels if node[1] == "t" else self.arrays.get(node[1], {})
        if place in table:
            return {}, table[place]
        raise Unknown

    def _symbol(self, name: str, env: Mapping[str, int]) -> Fraction:
        if name in env:
            return Fraction(env[name])
        if name in self.sizes:
            return Fraction(self.sizes[name])
        if name in self.parameters:
            return self.parameters[name]
        raise Unknown

    def _product(self, node: Any, env: Mapping[str, int]) -> tuple[Linear, Fraction]:
        factor = Fraction(1)
        varying: tuple[Linear, Fraction] = ({}, Fraction(1))
        for x in node[1]:
            linear, constant = self.linear(x, env)
            if not linear:
                factor *= constant
            elif varying[0]:
                raise Unknown
            else:
                varying = linear, constant
        return {e: c * factor for e, c in varying[0].items()}, varying[1] * factor

    def _power(self, base: Fraction, exponent: Fraction) -> Fraction:
        if base in (0, 1) and exponent > 0:
            return base
        if exponent.denominator != 1 or not base or abs(exponent) > 20:
            raise Unknown
        return base ** int(exponent)


def _added(parts: list[tuple[Linear, Fraction]]) -> tuple[Linear, Fraction]:
    total: Linear = {}
    constant = Fraction(0)
    for linear, own in parts:
        constant += own
        for e, c in linear.items():
            total[e] = total.get(e, Fraction(0)) + c
    return {e: c for e, c in total.items() if c}, constant
