"""What arguments of other shapes or kinds would fit, where those that were declared or guessed do not."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from sympy import Symbol

from nmderive.calculus.symbols import M, N
from nmderive.tracing.arguments import PREDICTIONS, Argument, readings, square_readings
from nmderive.tracing.array import subscripts
from nmderive.tracing.context import Fits, Misfit, Refused
from nmderive.tracing.several import OTHER_CLASS

Runs = Callable[[list[Argument]], bool]
_CLASSES = ("target class", OTHER_CLASS)
_SHAPES: tuple[tuple[Symbol, ...], ...] = ((N,), (M,), (N, M))


def other_shapes(arguments: list[Argument], runs: Runs) -> Refused | None:
    """Return the refusal of given numbers that leave the logits no matrix, where those of another shape do."""
    if any(a.role in PREDICTIONS and a.shape for a in arguments):
        return None
    for own, other in _others(arguments):
        changed = [other if a == own else a for a in arguments]
        if any(runs(x) for x in readings(changed) if next(a for a in x if a.role in PREDICTIONS).shape == (N, M)):
            logits = next(a.name for a in arguments if a.role in PREDICTIONS)
            sign = ">0" if own.domain is not None else ""
            shown = ", ".join(map(str, own.shape)) + ("," if len(own.shape) == 1 else "")
            one = f"for one sample --let '{logits}_j: logits'"
            return Fits(f"{own.name} of shape ({shown}) does not fit logits of shape (n, m)",
                        hint=f"--let '{own.name}{subscripts(other.shape)}{sign}', or {one}")
    return None


def _others(arguments: list[Argument]) -> Iterator[tuple[Argument, Argument]]:
    for own in arguments:
        if own.role == "weights":
            yield from ((own, replace(own, shape=shape)) for shape in _SHAPES if shape != own.shape)


def beside_labels(arguments: list[Argument], runs: Runs, error: Misfit) -> Refused | None:
    """Return the refusal of a function that takes a square matrix of samples beside labels of classes.

    Where the labels are a square matrix, too, it says what does not fit otherwise, ``error``.
    """
    fitting = [reading for reading in square_readings(arguments) if runs(reading)]
    if not fitting:
        return None
    name = next(a.name for a in arguments if a.role in PREDICTIONS)
    if not any(a.role in _CLASSES for reading in fitting for a in reading):
        said = f"it fits where {name} is a square matrix of samples, which is not read beside labels"
        return Fits(error.message, hint=f"{error.hint}; {said}" if error.hint else said)
    return Fits(f"{name} is a square matrix of samples beside labels of classes, of which no formula is read",
                hint=f"take what it is made of as the argument: def loss(z, ...): {name} = z @ z.T")


def hint_of(arguments: Sequence[Argument], said: str) -> str:
    """Return the hint for an error that the code raises: of True and False, how else to declare what may be those."""
    if "ZeroDivisionError" in said:
        return "what a loop counts under a condition may be 0: count by a sum of the condition, (y != 0).sum()"
    if "AssertionError" in said:
        return "what is asserted of values may not hold where it is read: take the assertion out"
    for a in arguments if "bool" in said else ():
        if a.role == "weights":
            name = f"{a.name}{subscripts(a.shape)}"
            return f"where {a.name} holds the numbers 0 and 1: --let '{name} in {{0,1}}'" if a.is_mask else \
                f"where {a.name} holds True and False: --let '{name}: mask'"
    return "the function is run once on symbolic arrays"


def said_of_error(error: Exception, file: str) -> str:
    """Return an error that the code raises in words, with the line of the user's file."""
    trace, line = error.__traceback__, ""
    kind, said = type(error).__name__, " ".join(str(error).split())[:200]
    if kind in ("TracerBoolConversionError", "ConcretizationTypeError", "TracerIntegerConversionError",
                "InconclusiveDimensionOperation"):
        said = "a branch on values or sizes: " + said
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == file:
            line = f"{file.rpartition('/')[2]}, line {trace.tb_lineno}: "
        trace = trace.tb_next
    return f"{line}{kind}: {said}"


__all__ = ["hint_of", "beside_labels", "other_shapes", "said_of_error"]
