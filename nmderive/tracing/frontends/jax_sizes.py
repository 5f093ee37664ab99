"""Symbolic dimensions of JAX as expressions in n and m."""

from __future__ import annotations

import ast
from typing import Any

from sympy import Expr, Integer

from nmderive.calculus.symbols import M, N
from nmderive.tracing.array import of_classes
from nmderive.tracing.context import refused

_NAMES = {"n": N, "m": M}


def size(dimension: Any) -> Expr:
    """Return a dimension, a whole number or a polynomial such as m*n - 1, as an expression."""
    if isinstance(dimension, int):
        return of_classes(Integer(dimension))
    return of_classes(_of(ast.parse(str(dimension).replace("^", "**"), mode="eval").body, str(dimension)))


def _of(node: ast.AST, text: str) -> Expr:
    if isinstance(node, ast.Name) and node.id in _NAMES:
        return _NAMES[node.id]
    if isinstance(node, ast.Constant) and isinstance(node.value, int):
        return Integer(node.value)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return -_of(node.operand, text)
    if isinstance(node, ast.BinOp):
        left, right = _of(node.left, text), _of(node.right, text)
        if isinstance(node.op, ast.Add):
            return left + right
        if isinstance(node.op, ast.Sub):
            return left - right
        if isinstance(node.op, ast.Mult):
            return left * right
        if isinstance(node.op, ast.Pow):
            return left**right
    raise refused(f"the size {text} is not supported", "sizes are added and multiplied")


__all__ = ["size"]
