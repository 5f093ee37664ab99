"""What the PyTorch and the jax export share: the robust value code in another library's words.

The value is written with every logarithm kept as one; the library's own automatic differentiation gives the
gradient, whose weights exp(child - parent) are then as tame as in the NumPy code.
"""

from __future__ import annotations

import re

from nmderive.losses.loss import Loss
from nmderive.numeric.dense import DenseCode
from nmderive.numeric.graph import variable
from nmderive.numeric.lower import lower
from nmderive.numeric.reader import Reader

_CALL = re.compile(r"\b([a-z0-9_]+)\(")


def value_lines(loss: Loss) -> tuple[list[str], str]:
    """Return the NumPy statements of the robust value on whole arrays, and the result's name."""
    lower(loss)  # raises UnsupportedError with the reason
    value = Reader(loss).value()
    code = DenseCode([value])
    return [line.replace(", optimize=True", "") for line in code.lines], code.name(value)


def used(lines: list[str], helpers: dict[str, str]) -> list[str]:
    """Return the helpers' sources that ``lines`` call, directly or through each other."""
    wanted: set[str] = set()
    found = set(_CALL.findall("\n".join(lines)))
    while new := (found & set(helpers)) - wanted:
        wanted |= new
        found = {name for h in new for name in _CALL.findall(helpers[h])}
    return [helpers[h] for h in helpers if h in wanted]


def signature(names: tuple[str, ...], arguments: list[str]) -> tuple[str, list[str]]:
    """Return the keyword part of the signature and the code's own names of the arguments."""
    return ", *, " + ", ".join(arguments) if arguments else "", [variable(a) for a in names]


__all__ = ["signature", "used", "value_lines"]
