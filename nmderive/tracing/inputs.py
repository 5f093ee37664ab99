"""Values of arguments: symbolic ones for a trace, random ones for its check."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from sympy import Expr, exp

from nmderive.calculus.sums import IndexSum
from nmderive.calculus.symbols import M, N, S, T, index
from nmderive.errors import UsageError
from nmderive.tracing.arguments import Argument
from nmderive.tracing.array import AXES, Array
from nmderive.tracing.sums import ONE_TARGET, TARGET


def symbolic(argument: Argument) -> Any:
    """Return the symbolic array of an argument; a plain value as it is."""
    axes = AXES[: len(argument.shape)][::-1]
    if argument.role == "logits":
        return Array(S[axes], argument.shape)
    if argument.role == "probabilities":
        return Array(_softmax(axes, argument), argument.shape)
    if argument.role == "labels":
        return Array(T[axes], argument.shape, role="labels" if argument.guessed else "")
    if argument.role == "target class":
        return Array(TARGET[axes] if axes else ONE_TARGET, argument.shape, "index", M)
    if argument.role == "weights":
        return Array(argument.value[axes], argument.shape)
    return Array(argument.value) if argument.role == "parameter" else argument.value


def _softmax(axes: tuple[Any, ...], argument: Argument) -> Expr:
    if M not in argument.shape:
        return 1 / (1 + exp(-S[axes]))
    other = index("nmderive_other")
    return exp(S[axes]) / IndexSum(exp(S[(*axes[:-1], other)]), other, M)


@dataclass(frozen=True)
class Sample:
    """Random values: those of the function's arguments, and of the letters of the reading."""

    arguments: dict[str, Any]
    arrays: dict[str, Any]
    parameters: dict[str, float]


def sample(
    arguments: Iterable[Argument], sizes: Mapping[str, int], random: np.random.Generator, is_hard: bool = False,
    together: bool = False,
) -> Sample:
    """Return random values at ``sizes``: logits, labels inside the simplex (``is_hard``: at its corners), classes.

    ``together`` draws classes of which each has more than one sample.
    """
    own: dict[str, Any] = {}
    arrays: dict[str, Any] = {}
    parameters: dict[str, float] = {}
    for a in arguments:
        shape = tuple(sizes[size.name] for size in a.shape)
        if a.role in ("logits", "probabilities"):
            arrays["s"] = random.normal(size=shape)
            if a.shape == (N, N):
                arrays["t"] = np.eye(shape[0])
            own[a.name] = arrays["s"] if a.role == "logits" else probabilities(arrays["s"], M in a.shape)
        elif a.role == "labels":
            arrays["t"] = own[a.name] = _labels(shape, M in a.shape, random, is_hard)
        elif a.role == "target class":
            own[a.name] = random.integers(sizes["m"], size=shape)
            if together and shape:
                few = random.permutation(sizes["m"])[:max(1, shape[0] // 2)]
                own[a.name] = random.permutation(np.resize(few, shape))
            arrays["t"] = np.eye(sizes["m"])[own[a.name]]
        elif a.role == "weights":
            values = [_inside(a, random) for _ in range(int(np.prod(shape)))]
            arrays[a.name] = own[a.name] = np.array(values).reshape(shape)
        else:
            own[a.name] = a.value if a.role == "constant" else _inside(a, random)
            if a.role == "parameter":
                parameters[str(a.value)] = own[a.name]
    return Sample(own, arrays, parameters)


def probabilities(s: Any, classes: bool) -> Any:
    """Return softmax along the last axis, or the sigmoid where there are no classes."""
    if not classes:
        return 1 / (1 + np.exp(-s))
    powers = np.exp(s)
    return powers / powers.sum(axis=-1, keepdims=True)


def _labels(shape: tuple[int, ...], classes: bool, random: np.random.Generator, is_hard: bool) -> Any:
    values = random.uniform(0.1, 0.9, size=shape)
    if is_hard:
        at = random.integers(shape[-1], size=shape[:-1])
        return np.eye(shape[-1])[at] if classes else (values > 0.5).astype(float)
    return values / values.sum(axis=-1, keepdims=True) if classes else values


def _inside(argument: Argument, random: np.random.Generator) -> float:
    domain = argument.domain
    if domain is None:
        return float(random.normal())
    if domain.values:
        return float(domain.values[random.integers(len(domain.values))])
    ends = [None if end is None else float(end) for end in (domain.low, domain.high)]
    low = ends[0] if ends[0] is not None else -2.0 if ends[1] is None else ends[1] - 2
    high = ends[1] if ends[1] is not None else low + 3
    value = low + (high - low) * random.uniform(0.2, 0.8)
    value = float(round(value)) if domain.integer else value
    if domain.integer and int(value) not in domain:
        raise UsageError(f"no whole number was found for {argument.name}", hint=f"fix it: --let '{argument.name}=2'")
    return value


__all__ = ["Sample", "probabilities", "sample", "symbolic"]
