"""Stationarity through the sums over rows that a loss with few, named classes is made of.

Where a loss is F(X_1, ..., X_K), each X a sum over rows without free indices, and some of the X are equal where the
labels follow a link, the chain rule needs F's derivatives at equal arguments only: no product of sums is multiplied
out. The checker carries out the derivatives.
"""

from __future__ import annotations

from collections.abc import Mapping

from sympy import Expr, Indexed

from nmderive.budget import limited
from nmderive.calculus.normal_form import normal_form
from nmderive.calculus.substitute import substitute_array
from nmderive.calculus.sums import IndexedOperator, IndexSum
from nmderive.calculus.symbols import N, S, T
from nmderive.checker import check
from nmderive.errors import NmderiveError
from nmderive.evidence import Certificate
from nmderive.losses.links import Link
from nmderive.losses.loss import Loss
from nmderive.notation.ast import Ast, free_index_symbols, to_ast
from nmderive.proving import certificates

_LEAST, _MOST = 2, 40


def aggregate_certificate(loss: Loss, link: Link, sizes: Mapping[str, int]) -> Certificate | None:
    """Return the accepted certificate that the link is stationary; None where the loss is not of this form."""
    if N not in loss.shape or "n" in sizes:
        return None
    parts = list(dict.fromkeys(_parts(loss.expr)))
    if not _LEAST <= len(parts) <= _MOST:
        return None
    names = {f"X{k}": part for k, part in enumerate(parts, 1)}
    try:
        same = _same(loss, link, names)
    except NmderiveError:
        return None
    asts = {name: to_ast(part) for name, part in names.items()}
    certificate = Certificate("aggregates", {
        "loss": to_ast(loss.expr), "shape": [s.name for s in loss.shape], "sizes": dict(sizes),
        "link": to_ast(link.expr), "outer": named_parts(to_ast(loss.expr), asts), "parts": asts, "same": same,
        **certificates.link_scale(link), **certificates.declarations(loss, link.expr),
    })
    return certificate if check(certificate.as_json()).accepted else None


def _parts(expr: Expr) -> list[Expr]:
    """Return the sums over rows that hold logits and no index from outside; none if a logit stands elsewhere."""
    if not expr.has(S) or isinstance(expr, Indexed):
        return []
    if isinstance(expr, IndexedOperator):
        whole = isinstance(expr, IndexSum) and expr.domain == N and not free_index_symbols(expr)
        return [expr] if whole else []
    return [part for argument in expr.args for part in _parts(argument)]


def _same(loss: Loss, link: Link, names: Mapping[str, Expr]) -> dict[str, str]:
    """Return which parts are equal to which earlier ones where the labels follow the link."""
    first: dict[str, str] = {}
    same = {}
    with limited(steps=15_000):
        for name, part in names.items():
            key = normal_form(substitute_array(part, T, loss.indices, link.expr)).key
            if first.setdefault(key, name) != name:
                same[name] = first[key]
    return same


def named_parts(node: Ast, parts: Mapping[str, Ast]) -> Ast:
    """Return the JSON form with the parts' names in their places."""
    for name, part in parts.items():
        if node == part:
            return ["sym", name]
    return [named_parts(x, parts) if isinstance(x, list) else x for x in node]
