"""Whether a closed form is a real number for all labels and parameters, and a form of it that is."""

from __future__ import annotations

from sympy import Expr, log

from nmderive.checker import defined, setup
from nmderive.checker.case import Case
from nmderive.checker.reject import Reject
from nmderive.errors import NmderiveError
from nmderive.losses.loss import Loss
from nmderive.notation.ast import to_ast
from nmderive.proving import certificates


def is_real(loss: Loss, expr: Expr) -> bool:
    """Tell whether ``expr``, at the loss's free indices, is shown to be defined for labels strictly between 0 and 1."""
    case = Case(certificates.reading_of(loss), [])
    try:
        node, data = to_ast(expr), {**case.declared(), **certificates.declarations(loss, expr)}
        cx = setup.context({**case.declared(), **data, "simplex": True})
        cx.arrays["t"], cx.t_below_one = "positive", True
        setup.shapes(cx, data, [(case.loss, {}), (node, case.free)])
        environments = setup.free_environments(cx, case.free)
        return all(defined.is_defined(cx, node, env, 2) for env in environments)
    except (Reject, NmderiveError):
        return False


def real_form(loss: Loss, expr: Expr) -> Expr:
    """Return ``expr`` with log(x) as log(-x) where that is real and log(x) is not: for rows, one constant apart."""
    for logarithm in sorted(expr.atoms(log), key=str):
        turned = log(-logarithm.args[0])
        if not is_real(loss, logarithm) and is_real(loss, turned):
            expr = expr.xreplace({logarithm: turned})
    return expr


def letters_are_strict(loss: Loss) -> bool:
    """Tell whether no parameter and no extra array may be zero, so that nothing vanishes with it."""
    letters = [*loss.parameters, *loss.arrays]
    return all(x.is_positive or x.is_negative for x in letters)


__all__ = ["is_real", "letters_are_strict", "real_form"]
