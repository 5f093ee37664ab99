"""A loss as shares of the classes of a row, weighed by their labels: MAE in p, hinges whose logits sum to zero.

The weights fall with the label, and the shares of a row sum to no less than one class alone can have.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sympy import Abs, Add, Expr, Integer, Mul, Symbol, cancel, log

from nmderive.calculus.sums import IndexSum
from nmderive.calculus.symbols import M, N, S, T, index
from nmderive.checker import check
from nmderive.evidence import Certificate
from nmderive.losses.loss import Loss
from nmderive.notation.ast import to_ast
from nmderive.proving import certificates
from nmderive.proving.outscored_form import renamed
from nmderive.proving.simplex_form import simplex_forms
from nmderive.structure.canonical import P
from nmderive.structure.margins import by_softmax

SHARED_OUT = "l weighs shares of the classes by their labels; those of classes without a largest label tend to 0"
_I, _J = index("i"), index("j")
_REACH = Symbol("r", positive=True)


@dataclass(frozen=True)
class _Shares:
    """loss = rest + sum_i sum_j weight share, the shares of a row summing to total + above."""

    loss: Expr
    weight: Expr
    share: Expr
    rest: Expr
    total: Expr
    above: Expr
    at: tuple[Expr, Expr]
    slack: Expr


def apportioned_certificate(loss: Loss, labels: str) -> Certificate | None:
    """Return the accepted certificate that the largest logit comes to a largest label, "positive" or "hard" labels."""
    if M not in loss.shape or loss.has_undefined_functions or loss.is_square:
        return None
    for form in (*_of_probabilities(loss), *_of_logits(loss)):
        parts = {key: to_ast(getattr(form, key)) for key in ("loss", "weight", "rest", "total", "slack")}
        parts |= {key: renamed(to_ast(getattr(form, key)), {}) for key in ("share", "above")}
        certificate = Certificate("apportioned", {
            **parts, "at": [to_ast(x) for x in form.at], "shape": [x.name for x in loss.shape], "labels": labels,
            **certificates.declarations(loss)})
        if check(certificate.as_json()).accepted:
            return certificate
    return None


def _of_probabilities(loss: Loss) -> Iterator[_Shares]:
    """Yield a loss that is linear in p: the shares are p, and sum to one."""
    if N not in loss.shape:
        return
    for form in simplex_forms(loss):
        entry = P[_I, _J]
        slope = form.body.diff(entry).expand()
        if slope.has(P) or not slope.has(T):
            continue
        weight = slope
        rest = form.rest + IndexSum(IndexSum((form.body - weight * entry).expand(), _J, M), _I, N)
        share = by_softmax(entry, loss, form.scale)
        whole = IndexSum(IndexSum(Mul(weight, share, evaluate=False), _J, M), _I, N) + rest
        one = Integer(1)
        yield _Shares(whole, weight, share, rest, one, Integer(0), (-log(_REACH) / form.scale, Integer(0)), one)


def _of_logits(loss: Loss) -> Iterator[_Shares]:
    """Yield a loss whose rows are sum_j w(t_j) g_j as it is written, the total being read off g_j without its kinks."""
    body = loss.expr
    if N in loss.shape:
        if not isinstance(body, IndexSum) or body.conditions or body.domain != N:
            return
        body, _ = body.open(_I)
    if not isinstance(body, IndexSum) or body.conditions or body.domain != M:
        return
    inner, _ = body.open(_J)
    weight = Mul(*(f for f in Mul.make_args(inner) if not f.has(S)))
    share = Mul(*(f for f in Mul.make_args(inner) if f.has(S)))
    entries = [a for a in share.atoms(type(S[_I, _J])) if a.base == S]
    plain = share.replace(lambda e: isinstance(e, Abs), lambda e: e.args[0])
    level = cancel(_at_zero(plain))
    if not entries or level.has(S) or any(x.domain != M for x in share.atoms(IndexSum)):
        return
    total = cancel(M * level)
    above = IndexSum(_apart(share, plain), _J, M)
    yield _Shares(loss.expr, weight, share, Integer(0), total, above, (total, Integer(0)), Integer(0))


def _at_zero(expr: Expr) -> Expr:
    """Return the expression at logits that are all zero."""
    plain = expr.replace(lambda e: getattr(e, "base", None) == S, lambda e: Integer(0))
    return plain.replace(lambda e: isinstance(e, IndexSum) and e.body == 0, lambda e: Integer(0))


def _apart(share: Expr, plain: Expr) -> Expr:
    """Return the shares less what they are without kinks, factors outside, terms side by side."""
    return Add(share.expand(), *(-x for x in Add.make_args(plain.expand())))


__all__ = ["SHARED_OUT", "apportioned_certificate"]
