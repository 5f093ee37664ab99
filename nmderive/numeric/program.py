"""The text of one function: head, statements, result."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from nmderive.errors import UnsupportedError
from nmderive.losses.loss import Loss
from nmderive.numeric.blocks import BlockCode
from nmderive.numeric.dense import DenseCode, needed
from nmderive.numeric.graph import Node, Ref, variable
from nmderive.numeric.reader import Reader
from nmderive.numeric.rules import gradient, tangent
from nmderive.numeric.schedule import blockable, rowed
from nmderive.numeric.words import NUMPY, Words

#: Entries of a block of rows in the robust code, whose kernels make arrays of their own.
ROBUST_BLOCK = 12288
#: Widest array whose columns the robust code keeps contiguous, and for which 1 - identity is multiplied.
NARROW, MATRIX = 64, 16


@dataclass(frozen=True)
class Program:
    """The code of one function, called ``name(s, t, v, n, m, dtype, **parameters)``."""

    name: str
    code: str


def program(
    loss: Loss, kind: str, style: str, arguments: Sequence[str], batch: bool = False, words: Words = NUMPY
) -> Program | None:
    """Return the function ``kind`` (value, value_and_grad, hvp) in ``style`` (fast, robust).

    None where the fast style does not fit. With ``batch`` the arrays have the problems as one more axis; the
    fast style is then the formula itself, for arithmetic that cannot overflow.
    """
    fast = style == "fast"
    if fast and kind == "hvp" and not batch:
        return None
    reader = Reader(loss, fast=fast, powers=fast and words.has_powers, joined=not fast and not batch and kind != "hvp")
    try:
        value = reader.value()
    except UnsupportedError:
        if fast:
            return None
        raise
    outputs = [value]
    if kind != "value":
        outputs.append(gradient(reader.graph, value, in_shares=fast and words.in_shares))
    if kind == "hvp":
        outputs.append(tangent(reader.graph, outputs[1]))
    in_blocks = kind != "hvp" and not batch and blockable(outputs)
    if fast and not in_blocks and not batch:
        return None
    lines = _blocked(outputs, fast, words) if in_blocks else _dense(loss, outputs, batch)
    name = f"{kind}_{style}"
    head = f"def {name}(s, t, v, n, m, dtype{''.join(', ' + variable(a) for a in arguments)}):"
    return Program(name, "\n    ".join([head, *lines]) + "\n")


def _blocked(outputs: list[Ref], fast: bool, words: Words) -> list[str]:
    grad = outputs[1] if len(outputs) > 1 else None
    code = BlockCode(outputs[0], grad, fast=fast, words=words)
    nodes = needed(outputs)
    lines = [f"rows = {words.rows(_rows(nodes, words.block if fast else ROBUST_BLOCK))}"]
    text = "\n".join(code.lines)
    if "ones_n" in text:
        lines.append(f"ones_n = {words.ones('min(rows, n)')}")
    if "ones_m" in text:
        lines.append(f"ones_m = {words.ones('m')}")
    if "others_matrix" in text:
        lines.append(f"others_matrix = {words.others_matrix(MATRIX)}")
    if "columns(" in text:
        lines.append(f"order = 'F' if m <= {NARROW} else 'C'")
    if fast:
        lines += words.range_limits(_chain(nodes))
    result = code.names[outputs[0].node.number]
    return [*lines, *code.lines, f"return {result}, grad" if grad is not None else f"return ({result},)"]


def _rows(nodes: list[Node], block: int) -> str:
    """Return the code of the block length: cache-sized, longer where a matrix product gains from it."""
    widths = [sum(a[0] == "m" for a in {a for r in x.args for a in r.axes} | set(x.axes)) for x in nodes]
    joined = any(x.op == "lsedot" for x in nodes) or any(
        x.op == "dot" and all(len(r.axes) == 2 for r in x.args) and len(x.axes) == 2 for x in nodes
    )
    if joined:
        return f"max(1, {block} // m, m)"
    free = ("dot", "lsedot", "mixdot")
    wide = max((w for w, x in zip(widths, nodes, strict=True) if x.op not in free and rowed(x)), default=1)
    return f"max(1, {block} // {'m' if wide < 2 else 'm**' + str(wide)})"


def _chain(nodes: list[Node]) -> int:
    """Return the largest number of exponentials that one product of the graph multiplies."""
    count: dict[int, int] = {}
    for x in nodes:
        inner = [count[r.node.number] for r in x.args]
        if x.op == "exp":
            count[x.number] = 1
        elif x.op == "prod":
            count[x.number] = sum(abs(p) * c for p, c in zip(x.data[0], inner, strict=True))
        elif x.op == "dot":
            count[x.number] = sum(inner)
        else:
            count[x.number] = 0 if x.op in ("log", "log1p", "log0", "log1p0", "tanh", "sign") else max(inner, default=0)
    return max([1, *count.values()])


def _dense(loss: Loss, outputs: list[Ref], batch: bool) -> list[str]:
    code = DenseCode(outputs, batch=batch)
    axes = [(size.name, 0) for size in loss.shape]
    parts = [code.name(outputs[0])]
    if batch:
        return [*code.lines, f"return {', '.join([*parts, *(code.view(x, axes, True) for x in outputs[1:])])},"]
    parts += [f"np.array(np.broadcast_to({code.view(x, axes, batch)}, s.shape))" for x in outputs[1:]]
    return [*code.lines, f"return {', '.join(parts)},"]


__all__ = ["ROBUST_BLOCK", "Program", "program"]
