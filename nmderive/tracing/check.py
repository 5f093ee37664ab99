"""The check of every reading: value and gradient of the real function on random arrays, at several sizes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
from sympy import Expr, Integer, sign

from nmderive.calculus.symbols import N
from nmderive.errors import NmderiveError
from nmderive.losses.loss import Loss
from nmderive.tracing.arguments import LABELLED, PREDICTIONS, Argument
from nmderive.tracing.context import Refused, Trace, TracingFault
from nmderive.tracing.evaluate import Evaluator, gradient
from nmderive.tracing.inputs import Sample, sample, with_logits
from nmderive.tracing.operations.extrema import has_large_number
from nmderive.tracing.roles import SIGMOID, SOFTMAX
from nmderive.tracing.several import COLUMN
from nmderive.tracing.sums import in_labels

#: (n, m) at which every reading is compared; n = m, n = 1 and both orders among them.
SIZES = ((2, 3), (3, 2), (4, 4), (1, 3))
_VALUE, _BY_DIFFERENCES, _BY_AUTOGRAD = 1e-9, 1e-6, 1e-9
_STEP = 1e-3
#: Draws at one size: some losses have no value where, say, all samples are of one class.
_DRAWS = 24
#: Sizes for losses without a value where a class has no sample.
_MORE = ((5, 2), (6, 3), (7, 2))
#: Sizes beyond those to which code counts.
_FAR = ((70, 3), (3, 70))


@dataclass(frozen=True)
class Real:
    """The function itself, called on numbers by the ``session`` of its library."""

    function: Callable[..., Any]
    session: Any
    is_number: bool = False

    def value(self, arguments: dict[str, Any]) -> float:
        """Return the sum of what the function returns."""
        return float(self.session.value(self.function, _copied(arguments)))

    @property
    def has_gradient(self) -> bool:
        """Whether the library differentiates: with Python numbers, where the session finds the array behind them."""
        of_numbers = getattr(self.session, "GRADIENT_OF_NUMBERS", False)
        return self.session.gradient is not None and (not self.is_number or of_numbers)

    def gradient(self, arguments: dict[str, Any], name: str) -> Any:
        """Return the library's own gradient by an argument; raises Refused where it has none."""
        try:
            return self.session.gradient(self.function, _copied(arguments), name)
        except NmderiveError:
            raise
        except Exception as error:
            said = " ".join(str(error).split())[:160]
            raise Refused(f"the function cannot be differentiated: {type(error).__name__}: {said}",
                          hint="nothing is read, as a training run would end there") from None


class _Raises(Refused):
    """The function raises an error on numbers."""


def check(
    expr: Expr, arguments: Sequence[Argument], real: Real, trace: Trace, classes: int | None = None
) -> tuple[str, ...]:
    """Compare reading and function; notes say at which sizes the function alone has no value.

    Where the code fixes the number of classes, that is ``classes``. Raises TracingFault where they differ, Refused
    where the function has no values.
    """
    random = np.random.default_rng(20)
    defined, other_way, notes = 0, 0, []
    least = Loss(expr, least=tuple(trace.least.items())).least_sizes
    is_square = any(a.shape == (N, N) for a in arguments)
    has_columns = any(a.role == COLUMN for a in arguments)
    for n, m in ((a + least.get("n", 1) - 1, b + least.get("m", 1) - 1) for a, b in (*SIZES, *_MORE)):
        m = n if is_square else 2 if has_columns else classes or m
        if n >= _MORE[0][0] and defined >= 3:
            break
        sizes = {"n": n, "m": m}
        try:
            values, evaluator, ours, theirs = _drawn(expr, arguments, sizes, random, real, trace)
        except _Raises as error:
            if n > 1:
                raise
            notes.append(_of_one(error, trace))
            continue
        other_way += not _as_read(trace, evaluator)
        if not _as_read(trace, evaluator) or trace.has_floor and not np.isfinite(ours):
            continue
        if not np.isfinite(theirs):
            if np.isfinite(ours):
                notes.append(f"at n = {n}, m = {m} the code gives {theirs}; the reading is the formula")
            continue
        if not np.isfinite(ours) and has_large_number(expr):
            continue  # where a mask leaves no entry, such as at n = 1, the code's large number stands for infinity
        defined += 1
        if not _close(ours, theirs, _VALUE):
            if not _close(_called(real, arguments, values, sizes), theirs, _VALUE):
                raise Refused("the function gives another value at every call: it draws random numbers",
                              hint="make what it draws an argument: def loss(s, t, lam), --let '0<lam<1'")
            raise _other_value(expr, f"{ours!r} instead of {theirs!r} at n={n}, m={m}", trace)
        _check_gradient(expr, evaluator, arguments, values, real)
    if defined < 3 and has_large_number(expr):
        raise Refused("entries that a large number masks have no value in the formula, such as 0 log 0",
                      hint="leave them out by a mask of 0 and 1 as a factor")
    if defined < 3:
        raise _never_as_read() if other_way > defined else _without_value(arguments)
    if trace.loops or trace.guards or trace.least:
        _check_far(expr, arguments, real, trace, 2 if has_columns else classes, is_square)
    return tuple(notes)


def _other_value(expr: Expr, said: str, trace: Trace) -> NmderiveError:
    """Return the error for a reading with another value than the function, with what may be the reason."""
    if trace.written:
        return Refused(f"{trace.written}an array that is a part of another one is written into, which changes both",
                       hint="write into the whole one, x[:, 0] += 1, or into a copy of the part: x[:, 0] + 1")
    if trace.viewed:
        return Refused(f"{trace.viewed}an array is written into of which a view was taken before, such as x[:, 0], x.T "
                       "or x.reshape(-1), which changes with it",
                       hint="take a copy before it is written into: x[:, 0].copy(), x.T.copy(), x.reshape(-1).copy(); "
                            "in a swap copy both")
    if has_large_number(expr):
        return Refused(f"a number as large as those of masks loses digits beside others: {said}",
                       hint="mask by minus infinity: torch.where(mask, logits, -inf), np.where(mask, logits, -np.inf)")
    return TracingFault(
        f"the reading is not the function: {said}; nothing is read",
        hint="a branch of the code may depend on sizes or data; please report this with the function")


def _check_far(
    expr: Expr, arguments: Sequence[Argument], real: Real, trace: Trace, classes: int | None, is_square: bool
) -> None:
    """Compare the values at large sizes, to which counters, slices and breaks in a loop do not come."""
    random = np.random.default_rng(21)
    for n, m in _FAR:
        sizes = {"n": n, "m": n if is_square else classes or m}
        with suppress(_Raises):
            _, evaluator, ours, theirs = _drawn(expr, arguments, sizes, random, real, trace)
            is_known = _as_read(trace, evaluator) and np.isfinite(ours) and np.isfinite(theirs)
            if is_known and not _close(ours, theirs, _VALUE):
                raise Refused(
                    f"the function is another one at large sizes: at n={n}, m={sizes['m']} it gives {theirs!r}, where "
                    f"what was read from few samples and classes gives {ours!r}",
                    hint="a loop may end early, or count; the reading is for all n and m")


def _never_as_read() -> Refused:
    return Refused(
        "at all labels that were tried the code takes another branch than the one that is read",
        hint="read the branch as a function of its own: what stands after the condition on the labels",
    )


def _without_value(arguments: Sequence[Argument]) -> Refused:
    name = next(a.name for a in arguments if a.role in PREDICTIONS)
    return Refused(
        "the function has no finite value at random logits: it may take the logarithm of a negative number",
        hint=f"where {name} holds probabilities: --let '{name}: {SOFTMAX}' or '{name}: {SIGMOID}'; log-probabilities "
             "are computed in a function of logits: def loss(s, t): return f(log_softmax(s, 1), t)",
    )


def _drawn(
    expr: Expr, arguments: Sequence[Argument], sizes: dict[str, int], random: np.random.Generator, real: Real,
    trace: Trace,
) -> tuple[Sample, Evaluator, float, float]:
    """Return random values with those of the reading and the function, at a few draws finite ones."""
    for k in range(_DRAWS):
        is_hard = k == 0 and expr.has(sign)
        values = sample(arguments, sizes, random, is_hard, together=k > _DRAWS // 2)
        evaluator = Evaluator(sizes, values.arrays, values.parameters)
        ours, theirs = complex(evaluator.value(expr)).real, _called(real, arguments, values, sizes)
        if np.isfinite(theirs) and (np.isfinite(ours) or not is_hard) and _as_read(trace, evaluator):
            break
    return values, evaluator, ours, theirs


def _as_read(trace: Trace, evaluator: Evaluator) -> bool:
    """Tell whether the code goes at these labels the ways that were read."""
    return all(bool((evaluator.value(condition) != 0) == holds) for guard, holds in trace.guards
               for condition in _at_passes(in_labels(guard), trace, evaluator.sizes))


def _at_passes(guard: Expr, trace: Trace, sizes: Mapping[str, int]) -> Iterator[Expr]:
    """Yield a condition at each position of the loops that it stands in."""
    own = [loop for loop in trace.loops.values() if guard.has(loop.at(0))]
    ranges = [range(1 + loop.start, sizes[loop.size.name] + 1) for loop in own]
    for places in product(*ranges):
        yield guard.xreplace({loop.at(0): Integer(k) for loop, k in zip(own, places, strict=True)})


def _of_one(error: Refused, trace: Trace) -> str:
    """Return what is said of a function that fails for one sample, as where squeeze() takes its axis."""
    trace.least["n"] = max(2, trace.least.get("n", 1))
    return f"for one sample {error.message.partition(': ')[0]}; it is read for n >= 2"


def _called(real: Real, arguments: Sequence[Argument], values: Sample, sizes: dict[str, int]) -> float:
    try:
        return real.value(values.arguments)
    except Exception as error:
        said = " ".join(str(error).split())[:160]
        logits = next(a.name for a in arguments if a.role in PREDICTIONS)
        labels = [f"'{a.name}: target class', '{a.name}: labels', " for a in arguments if a.role in LABELLED]
        raise _Raises(
            f"the function raises {type(error).__name__} at n={sizes['n']}, m={sizes['m']}: {said}",
            hint=f"say what the arguments are, --let {''.join(labels)}'{logits}_i: logits', or take out what needs "
                 "other sizes",
        ) from None


def _copied(arguments: dict[str, Any]) -> dict[str, Any]:
    return {name: x.copy() if isinstance(x, np.ndarray) else x for name, x in arguments.items()}


def _close(a: Any, b: Any, tolerance: float) -> bool:
    return bool(np.all(np.abs(a - b) <= tolerance * (1 + np.abs(b))))


def _check_gradient(
    expr: Expr, evaluator: Evaluator, arguments: Sequence[Argument], values: Sample, real: Real
) -> None:
    ours = gradient(expr, evaluator, "s")
    if not real.has_gradient or any(a.role in (SOFTMAX, SIGMOID) for a in arguments):
        slopes = _by_differences(arguments, values, real)
        if not np.isfinite(slopes).all():
            raise _without_value(arguments)
        if not _close(ours, slopes, _BY_DIFFERENCES):
            raise TracingFault("the slope of the function is not the derivative of the reading; nothing is read",
                               hint="please report this with the function")
        return
    named = [a for a in arguments if a.role in PREDICTIONS]
    found = {a.value: real.gradient(values.arguments, a.name) for a in named}
    theirs = np.stack([found[1], found[2]], axis=1) if len(named) == 2 else next(iter(found.values()))
    if not _close(ours, theirs, _BY_AUTOGRAD):
        rules = real.session.rules(real.function, _copied(values.arguments))
        raise _own_gradient(ours, theirs, named[0].name if len(named) == 1 else "s", rules)


def _own_gradient(ours: Any, theirs: Any, name: str, rules: Sequence[str]) -> TracingFault:
    """Return the error for a gradient that is not the derivative: the value is right, so the code says otherwise."""
    place = np.unravel_index(np.argmax(np.abs(ours - theirs)), ours.shape)
    at = f"{name}[{', '.join(map(str, place))}]"
    by = f"the gradient rule of {' and '.join(rules)}" if rules else "the gradient that the function gives"
    return TracingFault(
        f"{by} is not the derivative of its value: {float(theirs[place]):.6g} where that is {float(ours[place]):.6g}, "
        f"by {at}; nothing is read",
        hint="leave the rule out to judge the value: plain operations are differentiated right" if rules else
        "stop-gradients and custom gradients have no formula: give the function without them",
    )


def _by_differences(arguments: Sequence[Argument], values: Sample, real: Real) -> Any:
    s = values.arrays["s"]
    result = np.empty(s.shape)
    for place in np.ndindex(s.shape):
        total = 0.0
        for steps, weight in ((1, 8.0), (-1, -8.0), (2, -1.0), (-2, 1.0)):
            moved = s.copy()
            moved[place] += steps * _STEP
            total += weight * real.value(with_logits(arguments, values.arguments, moved))
        result[place] = total / (12 * _STEP)
    return result


__all__ = ["SIZES", "Real", "check"]
