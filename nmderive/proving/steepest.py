"""A constant by which a loss changes at most, for one unit of the largest change of a logit."""

from __future__ import annotations

from dataclasses import replace

from sympy import Abs, Add, Expr, Indexed, Integer, Max, Mul, Pow, exp, log, tanh

from nmderive.budget import limited
from nmderive.calculus.extrema import IndexExtremum
from nmderive.calculus.normal_form import normal_form, to_expression
from nmderive.calculus.sums import IndexedOperator, IndexProduct, IndexSum
from nmderive.calculus.symbols import S
from nmderive.checker import check
from nmderive.errors import NmderiveError
from nmderive.evidence import Certificate
from nmderive.losses.loss import Loss
from nmderive.notation.ast import environment_of, from_ast, to_ast
from nmderive.proving.bounds import rows_sum_to_one

_STEPS = 10_000


class _Unknown(NmderiveError):
    """No constant is known."""


def with_constant(loss: Loss, proof: Certificate) -> Certificate | None:
    """Return the accepted certificate that l is Lipschitz with a constant; None without one."""
    form = from_ast(proof.data["form"], environment_of(loss.expr)) if "form" in proof.data else loss.expr
    try:
        with limited(steps=_STEPS):
            found = _short(rows_sum_to_one(_constant(form)))
    except NmderiveError:
        return None
    certificate = replace(proof, data={**proof.data, "constant": to_ast(found)})
    return certificate if check(certificate.as_json()).accepted else None


def _constant(expr: Expr) -> Expr:
    """Return the sum over the logits of the largest sizes of the derivatives, as far as the structure tells."""
    if not expr.has(S):
        return Integer(0)
    if isinstance(expr, Indexed):
        return Integer(1)
    if isinstance(expr, Add):
        return Add(*map(_constant, expr.args))
    if isinstance(expr, IndexSum | IndexExtremum):
        body, conditions = expr.open(expr.bound)
        own = _constant(body)
        return IndexSum(own, expr.bound, expr.domain, *conditions) if isinstance(expr, IndexSum) else _free(own, expr)
    if isinstance(expr, log):
        return _relative(expr.args[0])
    if isinstance(expr, tanh | Abs) or isinstance(expr, Pow) and _is_size(expr):
        return _constant(expr.args[0].args[0] if isinstance(expr, Pow) else expr.args[0])
    moving = [a for a in expr.args if a.has(S)] if isinstance(expr, Mul) else []
    if len(moving) != 1:
        raise _Unknown("no constant is known")
    return Mul(*(_constant(a) if a is moving[0] else _size(a) for a in expr.args))


def _is_size(expr: Expr) -> bool:
    base, exponent = expr.args
    return bool(exponent * 2 == 1 and isinstance(base, Pow) and base.args[1] == 2)


def _relative(expr: Expr) -> Expr:
    """Return the constant of the logarithm of a positive expression."""
    if not expr.has(S):
        return Integer(0)
    if isinstance(expr, exp):
        return _constant(expr.args[0])
    if isinstance(expr, Mul):
        return Add(*map(_relative, expr.args))
    if isinstance(expr, Pow):
        return _size(expr.args[1]) * _relative(expr.args[0])
    if isinstance(expr, Add):
        own = {_short(_relative(a)) for a in expr.args if a.has(S)}
        return own.pop() if len(own) == 1 else Max(*map(_number, own))
    if isinstance(expr, IndexedOperator):
        body, conditions = expr.open(expr.bound)
        own = _relative(body)
        is_product = isinstance(expr, IndexProduct)
        return IndexSum(own, expr.bound, expr.domain, *conditions) if is_product else _free(own, expr)
    raise _Unknown("no constant of the logarithm is known")


def _short(expr: Expr) -> Expr:
    return to_expression(normal_form(expr))


def _free(expr: Expr, operator: IndexedOperator) -> Expr:
    """Return what is the same for all values of an index."""
    found = _short(expr)
    if found.has(operator.bound):
        raise _Unknown("the largest of several constants is not known")
    return found


def _number(expr: Expr) -> Expr:
    if expr.is_Rational:
        return expr
    raise _Unknown("the largest of several constants is not known")


def _size(expr: Expr) -> Expr:
    return -expr if expr.could_extract_minus_sign() else expr


__all__ = ["with_constant"]
