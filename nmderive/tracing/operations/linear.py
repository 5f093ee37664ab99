"""Products that sum over a shared axis, and diagonals: matmul, dot, outer, einsum, trace."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from sympy import Expr, Mul, Symbol

from nmderive.calculus.symbols import index
from nmderive.tracing.array import AXES, Array, broadcast_shape, rearranged, with_inner
from nmderive.tracing.context import Misfit, refused
from nmderive.tracing.operations.indexing import arange, eye, getitem
from nmderive.tracing.operations.reductions import sum_
from nmderive.tracing.sums import total


def einsum(subscripts: str, *arrays: Array) -> Array:
    """Einstein's sum, such as "ij,kj->ik"."""
    text = subscripts.replace(" ", "")
    match = re.fullmatch(r"([a-zA-Z,]*)(?:->([a-zA-Z]*))?", text)
    inputs = match.group(1).split(",") if match else []
    fits = [len(a) for a in inputs] == [x.ndim for x in arrays]
    if match is None or not fits:
        raise refused(f"einsum {subscripts!r} does not fit its arrays", "name every axis by one letter, without '...'")
    letters = "".join(inputs)
    output = match.group(2)
    if output is None:
        output = "".join(sorted(a for a in set(letters) if letters.count(a) == 1))
    if len(set(output)) != len(output) or not set(output) <= set(letters):
        raise refused(f"einsum {subscripts!r} has an output that its inputs do not give")
    return _contracted(inputs, output, arrays)


def _contracted(inputs: Sequence[str], output: str, arrays: Sequence[Array]) -> Array:
    sizes: dict[str, Expr] = {}
    for names, x in zip(inputs, arrays, strict=True):
        for name, size in zip(names, x.shape, strict=True):
            if sizes.setdefault(name, size) != size:
                raise refused(f"einsum: the letter {name} is an axis of size {sizes[name]} and of size {size}")
    symbols: dict[str, Symbol] = {a: index(f"nmderive_letter_{a}") for a in sizes}
    factors = []
    for names, x in zip(inputs, arrays, strict=True):
        rule = {axis: symbols[name] for axis, name in zip(x.axes, names, strict=True)}
        factors.append(x.number("einsum").xreplace(with_inner(rule)))
    body = Mul(*factors)
    for name in sizes:
        if name not in output:
            body = total(body, symbols[name], sizes[name])
    rule = {symbols[name]: AXES[len(output) - 1 - q] for q, name in enumerate(output)}
    return Array(body.xreplace(with_inner(rule)), tuple(sizes[name] for name in output))


def matmul(x: Array, y: Array) -> Array:
    """The matrix product, as the operator ``@`` takes it for one, two or more axes."""
    if x.ndim == 0 or y.ndim == 0:
        raise refused("matmul of a number", "multiply by * instead")
    left = rearranged(x, [None, 0]) if x.ndim == 1 else x
    right = rearranged(y, [0, None]) if y.ndim == 1 else y
    if left.shape[-1] != right.shape[-2]:
        raise refused(
            f"matmul: an axis of size {left.shape[-1]} meets one of size {right.shape[-2]}", kind=Misfit,
        )
    a = rearranged(left, [*range(left.ndim), None])
    b = rearranged(right, [*range(right.ndim - 2), None, right.ndim - 2, right.ndim - 1])
    shape = broadcast_shape((a.shape, b.shape), "matmul")
    full = sum_(Array(a.number("matmul") * b.number("matmul"), shape), axis=-2)
    gone = {full.ndim - 2} if x.ndim == 1 else set()
    gone |= {full.ndim - 1} if y.ndim == 1 else set()
    return rearranged(full, [p for p in range(full.ndim) if p not in gone])


def dot(x: Array, y: Array) -> Array:
    """NumPy's dot for at most two axes: the matrix product, or a plain one with a number."""
    if x.ndim > 2 or y.ndim > 2:
        raise refused("dot of arrays with more than two axes", "use einsum")
    if x.ndim == 0 or y.ndim == 0:
        return Array(x.number("dot") * y.number("dot"), broadcast_shape((x.shape, y.shape), "dot"))
    return matmul(x, y)


def outer(x: Array, y: Array) -> Array:
    """All products of an entry of one vector and one of the other."""
    if x.ndim != 1 or y.ndim != 1:
        raise refused("outer of arrays that are no vectors")
    return einsum("i,j->ij", x, y)


def diagonal(x: Array) -> Array:
    """The entries at equal positions of the two axes."""
    if x.ndim != 2 or x.shape[0] != x.shape[1]:
        raise refused("diagonal of an array that is not square", kind=Misfit)
    return getitem(x, (arange(Array(x.shape[0])), arange(Array(x.shape[0]))))


def diagonal_matrix(x: Array) -> Array:
    """The matrix with the entries of a vector on its diagonal and 0 elsewhere."""
    if x.ndim != 1:
        raise refused("a diagonal matrix of other than one vector")
    return Array(x.number("diag") * eye(Array(x.shape[0])).expr, (x.shape[0], x.shape[0]))


def trace(x: Array) -> Array:
    """The sum of the diagonal."""
    return sum_(diagonal(x))


OPERATIONS: dict[str, Callable[..., Array]] = {
    "einsum": einsum, "matmul": matmul, "dot": dot, "outer": outer, "trace": trace,
    "diagonal": diagonal, "diagonal_matrix": diagonal_matrix,
}
