"""Python's own functions of symbolic NumPy arrays and sizes: len, range, max, min and those of math."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nmderive.tracing.context import refused
from nmderive.tracing.frontends.numpy import Traced, array_of
from nmderive.tracing.loops import positions
from nmderive.tracing.operations import OPERATIONS as OPS


def _log(x: Any) -> Traced:
    return Traced(OPS["log"](array_of(x)))


def _len(x: Any) -> Any:
    return x.shape[0] if isinstance(x, Traced) else len(x)  # of a list of arrays


def arange(*args: Any, **_: Any) -> Traced:
    """The positions up to a size."""
    if len(args) == 2 and not isinstance(args[0], Traced) and args[0] == 0:
        args = args[1:]
    if len(args) != 1:
        raise refused("np.arange with a start or a step")
    return Traced(OPS["arange"](array_of(args[0])))


class Range:
    """range(1, size): the positions that a loop goes through."""

    def __init__(self, size: Any) -> None:
        self.size = size

    def __iter__(self) -> Any:
        return iter([Traced(x) for x in positions(array_of(self.size).expr, 1)])


def _range(*args: Any) -> Any:
    if any(isinstance(x, Traced) and x.value.kind == "index" for x in args):
        raise refused("a range that ends at a position of another loop",
                      "sums over pairs: np.triu, or a mask as factor")
    return Range(args[1]) if len(args) == 2 and args[0] == 1 else arange(*args)


def _largest(name: str) -> Callable[..., Any]:
    """Return Python's own max or min of several numbers, or of the entries of one array."""
    def function(*args: Any) -> Any:
        if len(args) == 1:
            return Traced(OPS[name](array_of(args[0])))
        found = array_of(args[0])
        for other in args[1:]:
            found = OPS[f"{name}imum"](found, array_of(other))
        return Traced(found)

    return function


#: Functions that are replaced while a trace runs.
BUILTINS: dict[str, Callable[..., Any]] = {
    "builtins.len": _len, "builtins.range": _range, "builtins.max": _largest("max"),
    "builtins.min": _largest("min"), "math.log": _log,
    "math.sqrt": lambda x: Traced(OPS["sqrt"](array_of(x))),
    "math.exp": lambda x: Traced(OPS["exp"](array_of(x))),
}

__all__ = ["BUILTINS", "Range", "arange"]
