"""A loss with a value for every letter, to be evaluated at logits and labels of one shape whatever its own is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np

from nmderive.calculus.domains import Domain
from nmderive.errors import DomainError, UnsupportedError
from nmderive.losses.loss import Loss
from nmderive.numeric.lower import Lowered, lower

#: A letter without an upper end is drawn so far above its lower one: g = 2, a temperature of 2.
_ABOVE = 2.0
#: How far from an end of its domain a letter stops, and at how many of its values where they are listed.
_STEPS, _MOST = (0.25, 0.5, 1.0, 2.0, 3.0, 5.0), 7


@dataclass(frozen=True)
class Subject:
    """A loss and the values that were given for its letters; the others get one inside their domain."""

    loss: Loss
    given: Mapping[str, Any]

    @cached_property
    def lowered(self) -> Lowered:
        """The loss as NumPy functions."""
        return lower(self.loss)

    @property
    def has_classes(self) -> bool:
        """Whether a sample has a logit for each class, not one alone."""
        return bool(self.loss.shape[-1].name == "m")

    @property
    def has_samples(self) -> bool:
        """Whether the logits have a row for each sample."""
        return bool(self.loss.shape[0].name == "n")

    def needs_classes(self) -> None:
        """Raise UnsupportedError for a loss of binary tasks, or of a square of similarities."""
        if not self.has_classes:
            raise UnsupportedError("each sample has one logit, so there are no classes to draw")
        if self.loss.is_square:
            raise UnsupportedError("the logits are a square of similarities, n = m, so there are no three classes")

    def parameters(self, n: int, m: int) -> dict[str, Any]:
        """Return a value for every letter at these sizes."""
        unknown = sorted(set(self.given) - set(self.lowered.arguments))
        if unknown:
            raise DomainError(f"the loss has no parameter {unknown[0]}",
                              hint="it has " + (", ".join(self.lowered.arguments) or "none"))
        domains, sizes = dict(self.loss.domains), {"n": n, "m": m}
        found: dict[str, Any] = {p.name: _inside(domains.get(p.name, Domain())) for p in self.loss.parameters}
        for name, axes in (self.lowered.arrays if self.loss.arrays else {}).items():
            found[name] = np.full([sizes[x] for x in axes], 1.0)
        found |= {name: [2, 3][: m - 1] if name.endswith("neg") else [1] for name in self.loss.class_sets}
        return {**found, **self.given}

    def stops(self) -> dict[str, tuple[float, ...]]:
        """Return for each letter that has no value given the values at which a moving picture stops."""
        domains = dict(self.loss.domains)
        return {p.name: _stops(domains.get(p.name, Domain())) for p in self.loss.parameters if p.name not in self.given}

    def at(self, letter: str, value: float) -> Subject:
        """Return the same loss with this value of a letter."""
        return Subject(self.loss, {**self.given, letter: value})

    def said(self) -> str:
        """Return the values of the letters in words: ``g = 2``; empty where there are none."""
        return ", ".join(f"{k} = {_shown(v)}" for k, v in self.parameters(1, 3).items())

    def value(self, s: Any, t: Any) -> float:
        """Return the loss at logits and labels of shape (n, m)."""
        s, t = self._own(s), self._own(t)
        return self.lowered.value(s, t, **self.parameters(*self.lowered.sizes(s)))

    def gradient(self, s: Any, t: Any) -> Any:
        """Return the gradient at logits and labels of shape (n, m), in that shape."""
        own = self._own(s)
        found = self.lowered.value_and_grad(own, self._own(t), **self.parameters(*self.lowered.sizes(own)))[1]
        return np.reshape(found, np.shape(s))

    def _own(self, x: Any) -> Any:
        """Return an array (n, m) in the loss's own shape."""
        x = np.asarray(x, dtype=float)
        if not self.has_samples and len(x) > 1:
            raise UnsupportedError("the loss is of one sample, so there are no others to draw")
        return x[0] if not self.has_samples else x if self.has_classes else x[:, 0]


def _inside(domain: Domain) -> float:
    if domain.values:
        return float(domain.values[0])
    if domain.low is not None and domain.high is not None:
        return float(domain.low + domain.high) / 2
    if domain.high is not None:
        return float(domain.high) - 1.0
    return 1.0 if domain.low is None else float(domain.low) + _ABOVE


def _stops(domain: Domain) -> tuple[float, ...]:
    """Return values inside a domain, among them the one at which a picture that stands still is drawn."""
    if domain.values:
        return tuple(map(float, domain.values[:_MOST]))
    if domain.low is not None and domain.high is not None:
        tried = [float(domain.low) + share * float(domain.high - domain.low) for share in (0.1, 0.25, 0.5, 0.75, 0.9)]
    elif domain.high is not None:
        tried = [float(domain.high) - step for step in _STEPS]
    else:
        tried = [-2.0, -1.0, 0.0, 1.0, 2.0, 3.0] if domain.low is None else [float(domain.low) + x for x in _STEPS]
    return tuple(sorted({_inside(domain), *(x for x in tried if Fraction(x) in domain)}))


def _shown(value: Any) -> str:
    flat = np.ravel(np.asarray(value, dtype=float))
    return f"{flat[0]:g}" if flat.size == 1 or np.all(flat == flat[0]) else f"({', '.join(f'{x:g}' for x in flat)})"


__all__ = ["Subject"]
