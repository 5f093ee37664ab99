"""What the PyTorch and the jax export share: the robust value code in another library's words.

The value is written with every logarithm kept as one; the library's own automatic differentiation gives the
gradient, whose weights exp(child - parent) are then as tame as in the NumPy code.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from nmderive.calculus.symbols import T
from nmderive.losses.loss import Loss
from nmderive.numeric.dense import DenseCode
from nmderive.numeric.graph import variable
from nmderive.numeric.lower import Lowered
from nmderive.numeric.module_text import argument, shape_of, size_checks
from nmderive.numeric.reader import Reader

_CALL = re.compile(r"\b([a-z0-9_]+)\(")


@dataclass(frozen=True)
class Value:
    """The NumPy statements of the robust value on whole arrays, the result's name, and the sizes of its arrays."""

    lines: tuple[str, ...]
    result: str
    arrays: Mapping[str, tuple[str, ...]]


def value_code(loss: Loss) -> Value:
    """Return the code of the loss's value; raise UnsupportedError with the reason where there is none."""
    reader = Reader(loss)
    value = reader.value()
    code = DenseCode([value])
    lines = tuple(line.replace(", optimize=True", "") for line in code.lines)
    return Value(lines, code.name(value), reader.arrays)


def function(loss: Loss, lowered: Lowered, value: Value, array: str, classes: str, floating: str) -> str:
    """Return the function ``loss(s, t, ...)`` in a library that differentiates by itself.

    ``array`` is the code that makes an array of s's type, ``classes`` one of class numbers, both with {} for what is
    given; ``floating`` is the statement that gives s a floating type.
    """
    arguments = [argument(a) for a in lowered.arguments]
    sets, own = {argument(a) for a in loss.class_sets}, {argument(a) for a in value.arrays}
    shape, wanted = "tuple({}.shape)", shape_of(loss)
    body = [
        f'"""Return the loss for s and t of shape {wanted}."""', floating,
        f"if s.ndim != {len(loss.shape)}:",
        f"""    raise ValueError(f"s has shape {{tuple(s.shape)}}, but the loss takes logits of shape {wanted}")""",
        f"n, m, dtype = {_size(loss, 'n', 0)}, {_size(loss, 'm', -1)}, s.dtype",
    ]
    body += _labels(array) if loss.expr.has(T) else []
    body += [f"{a} = {array.format(a)}" for a in arguments if a in own]
    body += size_checks(loss, value.arrays, shape)
    body += [f"{variable(a)} = {(classes if a in sets else '{}' if a in own else array).format(a)}" for a in arguments]
    head = ", *, " + ", ".join(arguments) if arguments else ""
    return "\n    ".join([f"def loss(s, t{head}):", *body, *value.lines, f"return {value.result}"])


def _labels(array: str) -> list[str]:
    said = "t has shape {tuple(t.shape)}, but s has shape {tuple(s.shape)}"
    return [f"t = {array.format('t')}", "if t.shape != s.shape:", f'    raise ValueError(f"{said}")']


def _size(loss: Loss, name: str, place: int) -> str:
    return f"s.shape[{place}]" if loss.shape[place].name == name else "1"


def used(lines: Iterable[str], helpers: dict[str, str]) -> list[str]:
    """Return the helpers' sources that ``lines`` call, directly or through each other."""
    wanted: set[str] = set()
    found = set(_CALL.findall("\n".join(lines)))
    while new := (found & set(helpers)) - wanted:
        wanted |= new
        found = {name for h in new for name in _CALL.findall(helpers[h])}
    return [helpers[h] for h in helpers if h in wanted]


__all__ = ["Value", "function", "used", "value_code"]
