"""Rigidity of flat directions at a fixed number of classes, for losses that name their classes one by one.

Along a flat direction every exponential beside a positive constant in a logarithm keeps its exponent. At a fixed m
these are linear equations on d_i1, ..., d_im; each difference d_ij - d_ik must be a combination of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from sympy import Matrix, Rational

from nmderive.calculus.symbols import N
from nmderive.checker import check
from nmderive.evidence import Certificate
from nmderive.losses.loss import Loss
from nmderive.notation.ast import to_ast
from nmderive.proving import certificates
from nmderive.proving.log_groups import Index, mentions
from nmderive.proving.slopes import Setting, Unknown

#: One exponent as the checker numbers it: group, number in it, the indices on the way, and its parts.
Counted = tuple[int, int, tuple[Index, ...], tuple[Any, ...]]


def literal_certificate(loss: Loss, sizes: Mapping[str, int]) -> Certificate | None:
    """Return the accepted certificate that only row shifts leave the convex loss flat, at the fixed m."""
    m = sizes.get("m", 0)
    if not 2 <= m <= 6 or N not in loss.shape or "n" in sizes or len(loss.shape) != 2:
        return None
    try:
        rows = [(c, _row(c, m)) for c in _counted(to_ast(loss.expr))]
    except Unknown:
        return None
    entries = list(_entries(rows, m))
    if not entries:
        return None
    certificate = Certificate("strictly-convex", {
        "loss": to_ast(loss.expr), "shape": [s.name for s in loss.shape], "sizes": dict(sizes), "simplex": False,
        "combination": entries, **certificates.declarations(loss),
    })
    return certificate if check(certificate.as_json()).accepted else None


def _entries(rows: list[tuple[Counted, list[Fraction]]], m: int) -> Iterator[dict[str, Any]]:
    """Yield the combination: for every pair j < k its own multiples, switched on by deltas."""
    matrix = Matrix([[Rational(x.numerator, x.denominator) for x in row] for _, row in rows]).T
    for j in range(1, m + 1):
        for k in range(j + 1, m + 1):
            goal = Matrix([Rational(int(x == j) - int(x == k)) for x in range(1, m + 1)])
            solution = _solved(matrix, goal)
            if solution is None:
                return
            for ((group, number, indices, _), _), c in zip(rows, solution, strict=True):
                if c:
                    yield {
                        "coefficient": ["mul", [["num", str(c)], ["delta", "j", j], ["delta", "k", k]]],
                        "group": group, "exponent": number, "indices": {name: "i" for name, _, _ in indices},
                    }


def _solved(matrix: Matrix, goal: Matrix) -> list[Fraction] | None:
    reduced, pivots = matrix.row_join(goal).rref()
    if matrix.cols in pivots:
        return None
    solution = [Fraction(0)] * matrix.cols
    for row, pivot in enumerate(pivots):
        value = reduced[row, matrix.cols]
        solution[pivot] = Fraction(int(value.p), int(value.q))
    return solution


def _row(counted: Counted, m: int) -> list[Fraction]:
    """Return the slopes of an exponent in d_i1, ..., d_im; its indices must all be rows."""
    _, _, indices, parts = counted
    if any(size != "n" for _, size, _ in indices) or len(indices) > 1:
        return [Fraction(0)] * m
    setting = Setting({"n": 1, "m": m}, {})
    linear, _ = setting.linear(["add", list(parts)], {name: 1 for name, _, _ in indices})
    return [linear.get((1, j), Fraction(0)) for j in range(1, m + 1)]


def _counted(ast: Any) -> Iterator[Counted]:
    """Yield the exponents of logarithms that hold a positive number, as ``checker.groups`` numbers them."""
    for group, (outer, argument) in enumerate(_logs(ast, ())):
        if argument[0] != "add" or not any(x[0] == "num" and Fraction(x[1]) > 0 for x in argument[1]):
            raise Unknown
        for number, (inner, parts) in enumerate(_exponents(argument, (), ())):
            yield group, number, (*outer, *inner), parts


def _logs(node: Any, indices: tuple[Index, ...]) -> Iterator[tuple[tuple[Index, ...], Any]]:
    if not mentions(node):
        return
    if node[0] == "add":
        for x in node[1]:
            yield from _logs(x, indices)
    elif node[0] == "sum":
        yield from _logs(node[4], (*indices, (node[1], node[2], tuple(node[3]))))
    elif node[0] == "log":
        yield indices, node[1]
    else:
        raise Unknown


def _exponents(
    node: Any, indices: tuple[Index, ...], parts: tuple[Any, ...]
) -> Iterator[tuple[tuple[Index, ...], tuple[Any, ...]]]:
    kind = node[0]
    if not mentions(node):
        if parts:
            yield indices, parts
    elif kind == "exp":
        yield indices, (*parts, node[1])
    elif kind == "add":
        for x in node[1]:
            yield from _exponents(x, indices, parts)
    elif kind == "sum":
        yield from _exponents(node[4], (*indices, (node[1], node[2], tuple(node[3]))), parts)
    elif kind == "mul":
        exps = [x for x in node[1] if mentions(x) and x[0] == "exp"]
        others = [x for x in node[1] if mentions(x) and x[0] != "exp"]
        if not all(_positive(x) for x in node[1] if not mentions(x)) or len(others) > 1:
            return
        yield from _exponents(others[0] if others else ["num", "1"], indices, (*parts, *(x[1] for x in exps)))


def _positive(node: Any) -> bool:
    if node[0] == "num":
        return Fraction(node[1]) > 0
    return bool(node[0] == "at" and node[1] == "t")
