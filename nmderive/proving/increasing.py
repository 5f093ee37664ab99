"""A loss as an increasing function of functions of one row each: l = F(D_1, ..., D_n).

Its stationary points and minima are those of sum_i D_i, whatever F is. The decomposition is proposed here, for
every part of the loss that holds logits of one row only; the checker decides whether F increases.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from sympy import Add, Expr, Indexed, Mul, Symbol

from nmderive.calculus.log_form import log_form
from nmderive.calculus.sums import IndexedOperator, IndexSum
from nmderive.calculus.symbols import N, S, array, index
from nmderive.checker import check
from nmderive.evidence import Certificate, Status, Verdict
from nmderive.losses.loss import Loss
from nmderive.notation.ast import free_index_symbols, to_ast
from nmderive.proving import certificates
from nmderive.proving.margin_form import margin_form

_D = array("D")
_ROW = index("i")
_TRIES = 6


@dataclass(frozen=True)
class ByRows:
    """The sum of the row functions, as a loss of its own, and the accepted certificate that l increases in each."""

    rows: Loss
    certificate: Certificate
    text: str = "l is a strictly increasing function of functions D_i of one row each; what follows is about their sum"


def transferred(loss: Loss, base: Verdict, judge: Callable[[Loss], Verdict], labels: str = "positive") -> Verdict:
    """Return the verdict of ``judge`` about the row functions' sum as one about the loss, else ``base``."""
    found = by_rows(loss, labels)
    if found is None:
        return base
    verdict = judge(found.rows)
    if verdict.status is Status.UNDECIDED:
        return base
    return replace(
        verdict, statement=base.statement, findings=(found.text, *verdict.findings),
        certificates=(found.certificate, *verdict.certificates),
    )


@lru_cache(maxsize=128)
def by_rows(loss: Loss, labels: str = "positive") -> ByRows | None:
    """Return the first decomposition that is accepted, for "positive" or "hard" labels; None where there is none."""
    if N not in loss.shape or loss.has_undefined_functions:
        return None
    for inner, outer in _proposals(loss.expr):
        for falls in (False, True)[: 1 + (labels == "positive")]:
            certificate = Certificate("increasing", {
                "loss": to_ast(loss.expr), "shape": [s.name for s in loss.shape], "inner": _own_names(to_ast(inner)),
                "outer": to_ast(outer), "labels": labels, "simplex": True, **({"falls": True} if falls else {}),
                **certificates.declarations(loss),
            })
            if check(certificate.as_json()).accepted:
                own = Symbol("ro", integer=True, positive=True)
                row = (-inner if falls else inner).xreplace({_ROW: own})
                return ByRows(replace(loss, name="", expr=IndexSum(row, own, N)), certificate)
    return None


def _proposals(expr: Expr) -> Iterator[tuple[Expr, Expr]]:
    """Yield (D in the free row i, F in the array D), D of either sign and written so that its sign can be seen."""
    for count, part in enumerate(_row_parts(expr)):
        if count == _TRIES:
            return
        for sign in (1, -1):
            outer = _swapped(expr, part, sign)
            if not outer.has(S) and not _is_plain_sum(outer):
                yield log_form(margin_form(sign * part)), outer


def _row_parts(expr: Expr) -> list[Expr]:
    """Return the parts under sums over rows that hold logits of row i and no free class index, large ones first."""
    found: dict[Expr, None] = {}

    def visit(node: Expr, inside: bool) -> None:
        if isinstance(node, IndexedOperator):
            letter = _ROW if node.domain == N else node.bound
            if node.domain == N and inside:
                return
            visit(node.open(letter)[0], inside or node.domain == N)
        elif inside and node.has(S):
            for argument in node.args:
                visit(argument, inside)
        elif not inside:
            for argument in node.args:
                visit(argument, inside)
        if inside and node.has(S) and free_index_symbols(node) <= {_ROW}:
            found.setdefault(_varying(node))

    visit(expr, False)
    return sorted(found, key=lambda x: -x.count_ops())


def _varying(node: Expr) -> Expr:
    """Return the terms, or the factors, of a node that hold logits."""
    if isinstance(node, Add | Mul):
        return node.func(*(a for a in node.args if a.has(S)))
    return node


def _swapped(expr: Expr, part: Expr, sign: int) -> Expr:
    """Return the expression with D[row] for sign * part of that row."""
    if isinstance(expr, IndexSum) and expr.domain == N:
        body, conditions = expr.open(_ROW)
        return expr.func(_in_row(body, part, sign), _ROW, N, *conditions)
    if isinstance(expr, IndexedOperator):
        body, conditions = expr.open(expr.bound)
        return expr.func(_swapped(body, part, sign), expr.bound, expr.domain, *conditions)
    if not expr.has(S) or isinstance(expr, Indexed):
        return expr
    return expr.func(*(_swapped(a, part, sign) for a in expr.args))


def _in_row(node: Expr, part: Expr, sign: int) -> Expr:
    if node == part:
        return sign * _D[_ROW]
    if isinstance(node, Add | Mul) and isinstance(part, node.func) and set(part.args) < set(node.args):
        rest = node.func(*(a for a in node.args if a not in part.args))
        return node.func(sign * _D[_ROW], _in_row(rest, part, sign))
    if isinstance(node, IndexedOperator):
        body, conditions = node.open(node.bound)
        return node.func(_in_row(body, part, sign), node.bound, node.domain, *conditions)
    if not node.has(S) or isinstance(node, Indexed):
        return node
    return node.func(*(_in_row(a, part, sign) for a in node.args))


def _is_plain_sum(outer: Expr) -> bool:
    """Tell whether F is the sum of the D_i, or a multiple of it, which says nothing new."""
    terms = [t for t in Add.make_args(outer) if t.has(_D)]
    sums = [f for f in Mul.make_args(terms[0]) if f.has(_D)] if len(terms) == 1 else []
    if len(sums) != 1 or not isinstance(sums[0], IndexSum):
        return False
    weight = sums[0].open(_ROW)[0] / _D[_ROW]
    return not weight.has(_D, _ROW)


def _own_names(ast: Any, taken: dict[str, str] | None = None) -> Any:
    """Return the JSON form with bound names of its own, so that putting it into another captures nothing."""
    taken = taken or {}
    if not isinstance(ast, list):
        return taken.get(ast, ast)
    if ast and ast[0] in ("sum", "prod") and len(ast) == 5:
        taken = {**taken, ast[1]: f"of_{ast[1]}"}
    return [_own_names(x, taken) for x in ast]
