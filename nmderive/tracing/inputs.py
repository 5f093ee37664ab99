"""Values of arguments: symbolic ones for a trace, random ones for its check."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from sympy import Expr, Integer, exp

from nmderive.calculus.sums import IndexSum
from nmderive.calculus.symbols import M, N, S, T, index
from nmderive.errors import UsageError
from nmderive.tracing.arguments import Argument
from nmderive.tracing.array import AXES, Array
from nmderive.tracing.roles import PREDICTED, SIGMOID, SIGNS, SIZE, SOFTMAX, TEACHER
from nmderive.tracing.several import COLUMN, NUMBERS, OTHER_CLASS, OTHER_LABELS, SHARES
from nmderive.tracing.sums import ONE_TARGET, TARGET, further_target


def symbolic(argument: Argument) -> Any:
    """Return the symbolic array of an argument; a plain value as it is."""
    axes = AXES[: len(argument.shape)][::-1]
    if argument.role == "logits":
        return Array(S[axes], argument.shape)
    if argument.role in (SOFTMAX, SIGMOID):
        return Array(_softmax(axes, argument.shape) if argument.role == SOFTMAX else 1 / (1 + exp(-S[axes])),
                     argument.shape)
    if argument.role == SIGNS:
        return Array(2 * T[axes] - 1, argument.shape)
    if argument.role == "labels":
        return Array(T[axes], argument.shape, role="labels" if argument.guessed else "")
    if argument.role == "target class":
        return Array(TARGET[axes] if axes else ONE_TARGET, argument.shape, "index", M)
    if argument.is_mask:
        return Array(argument.value[axes], argument.shape, "bool")
    if argument.role in ("weights", NUMBERS, TEACHER, OTHER_LABELS):
        role = "labels" if argument.role == OTHER_LABELS and argument.guessed else ""
        return Array(argument.value[axes], argument.shape, role=role)
    if argument.role == SHARES:
        total = IndexSum(argument.value[(*axes[:-1], index("nmderive_other"))], index("nmderive_other"), M)
        return Array(argument.value[axes] / (total if M in argument.shape else 1), argument.shape)
    if argument.role == OTHER_CLASS:
        return Array(further_target(argument.value)[axes or (Integer(0),)], argument.shape, "index", M)
    if argument.role == COLUMN:
        return Array(S[(*axes, Integer(argument.value))], argument.shape)
    return Array(argument.value) if argument.role == "parameter" else argument.value


def _softmax(axes: tuple[Any, ...], shape: tuple[Any, ...]) -> Expr:
    other = index("nmderive_other")
    return exp(S[axes]) / IndexSum(exp(S[(*axes[:-1], other)]), other, shape[-1])


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
    if any(a.role == COLUMN for a in arguments):
        arrays["s"] = random.normal(size=(sizes["n"], 2))
    for a in arguments:
        shape = tuple(sizes[size.name] for size in a.shape)
        if a.role in PREDICTED:
            arrays["s"] = random.normal(size=shape)
            if a.shape == (N, N):
                arrays["t"] = np.eye(shape[0])
            own[a.name] = _predicted(a, arrays["s"])
        elif a.role == "labels":
            arrays["t"] = own[a.name] = _labels(shape, M in a.shape, random, is_hard)
        elif a.role == SIGNS:
            arrays["t"] = _labels(shape, M in a.shape, random, is_hard)
            own[a.name] = 2 * arrays["t"] - 1
        elif a.role in ("target class", OTHER_CLASS):
            own[a.name] = _classes(shape, sizes["m"], random, together)
            arrays["t" if a.role == "target class" else a.letter] = np.eye(sizes["m"])[own[a.name]]
        elif a.role in (OTHER_LABELS, SHARES):
            arrays[a.letter] = own[a.name] = _labels(shape, M in a.shape, random, is_hard)
        elif a.role in (TEACHER, NUMBERS):
            arrays[a.letter] = own[a.name] = random.normal(size=shape)
            if a.role == TEACHER:
                arrays["t"] = probabilities(own[a.name], M in a.shape)
        elif a.role == COLUMN:
            own[a.name] = arrays["s"][:, a.value - 1].copy()
        elif a.role == "weights":
            values = np.array([_inside(a, random) for _ in range(int(np.prod(shape)))]).reshape(shape)
            arrays[a.letter], own[a.name] = values, values > 0 if a.is_mask else values
        elif a.role == SIZE:
            own[a.name] = sizes[a.value.name]
        else:
            own[a.name] = a.value if a.role == "constant" else _inside(a, random)
            if a.role == "parameter":
                parameters[str(a.value)] = own[a.name]
    return Sample(own, arrays, parameters)


def with_logits(arguments: Iterable[Argument], values: Mapping[str, Any], s: Any) -> dict[str, Any]:
    """Return the function's arguments with other logits ``s``."""
    moved = dict(values)
    for a in arguments:
        if a.role == COLUMN:
            moved[a.name] = s[:, a.value - 1].copy()
        elif a.role in PREDICTED:
            moved[a.name] = _predicted(a, s)
    return moved


def _predicted(argument: Argument, s: Any) -> Any:
    return s if argument.role == "logits" else probabilities(s, argument.role == SOFTMAX)


def _classes(shape: tuple[int, ...], count: int, random: np.random.Generator, together: bool) -> Any:
    if together and shape:
        few = random.permutation(count)[:max(1, shape[0] // 2)]
        return random.permutation(np.resize(few, shape))
    return random.integers(count, size=shape)


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


__all__ = ["Sample", "probabilities", "sample", "symbolic", "with_logits"]
